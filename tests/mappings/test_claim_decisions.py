"""Answers to claims read back: what our writer wrote is read as it was decided, and what is no decision is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers, claim_response
from mappings.formats import read
from mappings.reading import Family, Reading
from settlement.decisions import Decision
from tests.mappings.editing import Resource, codes, load, reading
from tests.mappings.test_claims import CHARGE, CITIZENS, CLAIM, REVERSAL

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
REASONS = st.sampled_from(["other-amount", "not-registered", "other"])
WORDS = st.text(st.characters(categories=("L", "N")), max_size=20)
DECISIONS = st.builds(Decision, st.just(CHARGE.id), st.integers(0, CHARGE.amount), REASONS, WORDS, TIMES, st.just(""))


def read_back(resource: Resource) -> Reading:
    return read(canonical_json(resource), Family.FHIR, "application/fhir+json")[1]


@given(DECISIONS)
def test_what_was_written_is_read_as_it_was_decided(decision: Decision) -> None:
    found = read_back(claim_response(CHARGE, decision, CITIZENS["c1"]))
    whole = decision.approved == CHARGE.amount
    assert (found.issues, found.decisions) == ((), (replace(decision, reason="" if whole else decision.reason),))
    assert found.citizen is not None
    assert (found.citizen.identifier, found.sent_at) == (CITIZENS["c1"].identifier, decision.decided_at)


def test_the_answer_to_a_whole_claim_is_read_line_by_line() -> None:
    at = datetime(2026, 11, 9, 9, 15, tzinfo=UTC)
    decisions = {line.id: Decision(line.id, line.amount, "", "", at, "") for line in (CHARGE, REVERSAL)}
    found = read_back(claim_answers(CLAIM, decisions.values(), CITIZENS))
    assert {one.line: one for one in found.decisions} == decisions
    assert found.citizen is None


def answer(name: str = "approved") -> Resource:
    return load(f"claim-response/{name}")


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        ("use", "predetermination", "use-not-supported"),
        ("status", "entered-in-error", "status-not-active"),
        ("outcome", "error", "not-decided"),
        ("created", "2026-11-09", "decided-at"),
        ("request", {"identifier": {"system": "urn:other", "value": "1"}}, "line-missing"),
        ("item", [], "approval-missing"),
        ("identifier", [], "identifier-missing"),
    ],
)
def test_what_is_no_decision_is_told_so(element: str, value: object, code: str) -> None:
    wrong = {**answer(), element: value}
    if element == "identifier":
        del wrong["id"]
    assert code in codes(wrong)
    assert reading(wrong).decisions == ()


@pytest.mark.parametrize(
    "amount",
    [{"value": 1.005, "currency": "DKK"}, {"value": 1, "currency": "EUR"}, {"currency": "DKK"}, {"value": True}, {}],
)
def test_an_amount_is_whole_oere_of_danish_kroner(amount: object) -> None:
    wrong = answer()
    wrong["item"][0]["adjudication"][1]["amount"] = amount
    assert "amount" in codes(wrong)
    assert reading(wrong).decisions == ()


def test_two_approved_amounts_are_none() -> None:
    wrong = answer()
    wrong["item"][0]["adjudication"] *= 2
    assert "approval-missing" in codes(wrong)


def test_a_reason_of_another_code_system_is_read_and_our_own_comes_first() -> None:
    said = answer("rejected")
    (ours,) = said["item"][0]["adjudication"][1]["reason"]["coding"]
    theirs = {"system": "https://region.example/koder", "code": "R17"}
    for coding, reason in (([theirs], "R17"), ([theirs, ours], "not-registered")):
        said["item"][0]["adjudication"][1]["reason"]["coding"] = coding
        assert [one.reason for one in reading(said).decisions] == [reason]


def test_a_wrong_answer_in_a_bundle_stops_all_of_it() -> None:
    bundle = answer("bundle")
    assert len(reading(bundle).decisions) == 2
    bundle["entry"][1]["resource"]["use"] = "preauthorization"
    assert reading(bundle).decisions == ()


def test_a_changed_answer_is_a_new_letter_and_a_repeated_one_is_not() -> None:
    first, again, changed = reading(answer()), reading(answer()), reading({**answer(), "disposition": "Godkendt."})
    assert first.letter_id == again.letter_id != changed.letter_id
