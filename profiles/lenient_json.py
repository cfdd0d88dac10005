"""JSON that is nearly right: what is plainly meant is read, and every slip is a finding with its line.

For people who correct a file and want all findings at once; what is taken in is read by `profiles.strict_json` alone.
Read on over: a byte order mark, comments (//), missing and superfluous commas, names and values without quotes, the
same name twice (the first one counts), line breaks inside texts. Anything else stays one fatal finding.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from profiles.issue import Issue, error, fatal
from profiles.json_scan import Fault, Path, exponent_too_large, line_and_column, render
from profiles.limits import DEFAULT_LIMITS, Limits
from profiles.strict_json import parse_json

MOST_ISSUES = 200
"""More slips than this help nobody."""

_BOM = b"\xef\xbb\xbf"
_RECOVERABLE = ("json-syntax", "json-duplicate-key")
_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*")
_STRING = re.compile(r'"[^"\\]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE](?P<exponent>[+-]?[0-9]+))?(?![A-Za-z0-9_.])")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_MEMBER = re.compile(r'["{\[A-Za-z_0-9\-]')
_CONTROL = re.compile(r"[\x00-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}


def read_json(body: bytes, limits: Limits = DEFAULT_LIMITS, *, comments: bool = False) -> tuple[Any, tuple[Issue, ...]]:
    """Read a JSON text, over the slips named above. comments: whether // comments are welcome.

    Out: the value as `parse_json` gives it, and an error for every slip, at the object it is in; or None and one fatal
    issue, which is at no place: a text that cannot be read has none.
    """
    value, issues = parse_json(body.removeprefix(_BOM), limits)
    if not issues or issues[0].code not in _RECOVERABLE:
        return value, tuple(_placeless(issue) for issue in issues)
    text = body.removeprefix(_BOM).decode("utf-8", "replace")
    reader = _Reader(text, limits, comments)
    try:
        value = reader.document()
    except Fault as fault:
        line, column = line_and_column(text, fault.offset)
        told = f"{fault.text} (in {render(fault.path)})"
        return None, (replace(fatal(fault.code, "", told, "invalid"), line=line, column=column),)
    root = value.get("resourceType") if isinstance(value, dict) else None
    return value, tuple(reader.issues(root if isinstance(root, str) else "$"))


def _placeless(issue: Issue) -> Issue:
    return replace(issue, where="", kind="invalid", text=f"{issue.text} (in {issue.where})")


@dataclass(slots=True)
class _Slip:
    """A slip that was read over, as it is found."""

    code: str
    text: str
    path: Path
    offset: int


@dataclass(slots=True)
class _Reader:
    """Reads one text. at: the offset of the next character; remarks: comments whose value is still to come."""

    text: str
    limits: Limits
    comments: bool
    at: int = 0
    path: list[str | int] = field(default_factory=list)
    slips: list[_Slip] = field(default_factory=list)
    remarks: list[int] = field(default_factory=list)
    nodes: int = 0

    def issues(self, root: str) -> Iterator[Issue]:
        for slip in self.slips[:MOST_ISSUES]:
            line, column = line_and_column(self.text, slip.offset)
            inner = render(slip.path)
            where = root if inner == "$" else f"{root}{'' if inner.startswith('[') else '.'}{inner}"
            yield replace(error(slip.code, where, slip.text), line=line, column=column)

    def document(self) -> Any:
        self.skip()
        value = self.value()
        self.skip()
        self.take_remarks()
        if self.at < len(self.text):
            raise self.fault("This is not JSON: something follows after the end.")
        return value

    def value(self) -> Any:
        character = self.text[self.at : self.at + 1]
        if character in ("{", "["):
            return self.container(character)
        value = self.string() if character == '"' else self.number_or_word()
        self.skip()
        self.take_remarks()
        return value

    def container(self, opener: str) -> Any:
        self.take_remarks()
        self.nodes += 1
        if len(self.path) >= self.limits.depth or self.nodes > self.limits.nodes:
            raise self.fault("This is too deep or too large to be read.", "json-depth")
        self.at += 1
        self.skip()
        return self.object() if opener == "{" else self.list()

    def object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.closes("}"):
            name, start = self.name()
            self.path.append(name)
            self.expect(":")
            value = self.value()
            self.path.pop()
            if name in found:
                text = "The same property stands twice in one object; the first one counts. Keep one of them."
                self.slip("json-duplicate-key", text, start)
            else:
                found[name] = value
            self.comma("}", here=True)
        return found

    def list(self) -> list[Any]:
        found: list[Any] = []
        while not self.closes("]"):
            self.path.append(len(found))
            found.append(self.value())
            self.path.pop()
            self.comma("]", here=False)
        return found

    def name(self) -> tuple[str, int]:
        start = self.at
        if self.text[start : start + 1] == '"':
            name = self.string()
        elif (word := _WORD.match(self.text, start)) is not None:
            name = word[0]
            self.at = word.end()
            self.slip("json-unquoted", 'A property name without quotes; write it in "".', start)
        else:
            raise self.fault('This is not JSON: a property name in "" or a closing bracket is missing here.')
        self.skip()
        return name, start

    def string(self) -> str:
        token = _STRING.match(self.text, self.at)
        if token is None:
            raise self.fault("This is not JSON: a text that is not closed, or holds an unknown \\ in it.")
        start, self.at = self.at, token.end()
        if _CONTROL.search(token[0]) is not None:
            self.slip("json-control", "A text holds a line break or other control character; write it as \\n.", start)
        text: str = json.loads(token[0], strict=False)
        if _SURROGATE.search(text) is not None or "\x00" in text:
            raise self.fault("A text holds NUL or half of a surrogate pair; take it out.", "json-surrogate")
        return text

    def number_or_word(self) -> Any:
        start = self.at
        number = _NUMBER.match(self.text, start)
        if number is not None:
            self.at = number.end()
            return self.number(number[0], number["exponent"])
        word = _WORD.match(self.text, start)
        if word is None:
            raise self.fault("This is not JSON: a value is missing here.")
        self.at = word.end()
        if word[0] in _WORDS:
            return _WORDS[word[0]]
        place = self.path[:-1] if self.path and isinstance(self.path[-1], str) else self.path
        self.slip("json-unquoted", 'A text without quotes; write it in "".', start, place)
        return word[0]

    def number(self, digits: str, exponent: str | None) -> int | Decimal:
        if len(digits) > self.limits.digits or (exponent is not None and exponent_too_large(exponent, self.limits)):
            raise self.fault("A number is too long or too large to be read.", "json-number")
        return int(digits) if digits.lstrip("-").isdigit() else Decimal(digits)

    def comma(self, closer: str, *, here: bool) -> None:
        """What stands between two members: a comma, nothing before the end, and nothing else."""
        following = self.text[self.at : self.at + 1]
        start = self.at
        if following == ",":
            self.at += 1
            self.skip()
            if self.text[self.at : self.at + 1] == closer:
                self.slip("json-extra-comma", "A comma stands before the closing bracket; take it out.", start)
        elif following != closer:
            if _MEMBER.match(following) is None:
                raise self.fault("This is not JSON: a comma or a closing bracket is missing here.")
            self.no_comma(start, here=here)

    def no_comma(self, start: int, *, here: bool) -> None:
        """Told at the object; for its lists once."""
        place = tuple(self.path) if here else tuple(self.path[:-1])
        told = any(slip.code == "json-comma" and slip.path == place for slip in self.slips)
        if here or not told:
            self.slip("json-comma", "A comma is missing here.", start, place)

    def closes(self, closer: str) -> bool:
        if self.text[self.at : self.at + 1] != closer:
            return False
        self.at += 1
        self.skip()
        return True

    def expect(self, mark: str) -> None:
        if self.text[self.at : self.at + 1] != mark:
            raise self.fault("This is not JSON: a colon is missing here.")
        self.at += 1
        self.skip()

    def skip(self) -> None:
        """Go on to the next character that is neither space nor comment."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            remark = _COMMENT.match(self.text, self.at)
            if remark is None:
                return
            self.remarks.append(self.at)
            self.at = remark.end()

    def take_remarks(self) -> None:
        """The comments so far belong to the value at hand."""
        if not self.comments:
            for offset in self.remarks:
                self.slip("json-comment", "JSON has no comments; take it out.", offset)
        self.remarks.clear()

    def slip(self, code: str, text: str, offset: int, path: Any = None) -> None:
        if len(self.slips) <= MOST_ISSUES:
            self.slips.append(_Slip(code, text, tuple(self.path if path is None else path), offset))

    def fault(self, text: str, code: str = "json-syntax") -> Fault:
        return Fault(code, text, tuple(self.path), self.at)
