"""A message's bytes as lines a person can read: decoded, broken into lines, marked where issues are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.masking import masked_text
from profiles.issue import Issue
from profiles.strict_json import locate

LONGEST_SHOWN = 200_000
MOST_MARKED = 30
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CHARSETS = {
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "utf-8": "utf-8",
    "windows-1252": "windows-1252",
}
_JSON_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^"{}\[\],\s]+|\s+|"')
_CONTROL = {code: 0x2400 + code for code in range(32) if code not in (9, 10)}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a message: its number, its text, and the codes of the issues that speak of it."""

    number: int
    text: str
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as lines. places: the line each issue speaks of, in the order of the issues, None where none does.

    encoding: how its bytes were read. laid_out: lines are ours, not the sender's. cut: shown in part only.
    """

    rows: tuple[Row, ...]
    places: tuple[int | None, ...]
    encoding: str
    laid_out: bool
    cut: bool


def letter(raw: bytes, issues: Iterable[Issue], *, masked: bool) -> Letter:
    """A message's bytes as lines; masked: without anything that could be a CPR number. Never fails."""
    text, encoding = decoded(raw)
    cut = len(text) > LONGEST_SHOWN
    text = text[:LONGEST_SHOWN].replace("\r\n", "\n").replace("\r", "\n")
    shown = masked_text(text) if masked else text
    laid_out = shown.count("\n") < 4 and not shown.startswith("MSH")
    lines = (laid(shown) if laid_out else shown).translate(_CONTROL).rstrip("\n").split("\n")
    found = tuple(issues)
    places = tuple(_place(issue, lines, laid_out=laid_out) for issue in found[:MOST_MARKED])
    rows = tuple(Row(number, line, _codes(number, found, places)) for number, line in enumerate(lines, start=1))
    return Letter(rows, places, encoding, laid_out, cut)


def decoded(raw: bytes) -> tuple[str, str]:
    """The text of the bytes and the encoding it was read by: as declared, else UTF-8, else windows-1252."""
    for encoding in _candidates(raw):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("windows-1252", errors="replace"), "windows-1252"


def encoded(text: str) -> bytes:
    """A text as bytes in the encoding it says it is in, where it can be written so, else in UTF-8."""
    for encoding in _candidates(text[:2000].encode("utf-8")):
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            continue
    return text.encode("utf-8", errors="replace")


def laid(text: str) -> str:
    """A message that came on one line, broken into lines; nothing but white space is added between its parts."""
    start = text.lstrip()[:1]
    if start == "<":
        return _laid_xml(text)
    return _laid_json(text) if start in ("{", "[") else text


def _candidates(raw: bytes) -> list[str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    declared = _DECLARED.match(raw)
    if declared:
        return [_CHARSETS.get(declared[1].decode().lower(), "utf-8"), "utf-8"]
    header = re.split(rb"[\r\n]", raw[:2000], maxsplit=1)[0].split(b"|")
    if raw.startswith(b"MSH") and len(header) > 17:
        return [_CHARSETS.get(header[17].decode("ascii", "replace").lower(), "utf-8"), "utf-8"]
    return ["utf-8"]


def _laid_xml(text: str) -> str:
    lines, depth = text.replace("><", ">\n<").split("\n"), 0
    out: list[str] = []
    for line in lines:
        depth -= line.startswith("</")
        out.append("  " * min(max(depth, 0), 40) + line)
        depth += line.startswith("<") and line[1:2] not in ("/", "?", "!") and "</" not in line and "/>" not in line
    return "\n".join(out)


def _laid_json(text: str) -> str:
    out: list[str] = []
    depth = 0
    for part in _JSON_PART.findall(text):
        if part.isspace():
            continue
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(part, 0)
        if part in ("}", "]"):
            out.append(_break(depth))
        out.append(": " if part == ":" else part)
        if part in ("{", "[", ","):
            out.append(_break(depth))
    return "".join(out)


def _break(depth: int) -> str:
    return "\n" + "  " * min(max(depth, 0), 40)


def _codes(number: int, issues: tuple[Issue, ...], places: tuple[int | None, ...]) -> tuple[str, ...]:
    return tuple(issue.code for issue, place in zip(issues, places, strict=False) if place == number)


def _place(issue: Issue, lines: Sequence[str], *, laid_out: bool) -> int | None:
    if issue.line and not laid_out:
        return issue.line if issue.line <= len(lines) else None
    return _line_of(issue.where, lines)


def _line_of(where: str, lines: Sequence[str]) -> int | None:
    """The line an issue's place names: a segment of HL7 v2 ("PID-3"), or a place in a FHIR resource in JSON."""
    segment = re.match(r"[A-Z][A-Z0-9]{2}(?=-|$)", where)
    if segment:
        return next((at for at, line in enumerate(lines, start=1) if line.startswith(f"{segment[0]}|")), None)
    if not where or not lines[0].startswith("{"):
        return None
    number, _ = locate("\n".join(lines).encode(), where)
    return number if number > 1 else None
