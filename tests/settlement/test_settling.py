"""Period agreements: the scenarios of tests/scenarios/schemes, each a founding document's scheme with its numbers."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from settlement.agreements import SHIPPED, Agreement, load, load_all
from settlement.clauses.sheet import Sheet
from settlement.datafile import Section, read
from settlement.eligibility import Reason
from settlement.evaluating import evaluated
from settlement.inputs import examples, read_values
from settlement.settling import Settled, settle

FILES = sorted((Path(__file__).parents[1] / "scenarios" / "schemes").glob("*.toml"))
AGREEMENTS: Mapping[str, Agreement] = {agreement.id: agreement for agreement in load_all()}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_scheme(path: Path) -> None:
    scenario = read(path)
    scenario.only("sentence", "agreement", "discrepancy", "case")
    assert scenario.text("sentence")
    agreement = AGREEMENTS[scenario.text("agreement")]
    cases = scenario.tables("case")
    assert cases
    for case in cases:
        check(agreement, case)


def check(agreement: Agreement, case: Section) -> None:
    case.only("on", "given", "total", "carried", "entries", "results", "reason")
    facts = read_values(case.table("given"), agreement.inputs)
    settled = settle(agreement, facts, case.day("on"))
    seen: dict[str, Any] = {"reason": settled.reason.code if settled.reason else ""}
    wanted: dict[str, Any] = {"reason": case.text("reason", "")}
    if not case.has("reason"):
        seen |= {"total": settled.total, "carried": settled.carried}
        wanted |= {
            "total": oere(case.number("total")),
            "carried": oere(case.number("carried")) if case.has("carried") else 0,
        }
    if case.has("entries"):
        seen["entries"] = entries(settled)
        wanted["entries"] = {name: oere(case.table("entries").number(name)) for name in case.table("entries").values}
    assert (case.path, seen) == (case.path, wanted)
    if case.has("results"):
        outcome = evaluated(agreement, Sheet(case.day("on"), facts))
        assert not isinstance(outcome, Reason)
        for name in case.table("results").values:
            assert outcome.results[name].amount == oere(case.table("results").number(name))


def entries(settled: Settled) -> dict[str, int]:
    return {f"{one.clause}/{one.part}" if one.part else one.clause: one.amount for one in settled.entries}


def oere(kroner: Decimal) -> int:
    assert (kroner * 100) % 1 == 0
    return int(kroner * 100)


def test_every_period_agreement_has_a_scenario() -> None:
    told = {read(path).text("agreement") for path in FILES}
    assert told == {agreement.id for agreement in AGREEMENTS.values() if agreement.subject == "period"}


def test_every_entry_explains_itself_in_both_languages() -> None:
    agreement = load(SHIPPED / "municipal-co-financing-2016.toml")
    (entry,) = settle(agreement, {"drg-tariff": Fraction(4_356_100)}, agreement.valid_from).entries
    assert entry.explanation == {
        "da": "Medfinansiering af indlæggelsen: 14.810,74 kr., højst 14.811,00 kr. = 14.810,74 kr.",
        "en": "Co-financing of the stay: DKK 14,810.74, at most DKK 14,811.00 = DKK 14,810.74",
    }


@pytest.mark.parametrize("agreement", AGREEMENTS.values(), ids=AGREEMENTS)
def test_a_missing_input_is_a_reason_never_a_guess(agreement: Agreement) -> None:
    if agreement.subject == "course":
        return
    settled = settle(agreement, examples(agreement.inputs), agreement.valid_from)
    needed = [one for one in agreement.inputs if one.example is None]
    assert (settled.reason is not None) == bool(needed)
    if settled.reason:
        assert settled.reason.code == "fact-missing"
        assert settled.reason.about
