"""Statements: equal to the claim to the oere, the same bytes every time, and no citizen in them."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from gateway.demo.cast import course
from gateway.errors import NotFoundError
from gateway.papers.as_csv import as_csv
from gateway.papers.as_pdf import as_pdf
from gateway.papers.as_xlsx import as_xlsx
from gateway.papers.making import FORMATS, papers, statement_of
from gateway.papers.statement import Balance, Statement, statement
from gateway.papers.words import WORDS, kroner, month, word
from gateway.region_desk import answer_claim, closed_claim, owed_of, pay, rest_approved
from settlement.agreements import SHIPPED, load
from settlement.closing import close_month
from settlement.decisions import Decision
from settlement.life import State, draft, life_of
from settlement.lines import Line
from settlement.money import kroner as money
from settlement.money import oere
from settlement.payments import Payment, standing
from settlement.periods import Month
from settlement.records import Record, WeightCategory
from tests.gateway.test_months import OTHER, PRICED
from tests.gateway.world import world
from tests.settlement.building import DIRECTORY, discharge, folded, treatment, visit

AT = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
TOTAL, LINES, PAYMENTS = 0, 1, 3
"""Sheets of the workbook."""
PARTIES = "Aarhus (0751) → Region Midtjylland"
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
    life = life_of(claim, (), (), (), silence_approves=False)
    return statement(claim, AGREEMENT, "Aarhus (0751)", "Region Midtjylland", month.last_day, "ab" * 32, life)


def answered(paper: Statement) -> Statement:
    """A claim whose first line is cut and disputed, the second rejected, the third approved, the others not answered;
    paid in two payments, one of them stated twice."""
    first, second, third, *_ = paper.claim.lines
    decisions = [
        Decision(first.id, first.amount // 2, "other-amount", "Ring 010150-1234", AT, "m1"),
        Decision(second.id, 0, "new-code", "", AT, "m2"),
        Decision(third.id, third.amount, "", "", AT, "m3"),
    ]
    payments = [
        Payment(paper.claim.id, "B-1", date(2026, 12, 20), 100),
        Payment(paper.claim.id, "B-1", date(2026, 12, 21), 100_001),
        Payment(paper.claim.id, "B-2", date(2027, 1, 4), 50),
    ]
    life = life_of(paper.claim, decisions, {first.id}, payments, silence_approves=False)
    return replace(paper, life=life, payments=standing(payments))


OCTOBER = of_month(Month(2026, 10), WeightCategory.TWO, [])
NOVEMBER = of_month(Month(2026, 11), WeightCategory.FOUR, list(OCTOBER.claim.lines))
ANSWERED = answered(NOVEMBER)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=6, max_size=6), st.integers(0, 10**9), st.booleans()
)
def test_the_balance_adds_up(answers: list[tuple[bool, float]], amount: int, silence: bool) -> None:
    claim = NOVEMBER.claim
    decided = [(line, part) for line, (is_decided, part) in zip(claim.lines, answers, strict=True) if is_decided]
    decisions = [Decision(line.id, int(line.amount * part), "", "", AT, "m") for line, part in decided]
    payments = (Payment(claim.id, "B-1", date(2026, 12, 20), amount),)
    life = life_of(claim, decisions, (), payments, silence_approves=silence)
    balance = replace(NOVEMBER, life=life, payments=payments).balance
    assert balance.claimed == claim.total == balance.approved + balance.refused + balance.undecided
    assert balance.owed == balance.approved + (balance.undecided if silence else 0)
    assert (balance.outstanding, balance.paid) == (balance.owed - amount, amount)


def test_a_statement_is_as_of_the_last_thing_it_tells() -> None:
    assert NOVEMBER.as_of == date(2026, 11, 30)
    assert ANSWERED.as_of == date(2027, 1, 4)
    assert replace(ANSWERED, payments=()).as_of == date(2026, 12, 4), "the answer's day in Denmark"


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


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def column_sum(rows: list[dict[str, str]], name: str) -> int:
    """A column of amounts in kroner, in oere."""
    return sum(oere_of(Decimal(row[name].replace(",", "."))) for row in rows if row[name])


def oere_of(kroner: Decimal | float) -> int:
    return oere(Decimal(str(kroner)))


@pytest.mark.parametrize("paper", [OCTOBER, NOVEMBER, ANSWERED], ids=["october", "november", "answered"])
def test_csv_sums_to_the_claim(paper: Statement) -> None:
    body = as_csv(paper, "da")
    assert body.startswith(b"\xef\xbb\xbf")
    rows, balance = rows_of(body), paper.balance
    sums = [column_sum(rows, name) for name in ("Beløb (kr.)", "Godkendt (kr.)", "Betalt (kr.)")]
    assert sums == [balance.claimed, balance.approved, balance.paid]
    assert len(rows) == len(paper.claim.lines) + len(paper.claim.withheld) + len(paper.payments)


def test_csv_tells_what_was_answered_to_each_line() -> None:
    rows = {row["Linje"]: (row["Svar"], row["Svarets grund"]) for row in rows_of(as_csv(ANSWERED, "da"))}
    first, second, third, fourth, *_ = (line.id for line in ANSWERED.claim.lines)
    assert rows[first] == ("Nedsat, i tvist", "Andet beløb. Ring 010150-xxxx")
    assert rows[second] == ("Afvist", "new-code")
    assert rows[third] == ("Godkendt", "")
    assert rows[fourth] == ("Ikke besvaret", "")


def value(body: bytes, sheet: int, place: str, *, formula: bool = False) -> Any:
    """What a cell of a workbook holds; its formula if asked for."""
    return load_workbook(io.BytesIO(body), data_only=not formula).worksheets[sheet][place].value


@pytest.mark.parametrize("paper", [OCTOBER, NOVEMBER, ANSWERED], ids=["october", "november", "answered"])
def test_the_workbooks_formulas_sum_what_is_the_claims_total_and_what_was_approved(paper: Statement) -> None:
    body, end = as_xlsx(paper, "da"), len(paper.claim.lines) + 1
    for column, amount in (("H", paper.total), ("J", paper.life.approved)):
        amounts = [value(body, LINES, f"{column}{row}") or 0 for row in range(2, end + 1)]
        assert value(body, LINES, f"{column}{end + 1}", formula=True) == f"=SUM({column}2:{column}{end})"
        assert oere_of(value(body, LINES, f"{column}{end + 1}")) == sum(map(oere_of, amounts)) == amount


def test_the_workbooks_balance_is_the_claims() -> None:
    body = as_xlsx(ANSWERED, "en")
    sheets = [
        {row[0].value: row[1].value for row in load_workbook(io.BytesIO(body), data_only=only).worksheets[TOTAL].rows}
        for only in (True, False)
    ]
    names = {name: word(name, "en") for name in asdict(ANSWERED.balance)}
    assert {name: oere_of(sheets[0][text]) for name, text in names.items()} == asdict(ANSWERED.balance)
    formulas = {name: sheets[1][text] for name, text in names.items()}
    assert formulas["claimed"] == f"=SUM('Lines'!H2:H{len(ANSWERED.claim.lines) + 1})"
    assert formulas["paid"] == "=SUM('Payments'!C2:C3)"
    assert formulas["outstanding"].startswith("=B")


def test_a_large_amount_keeps_its_oere_in_the_workbook() -> None:
    line = replace(OCTOBER.claim.lines[0], amount=9_876_543_210_999)
    paper = replace(OCTOBER, claim=replace(OCTOBER.claim, lines=(line,)))
    assert value(as_xlsx(paper, "en"), LINES, "H2") == 98765432109.99


def pdf(paper: Statement, language: str) -> tuple[PdfReader, str]:
    found = PdfReader(io.BytesIO(as_pdf(paper, language)))
    return found, "\n".join(page.extract_text() for page in found.pages)


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_pdf_has_title_language_bookmarks_and_tags(language: str) -> None:
    found, _ = pdf(ANSWERED, language)
    root: Any = found.root_object
    assert found.metadata is not None
    assert found.metadata.title == f"{word('statement', language)} {month(ANSWERED.month_end, language)}: {PARTIES}"
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        language,
        True,
        True,
    )
    assert all(claim in as_pdf(ANSWERED, language) for claim in (b"<pdfaid:part>2<", b"<pdfuaid:part>1<"))
    marks = [one["/Title"] for one in found.outline[1] if isinstance(one, dict)]
    assert [mark.split("\xa0")[0] for mark in marks][1:] == [
        word(name, language) for name in ("summary", "charges", "reversals", "payments")
    ]


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_pdf_tells_the_balance_and_why_a_line_is_not_paid(language: str) -> None:
    _, text = pdf(ANSWERED, language)
    told = text.replace("\xa0", " ")
    assert all(money(amount, language) in told for amount in asdict(ANSWERED.balance).values())
    assert {"da": "Andet beløb. Ring", "en": "Other amount. Ring"}[language] in told
    assert word("in-dispute", language) in told


def test_a_draft_says_so_and_tells_no_answers() -> None:
    draft_paper = replace(ANSWERED, life=draft(ANSWERED.claim), payments=(), sha256="")
    _, text = pdf(draft_paper, "da")
    assert "KLADDE" in text
    assert word("answer-none", "da") not in text
    assert word("balance", "da") not in text
    assert word("balance", "da") not in str([value(as_xlsx(draft_paper, "da"), TOTAL, f"A{n}") for n in range(1, 40)])
    assert {row["Svar"] for row in rows_of(as_csv(draft_paper, "da"))} == {""}


def test_an_empty_claim_has_its_papers_too() -> None:
    empty = replace(OCTOBER, claim=replace(OCTOBER.claim, lines=(), withheld=()), sums=())
    for write, _ in FORMATS.values():
        assert write(empty, "en")


def test_formulas_in_texts_stay_texts() -> None:
    line = replace(OCTOBER.claim.lines[0], part="=1+1")
    paper = replace(OCTOBER, claim=replace(OCTOBER.claim, lines=(line,)))
    assert value(as_xlsx(paper, "en"), LINES, "D2", formula=True) == "=1+1"
    assert rows_of(as_csv(paper, "en"))[0]["Part"] == "'=1+1"


def test_a_payments_number_is_no_formula() -> None:
    paper = replace(ANSWERED, payments=(replace(ANSWERED.payments[0], reference="-1+1"),))
    assert rows_of(as_csv(paper, "da"))[-1]["Linje"] == "'-1+1"
    assert value(as_xlsx(paper, "da"), PAYMENTS, "B2", formula=True) == "-1+1"


def test_amounts_and_words() -> None:
    assert [kroner(amount) for amount in (0, 5, -123_450, 100_000_001)] == ["0,00", "0,05", "-1234,50", "1000000,01"]
    assert all(danish and english for danish, english in WORDS.values())


def test_papers_of_the_gateways_own_claims_name_no_citizen(tmp_path: Path) -> None:
    with world(tmp_path, 0, 4) as gateway:
        month = Month(2026, 9)
        gateway.months.close(month)
        code = next(gateway.months.preview(month)).municipality
        (made,) = papers(gateway, month, code, "csv", "da")
        assert made.name.startswith("iv-midtjylland-2026-09-")
        assert course(0).person.cpr not in made.body.decode()
        with pytest.raises(NotFoundError, match="9999 has no claim"):
            papers(gateway, month, "9999", "csv", "da")


def test_the_statement_of_a_claim_tells_what_its_region_answered_and_paid(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        claims = list(gateway.months.close(Month(2026, 9)))
        claim, life = closed_claim(gateway, claims[0].id)
        whole = rest_approved(gateway, claim, life, ())
        cut = replace(whole[0], approved=whole[0].approved - 1, reason="other-amount")
        answer_claim(gateway, claim, [cut, *whole[1:]])
        _, life = closed_claim(gateway, claim.id)
        pay(gateway, [owed_of(gateway, claim.id)], "B-1", date(2026, 11, 1), None)
        paper = statement_of(gateway, claim)
        assert paper.life.state is State.PAID
        assert paper.balance == Balance(claim.total, claim.total - 1, 1, 0, claim.total - 1, claim.total - 1, 0)
        assert paper.answer(next(line for line in claim.lines if line.id == cut.line)).reason == "other-amount"
        assert statement_of(gateway, claims[1]).life.state is State.SUBMITTED
