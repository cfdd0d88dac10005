"""A region's registrations as a file: CSV as spreadsheets and registers write it, with Danish or English headings.

    CPR-nummer;Kommune;Startdato;IV-type;Tyngdekategori;Id
    010190-1234;0751;05-10-2026;Antibiotika;2;4711

Semicolon, comma or tab; UTF-8, UTF-16 with its mark, or windows-1252. Columns may come in any order, and others may
stand beside them. Without an id, a registration is known by its citizen, municipality and start.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gateway import registration_words as words
from settlement.organisations import Directory
from settlement.records import IvType
from settlement.registrations import Registration

MOST_BYTES = 100_000_000
MOST_FAULTS = 200
LONGEST_ID = 64
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "citizen": ("cpr", "cprnummer", "cprnr", "personnummer", "cprnumber", "citizen", "borger"),
    "municipality": ("kommune", "kommunekode", "kommunenr", "kommunenummer", "municipality", "municipalitycode"),
    "start": ("start", "startdato", "startdag", "dato", "forløbsstart", "begyndt", "date", "startdate", "startday"),
    "iv_type": ("ivtype", "type", "ivbehandling", "behandling", "treatment"),
    "category": ("kategori", "tyngdekategori", "tyngde", "category", "weightcategory", "weight"),
    "id": ("id", "løbenummer", "løbenr", "registrering", "registreringsid", "registration", "registrationid"),
}
"""What a registration is made of, and the headings it may stand under (lower case, letters and digits alone)."""
REQUIRED = ("citizen", "municipality", "start")

_FAULTS = {
    "citizen": "The CPR number is not ten digits beginning with a date. Write it with or without a hyphen.",
    "municipality": "The municipality is not known. Write its four digits or its name, such as 0751 or Aarhus.",
    "start": "The start is no date. Write it as 05-10-2026 or 2026-10-05.",
    "iv_type": f"The IV type is not known. Write one of {', '.join(IvType)}, or leave it empty.",
    "category": "The weight category is not known. Write 1, 2, 3, 4 or chemotherapy, or leave it empty.",
}
_REPEATED = "The registration stands in the file already, with the same id, or citizen, municipality and start."
_UNREADABLE = "The line cannot be read as CSV: a cell is endless. Look for a quotation mark that is not closed."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row and what to do: line is its line in the file. Never holds anything of the row itself."""

    line: int
    text: str


class _UnreadableError(Exception):
    """A line that is no CSV; its argument is the line."""


@dataclass(frozen=True, slots=True)
class RegistrationReader:
    """Reads registrations of one source. key: makes the opaque key of a citizen's number."""

    source: str
    directory: Directory
    key: Callable[[str], str]

    def read(self, body: bytes) -> tuple[list[Registration], list[Fault]]:
        """The file's registrations, and what is wrong with it: at most some 200 faults."""
        if len(body) > MOST_BYTES:
            return [], [Fault(1, f"The file is larger than {MOST_BYTES // 1_000_000} MB. Import it in parts.")]
        rows = _rows(_decoded(body))
        try:
            places = _places(next(rows, (1, []))[1])
            if missing := [name for name in REQUIRED if name not in places]:
                names = ", ".join(COLUMNS[name][0] for name in missing)
                return [], [Fault(1, f"The first line has no heading {names}. Write the headings there.")]
            return self._read(rows, places)
        except _UnreadableError as problem:
            return [], [Fault(problem.args[0], _UNREADABLE)]

    def _read(
        self, rows: Iterator[tuple[int, list[str]]], places: Mapping[str, int]
    ) -> tuple[list[Registration], list[Fault]]:
        found: dict[str, Registration] = {}
        faults: list[Fault] = []
        for line, row in rows:
            values = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
            if not any(values.values()):
                continue
            outcome = self._registration(line, values)
            if isinstance(outcome, list):
                faults += outcome
            elif outcome.id in found:
                faults.append(Fault(line, _REPEATED))
            else:
                found[outcome.id] = outcome
            if len(faults) >= MOST_FAULTS:
                break
        return list(found.values()), faults

    def _registration(self, line: int, values: Mapping[str, str]) -> Registration | list[Fault]:
        """What a row registers, or everything that is wrong with it."""
        number, start = words.cpr(values["citizen"]), words.day(values["start"])
        told = {
            "municipality": words.municipality(values["municipality"], self.directory),
            "iv_type": words.iv_type(values.get("iv_type", "")),
            "category": words.category(values.get("category", "")),
        }
        facts = {name: value for name, value in told.items() if value is not None}
        if number is None or start is None or len(facts) < len(told):
            wrong = {"citizen": number, **told, "start": start}
            return [Fault(line, _FAULTS[name]) for name, value in wrong.items() if value is None]
        citizen = self.key(number)
        return Registration(
            id=self._id(values.get("id", "")) or _named(citizen, facts["municipality"], start.isoformat()),
            citizen=citizen,
            region=self.directory.region_of(facts["municipality"], start),
            start=start,
            source=self.source,
            **facts,
        )

    def _id(self, text: str) -> str:
        """An id as it stands; of one that might hold a CPR number, its key."""
        return self.key(text) if len(re.sub(r"\D", "", text)) >= 9 or len(text) > LONGEST_ID else text


def _decoded(body: bytes) -> str:
    """The text: by its mark, as UTF-8, or else as windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("windows-1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line."""
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count))
    before = 0
    try:
        for row in rows:
            yield before + 1, row
            before = rows.line_num
    except csv.Error as problem:
        raise _UnreadableError(before + 1) from problem


def _places(head: list[str]) -> dict[str, int]:
    """Where each thing stands; the first of several columns that could be it."""
    names = [words.plain(cell) for cell in head]
    found = {name: [place for place, text in enumerate(names) if text in texts] for name, texts in COLUMNS.items()}
    return {name: places[0] for name, places in found.items() if places}


def _named(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
