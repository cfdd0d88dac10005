"""Files of registrations: as spreadsheets write them, each bad row told, no CPR number told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registration_file import MOST_FAULTS, Fault, RegistrationReader
from settlement.organisations import Directory
from settlement.registrations import Registration

CPR = "0101901234"
READER = RegistrationReader("lpr", Directory.build(), lambda text: f"key-{sum(map(ord, text))}")
KEY = READER.key(CPR)
HEAD = "CPR-nummer;Kommune;Startdato;IV-type;Tyngdekategori;Id"
ROW = "010190-1234;Aarhus;05-10-2026;Ernæring;2;4711"
READ = Registration("4711", KEY, "0751", "DK-82", date(2026, 10, 5), "nutrition", "2", "lpr")


def read(text: str, encoding: str = "utf-8") -> tuple[list[Registration], list[Fault]]:
    return READER.read(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_is_read_in_every_usual_encoding(encoding: str, end: str) -> None:
    assert read(f"{HEAD}{end}{ROW}{end}{end}", encoding) == ([READ], [])


def test_english_headings_commas_and_other_columns() -> None:
    head = "Ward,Start date,CPR number,Municipality,Treatment,Weight category,Registration id"
    text = f'{head}\n"A, B",2026-10-05,0101901234,751,nutrition,2,4711\n'
    assert read(text) == ([READ], [])


def test_without_an_id_the_course_itself_is_the_name() -> None:
    rows = "CPR\tKommune\tDato\tKategori\n0101901234\t0751\t5.10.2026\t2\n0101901234\t0751\t6.10.2026\t2\n"
    (first, second), faults = read(rows)
    assert faults == []
    assert first.id != second.id
    assert read(rows.replace("\t2\n", "\t3\n"))[0][0].id == first.id
    assert (first.iv_type, first.category) == ("", "2")


def test_every_bad_row_is_told_with_its_line_and_without_its_content() -> None:
    rows = [HEAD, ROW, "0101901299;Atlantis;x;saft;9;1", '"99\n99991234";0751;05-10-2026;;;2', "", ROW]
    found, faults = read("\n".join(rows))
    assert [fault.line for fault in faults] == [3, 3, 3, 3, 4, 7]
    told = " ".join(fault.text for fault in faults)
    assert "0101901299" not in told
    assert "Atlantis" not in told
    assert "stands in the file already" in told
    assert found == [READ]


def test_a_file_without_its_headings_is_told_so() -> None:
    assert read("a;b\n1;2\n") == (
        [],
        [Fault(1, "The first line has no heading cpr, kommune, start. Write the headings there.")],
    )
    assert read("")[1][0].line == 1


def test_a_quotation_mark_that_is_not_closed_is_told() -> None:
    found, (fault,) = read(f'{HEAD}\n{ROW}\n"{"x" * 200_000}')
    assert (found, fault.line) == ([], 3)
    assert "quotation mark" in fault.text


def test_an_id_that_may_hold_a_cpr_number_is_kept_as_a_key() -> None:
    (one,), _ = read(f"{HEAD}\n{ROW.replace('4711', 'X-010190-1234')}\n")
    assert CPR not in one.id.replace("-", "")


def test_a_file_of_faults_is_not_read_to_its_end() -> None:
    _, faults = read(HEAD + "\nx;0751;05-10-2026;;;1" * 10_000)
    assert len(faults) == MOST_FAULTS


@given(st.binary(max_size=300))
def test_no_bytes_raise(body: bytes) -> None:
    READER.read(body)
    READER.read(HEAD.encode() + b"\n" + body)
