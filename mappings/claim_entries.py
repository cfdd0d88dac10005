"""Claims of a bundle as bytes. Lines that differ in names, texts and day alone share a template, made of one Claim.

A month may have a million lines, and to make a tree of each and write it costs ten times as much as to fill in a
template. `claim_lines.claim_resource` says what a Claim is; a template is that Claim of a line whose varying values are
marks, cut at the marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec

from mappings.canonical_json import canonical_json
from mappings.claim_lines import Frame, claim_resource, earlier_line, resource_id
from mappings.outbound import urn
from mappings.reading import Citizen
from settlement.lines import Line

_DAY = date.min
"""The mark of the service date: no course was served on it."""


def canonical_entry(resource: dict[str, Any]) -> bytes:
    """The canonical bytes of a bundle's entry, without the line feed."""
    return canonical_json({"fullUrl": urn(resource), "resource": resource})[:-1]


class ClaimEntries:
    """Writes the lines of one bundle. The bytes are those of `canonical_entry(claim_resource(...))`."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._templates: dict[tuple[object, ...], _Template | None] = {}

    def entry(self, line: Line, citizen: Citizen) -> bytes:
        """A line as an entry; see `claim_resource`."""
        kind = _kind(line, citizen)
        if kind not in self._templates:
            self._templates[kind] = _template(self._frame, line, citizen)
        template = self._templates[kind]
        if template is None:
            return canonical_entry(claim_resource(self._frame, line, citizen))
        return template.filled(_values(line, citizen))


@dataclass(frozen=True, slots=True)
class _Template:
    """Bytes between the marks, with a gap for each; and which value goes into each gap."""

    parts: tuple[bytes, ...]
    order: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> bytes:
        written = [msgspec.json.encode(value)[1:-1] for value in values]
        parts = list(self.parts)
        parts[1::2] = [written[place] for place in self.order]
        return b"".join(parts)


def _kind(line: Line, citizen: Citizen) -> tuple[object, ...]:
    """What two lines must have in common to share a template: all that is not among their values."""
    paid = line.kind, line.clause, line.rate_version, line.part, line.iv_type, line.category, line.amount
    said = tuple(line.explanation), len(line.inputs), bool(earlier_line(line)), citizen.system
    return *paid, *said, str(line.facts) if line.facts else ""


def _values(line: Line, citizen: Citizen) -> list[str]:
    """What goes into the gaps, that of the first one twice: as the entry's url and the resource's id."""
    texts = line.explanation.values()
    names = resource_id("line", line.id), line.id, line.episode, citizen.identifier, earlier_line(line)
    return [*names, line.service_date.isoformat(), *texts, *line.inputs]


def _template(frame: Frame, line: Line, citizen: Citizen) -> _Template | None:
    """The template of a line's kind; None where a mark is not found as often as it stands in a Claim."""
    mark = _mark("earlier") if earlier_line(line) else ""
    marked = replace(
        line,
        id=_mark("line"),
        episode=_mark("episode"),
        reverses=mark,
        replaces=mark,
        service_date=_DAY,
        explanation={language: _mark(f"text {language}") for language in line.explanation},
        inputs=tuple(_mark(f"message {place}") for place in range(len(line.inputs))),
    )
    someone = replace(citizen, identifier=_mark("citizen"))
    marks = [value.encode() for value in _values(marked, someone)]
    body = canonical_entry(claim_resource(frame, marked, someone))
    parts = re.split(b"(" + b"|".join({one for one in marks if one}) + b")", body)
    order = tuple(marks.index(one) for one in parts[1::2])
    expected = sorted([0, *(place for place, one in enumerate(marks) if one)])
    return _Template(tuple(parts), order) if sorted(order) == expected else None


def _mark(name: str) -> str:
    """A text that stands nowhere else: a UUID made of a name."""
    return resource_id("mark", name)
