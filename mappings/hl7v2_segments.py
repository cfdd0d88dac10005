"""HL7 v2 ER7 text as segments and fields: our own splitter, for the path of every message.

It decodes (MSH-18, else UTF-8, else windows-1252), takes CR, LF and CRLF as segment ends, holds the limits and cuts
into segments and fields; repetitions, components and escapes are cut where they are read. HL7 v2.8.2, chapter 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mappings.reading import Document, Family
from profiles.issue import Issue, fatal

Segment = tuple[str, ...]

_SEGMENT_END = re.compile(r"[\r\n]+")
_FRAME = b"\x0b\x1c\r\n \t"
_UTF8_MARK = b"\xef\xbb\xbf"
_NULL = '""'
_CHARSETS = {
    "": "",
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "WINDOWS-1252": "cp1252",
    **{f"8859/{part}": f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}


@dataclass(frozen=True, slots=True)
class Er7Limits:
    """What a message may hold at most; beyond it the message is refused unread."""

    segments: int = 2_000
    fields: int = 500
    repetitions: int = 500
    field_characters: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Er7:
    """A message cut into segments. `segments[0]` is MSH, numbered like the others: field n is `segment[n]`.

    separators: field, component, repetition, escape, subcomponent. whole: False when nothing but MSH could be cut,
    which is enough to answer the sender.
    """

    separators: str
    charset: str
    segments: tuple[Segment, ...]
    whole: bool = True

    def first(self, name: str) -> Segment:
        """The first segment of that name, or an empty one."""
        return next((segment for segment in self.segments if segment[0] == name), ())

    def every(self, name: str) -> tuple[Segment, ...]:
        """All segments of that name, in order."""
        return tuple(segment for segment in self.segments if segment[0] == name)

    def field(self, segment: Segment, number: int) -> str:
        """A field as it is written, with all its parts; "" when it is absent or explicitly null."""
        text = segment[number] if number < len(segment) else ""
        return "" if text == _NULL else text

    def repetitions(self, segment: Segment, number: int) -> list[str]:
        """The repetitions of a field that are not empty."""
        text = self.field(segment, number)
        return [part for part in text.split(self.separators[2]) if part] if text else []

    def component(self, repetition: str, number: int) -> str:
        """Component `number` (from 1) of a repetition as it is written, with its subcomponents."""
        parts = repetition.split(self.separators[1], number)
        return parts[number - 1] if number <= len(parts) else ""

    def subcomponents(self, component: str) -> list[str]:
        """The subcomponents of a component, unescaped."""
        return [self.plain(part) for part in component.split(self.separators[4])]

    def value(self, segment: Segment, number: int, component: int = 1) -> str:
        """The plain text of a component's first subcomponent, in the field's first repetition."""
        text = segment[number] if number < len(segment) else ""
        if not text or text == _NULL:
            return ""
        separators = self.separators
        if separators[2] in text:
            text = text.split(separators[2], 1)[0]
        if separators[1] in text:
            text = self.component(text, component)
        elif component > 1:
            return ""
        if separators[4] in text:
            text = text.split(separators[4], 1)[0]
        return (self.plain(text) if separators[3] in text else text).strip()

    def plain(self, text: str) -> str:
        """The text with its escape sequences resolved (chapter 2, section 2.7); unknown ones stay as they are."""
        escape = self.separators[3]
        if escape not in text:
            return text
        pieces = text.split(escape)
        if len(pieces) % 2 == 0:
            return text
        return "".join(self._resolved(piece) if index % 2 else piece for index, piece in enumerate(pieces))

    def _resolved(self, sequence: str) -> str:
        separator = "FSRET".find(sequence) if len(sequence) == 1 else -1
        if separator >= 0:
            return self.separators[separator]
        if sequence in ("H", "N"):
            return ""
        if sequence.startswith(".br"):
            return "\n"
        return self._from_hex(sequence)

    def _from_hex(self, sequence: str) -> str:
        try:
            if sequence.startswith("X"):
                return bytes.fromhex(sequence[1:]).decode(self.charset)
        except ValueError:
            pass
        return f"{self.separators[3]}{sequence}{self.separators[3]}"


DEFAULT_LIMITS = Er7Limits()


def parse_hl7v2(body: bytes, media_type: str) -> tuple[Document, tuple[Issue, ...]]:  # noqa: ARG001 - every parser's shape
    """Cut a message (without its MLLP frame) into segments.

    Answers with the document and what was found. The tree is an Er7, or None when there is no readable MSH.
    """
    tree, issues = cut(body)
    return Document(Family.HL7V2, "er7", tree), issues


def cut(body: bytes, limits: Er7Limits = DEFAULT_LIMITS) -> tuple[Er7 | None, tuple[Issue, ...]]:
    """The segments of a message, and what is wrong with it. Bounded by `limits`; never raises."""
    marked = body.startswith(_UTF8_MARK)
    content = body[3:].strip(_FRAME) if marked else body.strip(_FRAME)
    separators, problem = _separators(content)
    if problem:
        return None, (fatal("hl7-msh", "MSH", problem),)
    tree, issue = _cut(content, separators, marked, limits)
    return tree, (issue,) if issue else ()


def _separators(content: bytes) -> tuple[str, str]:
    """Field, component, repetition, escape and subcomponent separator, and what is wrong with them."""
    if not content:
        return "", "The message is empty: send one HL7 v2 message that begins with MSH."
    if content[:3] != b"MSH" or len(content) < 4:
        return "", "The message does not begin with MSH: send one message a frame, without batch headers."
    marks = content[4:9].split(content[3:4])[0]
    used = content[3:4] + marks[:4]
    if (
        len(marks) < 4
        or len(set(used)) < 5
        or any(mark <= 0x20 or mark >= 0x7F or chr(mark).isalnum() for mark in used)
    ):
        return "", "MSH-1 and MSH-2 do not hold five different separators: begin the message with MSH|^~\\&|."
    return used.decode("ascii"), ""


def _cut(content: bytes, separators: str, marked: bool, limits: Er7Limits) -> tuple[Er7, Issue | None]:
    charset, problem = _charset(content, separators, marked)
    if problem is not None:
        return _only_header(content, separators), problem
    text, problem = _decode(content, charset)
    if problem is not None:
        return _only_header(content, separators), problem
    if text.count("\r") + text.count("\n") > 4 * limits.segments:
        return _only_header(content, separators), _too_many("", "segments", limits.segments)
    lines = [line for line in _SEGMENT_END.split(text) if line.strip()]
    header = _header(lines[0], separators)
    problem = _over_limit(lines, separators, limits)
    if problem is not None:
        return Er7(separators, charset, (header[: limits.fields],), whole=False), problem
    rest = (tuple(line.split(separators[0])) for line in lines[1:])
    return Er7(separators, charset, (header, *rest)), None


def _only_header(content: bytes, separators: str) -> Er7:
    line = _first_line(content).decode("ascii", "replace")
    return Er7(separators, "ascii", (_header(line, separators)[:30],), whole=False)


def _first_line(content: bytes) -> bytes:
    return content.split(b"\r", 1)[0].split(b"\n", 1)[0]


def _header(line: str, separators: str) -> Segment:
    """MSH with its separator as field 1, so that field n is at place n."""
    name, *fields = line.split(separators[0])
    return (name, separators[0], *fields)


def _charset(content: bytes, separators: str, marked: bool) -> tuple[str, Issue | None]:
    header = _first_line(content).decode("latin-1").split(separators[0], 18)
    declared = header[17].split(separators[2])[0].strip().upper() if len(header) > 17 else ""
    codec = _CHARSETS.get(declared)
    if codec is None:
        text = "MSH-18 names a character set that is not read here: use UNICODE UTF-8, 8859/1 or 8859/15."
        return "", fatal("hl7-charset", "MSH-18", text, "not-supported")
    return ("utf-8" if marked else codec or _guess(content)), None


def _guess(content: bytes) -> str:
    """UTF-8 when it is, else windows-1252: what senders in Denmark use when they do not say."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _decode(content: bytes, charset: str) -> tuple[str, Issue | None]:
    try:
        text = content.decode(charset)
    except UnicodeDecodeError as found:
        where = f"at byte {found.start + 1}"
        problem = f"The text is not in the character set of MSH-18 ({where}): correct one of them."
        return "", fatal("hl7-charset", "MSH-18", problem, "structure")
    if "\0" in text:
        return "", fatal("hl7-control-character", "", "The message holds a NUL character: remove it.")
    return text, None


def _over_limit(lines: list[str], separators: str, limits: Er7Limits) -> Issue | None:
    if len(lines) > limits.segments:
        return _too_many("", "segments", limits.segments)
    for number, line in enumerate(lines, 1):
        name = f"{line[:3]}[{number}]"
        if line.count(separators[0]) > limits.fields:
            return _too_many(name, "fields in a segment", limits.fields)
        if line.count(separators[2]) > limits.repetitions or len(line) > limits.field_characters:
            problem = _field_over_limit(name, line.split(separators[0]), separators[2], limits)
            if problem is not None:
                return problem
    return None


def _field_over_limit(name: str, fields: list[str], repetition: str, limits: Er7Limits) -> Issue | None:
    for text in fields:
        if text.count(repetition) > limits.repetitions:
            return _too_many(name, "repetitions of a field", limits.repetitions)
        if len(text) > limits.field_characters:
            return _too_many(name, "characters in a field", limits.field_characters)
    return None


def _too_many(where: str, what: str, limit: int) -> Issue:
    return fatal("hl7-limit", where, f"There are more than {limit} {what}: send a smaller message.", "too-costly")
