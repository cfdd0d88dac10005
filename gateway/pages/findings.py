"""What findings say, in the language of the page: `findings.da.toml` has it in Danish, by code and English text.

A finding that has no Danish text there is told in English, and the page says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from profiles.issue import Issue

_HOLE = re.compile(r"\{([a-z]+)\}")
_ANY = "*"
_INNER = "finding"
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a page shows it. language: of the text; original: the English text where that is another."""

    text: str
    language: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class _Template:
    """An English text with holes, and the same in Danish."""

    parts: tuple[str, ...]
    names: tuple[str, ...]
    danish: str

    @classmethod
    def of(cls, english: str, danish: str) -> _Template:
        pieces = _HOLE.split(english)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]), danish)

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the holes of a text; None where the text is another. Time stays linear in its length."""
        if self.parts == (_ANY,):
            return {}
        first, *rest = self.parts
        if not text.startswith(first) or not text.endswith(self.parts[-1]) or (not rest and text != first):
            return None
        at, found = len(first), []
        for part in rest:
            end = text.find(part, at) if part is not rest[-1] else len(text) - len(part)
            if end < at:
                return None
            found.append(text[at:end])
            at = end + len(part)
        return dict(zip(self.names, found, strict=True))


def told(issue: Issue, language: str) -> Told:
    """A finding in a language, as far as there are words for it."""
    text = _plain(issue.text)
    danish = _in_danish(issue.code, text, _DEEPEST) if language == "da" else None
    return Told(text, "en") if danish is None else Told(danish, "da", text)


def _plain(text: str) -> str:
    """What is wrong; without the slices that were tried, which pages have as a table."""
    before, tried, rest = text.partition(" (tried: ")
    return before + rest.rpartition(")")[2] if tried else text


def _in_danish(code: str, text: str, depth: int) -> str | None:
    for template in _templates().get(code, ()) if code else _every():
        values = template.values(text)
        if values is not None:
            return _filled(template.danish, values, depth)
    return None


def _filled(danish: str, values: Mapping[str, str], depth: int) -> str:
    """A text with its holes filled: as the value is, or where it is a finding itself, in Danish."""

    def value(hole: re.Match[str]) -> str:
        inner = _in_danish("", values[hole[1]], depth - 1) if hole[1] == _INNER and depth > 0 else None
        return values[hole[1]] if inner is None else inner

    return _HOLE.sub(value, danish)


def _every() -> Iterator[_Template]:
    """The texts of all codes that say which text they are for."""
    for templates in _templates().values():
        yield from (one for one in templates if one.parts != (_ANY,))


@cache
def _templates() -> Mapping[str, tuple[_Template, ...]]:
    content = files("gateway.pages").joinpath("findings.da.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(content).items()
    return {code: tuple(_Template.of(*pair) for pair in texts.items()) for code, texts in tables}
