"""Statements: equal to the claim to the oere, the same bytes every time, and no citizen in them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.demo.cast import course
from gateway.errors import NotFoundError
from gateway.papers.as_csv import as_csv
from gateway.papers.as_pdf import as_pdf
from gateway.papers.as_xlsx import as_xlsx
from gateway.papers.making import FORMATS, papers
from gateway.papers.statement import Statement, statement
from gateway.papers.words import WORDS, kroner
from settlement.agreements import SHIPPED, load
from settlement.closing import close_month
from settlement.lines import Line
from settlement.periods import Month
from settlement.records import Record, WeightCategory
from tests.gateway.world import world
from tests.settlement.building import DIRECTORY, discharge, folded, treatment, visit

AGREEMENT = load(SHIPPED / "iv-midtjylland.toml")


def records(day: int, category: WeightCategory | None) -> list[Record]:
    who, at = f"c{day}", f"2026-10-{day:02}"
    return [
        discharge(at, citizen=who),
        treatment(at, category=category, citizen=who),
        visit(f"{at} 20:00", citizen=who),
    ]


def of_month(month: Month, category: WeightCategory, billed: list[Line]) -> Statement:
    """A month with charges, with what is withheld, and (after October) with reversals."""
    kinds = [WeightCategory.ONE, category, None]
    episodes = [one for day in range(1, 10) for one in folded(*records(day, kinds[day % 3]))]
    (claim,) = close_month(month, episodes, AGREEMENT, billed, DIRECTORY)
    return statement(claim, AGREEMENT, "Aarhus (0751)", "Region Midtjylland", month.last_day, "ab" * 32)


OCTOBER = of_month(Month(2026, 10), WeightCategory.TWO, [])
NOVEMBER = of_month(Month(2026, 11), WeightCategory.FOUR, list(OCTOBER.claim.lines))


@pytest.mark.parametrize("paper", [OCTOBER, NOVEMBER], ids=["october", "november"])
def test_sums_and_lines_come_to_the_claim(paper: Statement) -> None:
    assert sum(one.amount for one in paper.sums) == paper.total == sum(line.amount for line in paper.lines())
    assert sum(one.lines for one in paper.sums) == len(paper.claim.lines)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_statement_gives_the_same_bytes(form: str, language: str) -> None:
    write, _ = FORMATS[form]
    assert write(NOVEMBER, language) == write(NOVEMBER, language)
    assert write(NOVEMBER, language) != write(OCTOBER, language)


@pytest.mark.parametrize("paper", [OCTOBER, NOVEMBER], ids=["october", "november"])
def test_csv_sums_to_the_claim(paper: Statement) -> None:
    body = as_csv(paper, "da")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    amounts = [row["Beløb (kr.)"] for row in rows if row["Beløb (kr.)"]]
    assert sum(Decimal(amount.replace(",", ".")) for amount in amounts) * 100 == paper.total
    assert len(rows) == len(paper.claim.lines) + len(paper.claim.withheld)


def cells(body: bytes, sheet: int) -> dict[str, tuple[str, str]]:
    """Formula and value of a sheet's number cells."""
    text = zipfile.ZipFile(io.BytesIO(body)).read(f"xl/worksheets/sheet{sheet}.xml").decode()
    found = re.findall(r'<c r="([A-Z]+\d+)"(?: s="\d+")?>(?:<f>([^<]*)</f>)?<v>([^<]*)</v></c>', text)
    return {place: (formula, value) for place, formula, value in found}


@pytest.mark.parametrize("paper", [OCTOBER, NOVEMBER], ids=["october", "november"])
def test_the_workbooks_formula_sums_what_is_the_claims_total(paper: Statement) -> None:
    found = cells(as_xlsx(paper, "da"), 2)
    amounts = [Decimal(value) for place, (formula, value) in found.items() if place[0] == "H" and not formula]
    assert len(amounts) == len(paper.claim.lines)
    total = next((formula, value) for place, (formula, value) in found.items() if place[0] == "H" and formula)
    assert total[0] == f"SUM(H2:H{len(amounts) + 1})"
    assert Decimal(total[1]) * 100 == sum(amounts) * 100 == paper.total


def test_a_large_amount_keeps_its_oere_in_the_workbook() -> None:
    line = replace(OCTOBER.claim.lines[0], amount=9_876_543_210_999)
    paper = replace(OCTOBER, claim=replace(OCTOBER.claim, lines=(line,)))
    assert cells(as_xlsx(paper, "en"), 2)["H2"][1] == "98765432109.99"


def test_a_pdf_is_a_pdf_and_a_draft_says_so() -> None:
    assert as_pdf(OCTOBER, "da").startswith(b"%PDF-")
    draft = replace(OCTOBER, sha256="")
    assert draft.is_draft
    assert as_pdf(draft, "da") != as_pdf(OCTOBER, "da")


def test_an_empty_claim_has_its_papers_too() -> None:
    empty = replace(OCTOBER, claim=replace(OCTOBER.claim, lines=(), withheld=()), sums=())
    for write, _ in FORMATS.values():
        assert write(empty, "en")


def test_formulas_in_texts_stay_texts() -> None:
    line = replace(OCTOBER.claim.lines[0], part="=1+1")
    paper = replace(OCTOBER, claim=replace(OCTOBER.claim, lines=(line,)))
    assert [place for place, (formula, _) in cells(as_xlsx(paper, "en"), 2).items() if formula] == ["H3"]


def test_amounts_and_words() -> None:
    assert [kroner(amount) for amount in (0, 5, -123_450, 100_000_001)] == ["0,00", "0,05", "-1234,50", "1000000,01"]
    assert all(danish and english for danish, english in WORDS.values())


def test_papers_of_the_gateways_own_claims_name_no_citizen(tmp_path: Path) -> None:
    with world(tmp_path, 0, 4) as gateway:
        month = Month(2026, 9)
        gateway.months.close(month)
        code = gateway.months.preview(month)[0].municipality
        (made,) = papers(gateway, month, code, "csv", "da")
        assert made.name.startswith("iv-midtjylland-2026-09-")
        assert course(0).person.cpr not in made.body.decode()
        with pytest.raises(NotFoundError, match="9999 has no claim"):
            papers(gateway, month, "9999", "csv", "da")
