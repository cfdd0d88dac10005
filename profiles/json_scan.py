"""A slow, exact reading of JSON text: where each value stands, and the first thing that is wrong.

`profiles.strict_json` parses fast and comes here only to say where a fault is. Nothing is built and nothing
recurses, so hostile text costs no more than one pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from profiles.limits import Limits

Path: TypeAlias = tuple[str | int, ...]

_FHIR_NAME = re.compile(r"_?[A-Za-z]{1,64}(?:[0-9]{1,3}[A-Za-z]{0,64})?")
_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r'(?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE](?P<exponent>[+-]?[0-9]+))?)"
    r"|(?P<word>true|false|null)"
    r"|(?P<mark>[{}\[\],:])"
    r"|(?P<end>\Z))"
)
_SPACE = re.compile(r"[ \t\r\n]*")


class Fault(Exception):  # noqa: N818 - the scanner's own signal, caught by its caller
    """The first thing wrong: issue code, text, the path it is at and the offset in the text."""

    def __init__(self, code: str, text: str, path: Path, offset: int) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.path = path
        self.offset = offset


@dataclass(slots=True)
class _Frame:
    """An object or list that is open. key: the member being read."""

    closer: str
    key: str | int
    names: set[str] = field(default_factory=set)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1, in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def render(path: Path) -> str:
    """A path as text: entry[2].resource.id; "$" for the whole.

    A name that cannot be FHIR's is written as *: it is the sender's own text, and may be anybody's number.
    """
    parts = [f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in path]
    return "".join(parts).lstrip(".") or "$"


def _shown(name: str) -> str:
    return name if _FHIR_NAME.fullmatch(name) else "*"


def scan(text: str, limits: Limits) -> Iterator[tuple[Path, int]]:
    """Path and offset of every value, in the order of the text. Raises Fault at the first fault."""
    return _Scanner(text, limits).run()


class _Scanner:
    """Reads one text token by token; `step` is what handles the next token."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.frames: list[_Frame] = []
        self.step: Callable[[re.Match[str]], bool] | None = self.value
        self.offset = 0
        self.nodes = 0

    def run(self) -> Iterator[tuple[Path, int]]:
        at = 0
        while self.step is not None:
            token = _TOKEN.match(self.text, at)
            if token is None:
                self.offset = _end(_SPACE.match(self.text, at))
                raise self.fault("json-syntax", "This is not JSON: unexpected character.")
            kind = token.lastgroup if token.lastgroup != "exponent" else "number"
            self.offset = token.start(kind or 0)
            if self.step(token):
                yield self.path(), self.offset
                self.open(token)
            at = token.end()

    def path(self) -> Path:
        return tuple(frame.key for frame in self.frames)

    def fault(self, code: str, text: str) -> Fault:
        return Fault(code, text, self.path(), self.offset)

    def value(self, token: re.Match[str]) -> bool:
        if token["string"] is not None:
            self.decode(token["string"])
        elif token["number"] is not None:
            self.check_number(token["number"], token["exponent"])
        elif token["word"] is None and token["mark"] not in ("{", "["):
            raise self.fault("json-syntax", "This is not JSON: a value is missing here.")
        return True

    def value_or_close(self, token: re.Match[str]) -> bool:
        return False if self.close(token) else self.value(token)

    def name(self, token: re.Match[str]) -> bool:
        if token["string"] is None:
            raise self.fault("json-syntax", 'This is not JSON: a property name in "" is missing here.')
        frame = self.frames[-1]
        frame.key = self.decode(token["string"])
        if frame.key in frame.names:
            raise self.fault("json-duplicate-key", "The same property stands twice in one object; keep one of them.")
        frame.names.add(frame.key)
        self.step = self.colon
        return False

    def name_or_close(self, token: re.Match[str]) -> bool:
        return False if self.close(token) else self.name(token)

    def colon(self, token: re.Match[str]) -> bool:
        if token["mark"] != ":":
            raise self.fault("json-syntax", "This is not JSON: a colon is missing here.")
        self.step = self.value
        return False

    def after(self, token: re.Match[str]) -> bool:
        if self.close(token):
            return False
        frame = self.frames[-1] if self.frames else None
        if frame is None:
            return self.finish(token)
        if token["mark"] != ",":
            raise self.fault("json-syntax", "This is not JSON: a comma or a closing bracket is missing here.")
        if isinstance(frame.key, int):
            frame.key += 1
        self.check_items(frame)
        self.step = self.value if frame.closer == "]" else self.name
        return False

    def finish(self, token: re.Match[str]) -> bool:
        if token["end"] is None:
            raise self.fault("json-syntax", "This is not JSON: something follows after the end.")
        self.step = None
        return False

    def open(self, token: re.Match[str]) -> None:
        mark = token["mark"]
        self.step = self.after
        if mark is None:
            return
        if len(self.frames) >= self.limits.depth:
            raise self.fault("json-depth", f"More than {self.limits.depth} objects and lists inside each other.")
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise self.fault("json-size", f"More than {self.limits.nodes} objects and lists in all.")
        self.frames.append(_Frame("}", "") if mark == "{" else _Frame("]", 0))
        self.step = self.name_or_close if mark == "{" else self.value_or_close

    def close(self, token: re.Match[str]) -> bool:
        if not self.frames or token["mark"] != self.frames[-1].closer:
            return False
        self.frames.pop()
        self.step = self.after
        return True

    def check_items(self, frame: _Frame) -> None:
        if (frame.key if isinstance(frame.key, int) else len(frame.names)) >= self.limits.items:
            raise self.fault("json-size", f"More than {self.limits.items} members in one list or object.")

    def decode(self, token: str) -> str:
        if "\\" not in token:
            return token[1:-1]
        text: str = json.loads(token)
        if "\x00" in text:
            raise self.fault("json-nul", "A string holds the character NUL (\\u0000); take it out.")
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise self.fault("json-surrogate", "A string holds half of a surrogate pair (\\ud800-\\udfff).")
        return text

    def check_number(self, number: str, exponent: str | None) -> None:
        if len(number) > self.limits.digits:
            raise self.fault("json-number", f"A number is longer than {self.limits.digits} characters.")
        if exponent is not None and exponent_too_large(exponent, self.limits):
            raise self.fault("json-number", f"A number has an exponent beyond {self.limits.exponent}.")


def exponent_too_large(exponent: str, limits: Limits) -> bool:
    """Whether the text of an exponent ("+05") is beyond the limit; never turns long text into a number."""
    digits = exponent.lstrip("+-").lstrip("0")
    return len(digits) > len(str(limits.exponent)) or int(digits or "0") > limits.exponent


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
