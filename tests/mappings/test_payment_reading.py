"""Payments read back: what our writer wrote is read as it was paid, and what is no payment of a claim is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import canonical_json
from mappings.formats import read
from mappings.joint_payments import Part, joint_payment
from mappings.payments import payment_reconciliation
from mappings.reading import Family
from settlement.invoices import Invoice
from settlement.lines import Claim
from settlement.payments import Payment
from tests.mappings.editing import codes, load, reading
from tests.mappings.judging import findings, tree
from tests.mappings.test_claims import CLAIM
from tests.mappings.test_settlement_invoices import GOALS

AT = datetime(2026, 11, 27, 13, tzinfo=UTC)
NUMBERS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
PAYMENTS = st.builds(Payment, st.just(CLAIM.id), NUMBERS, DAYS, st.integers(-(10**10), 10**10))


@given(PAYMENTS)
def test_what_was_written_is_read_as_it_was_paid(payment: Payment) -> None:
    body = canonical_json(payment_reconciliation(CLAIM, (), payment, AT))
    found = read(body, Family.FHIR, "application/fhir+json")[1]
    assert (found.issues, found.payments, found.sent_at) == ((), (payment,), AT)


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        ("status", "draft", "status-not-active"),
        ("identifier", [], "claim-missing"),
        ("paymentIdentifier", {"value": ""}, "reference-missing"),
        ("paymentDate", "2026-11", "payment-date"),
        ("paymentDate", "2026-11-31", "payment-date"),
        ("paymentAmount", {"value": 1, "currency": "EUR"}, "amount"),
        ("paymentAmount", {"value": 1.005, "currency": "DKK"}, "amount"),
        ("paymentAmount", {"currency": "DKK"}, "amount"),
    ],
)
def test_what_is_no_payment_of_a_claim_is_told_so(element: str, value: object, code: str) -> None:
    wrong = {**load("payment-reconciliation/paid"), element: value}
    assert code in codes(wrong)
    assert reading(wrong).payments == ()


def test_two_claims_are_not_paid_in_one() -> None:
    wrong = load("payment-reconciliation/paid")
    wrong["identifier"].append({**wrong["identifier"][0], "value": "another"})
    assert codes(wrong) == {"claim-missing"}


PARTS = st.lists(st.tuples(st.sampled_from([CLAIM, GOALS.invoice]), st.integers(-(10**10), 10**10)), min_size=1)


@given(PARTS, NUMBERS, DAYS)
def test_one_payment_of_several_is_read_back_part_by_part(
    given_parts: list[tuple[Claim | Invoice, int]], number: str, on: date
) -> None:
    parts = [Part(of, amount) for of, amount in given_parts]
    body = canonical_json(joint_payment(parts, number, on, AT))
    assert findings(tree(body)) == []
    found = read(body, Family.FHIR, "application/fhir+json")[1]
    assert found.issues == ()
    assert sum(one.amount for one in found.payments) == sum(part.amount for part in parts)
    expected = {part.of.id: sum(one.amount for one in parts if one.of.id == part.of.id) for part in parts}
    assert {one.claim: one.amount for one in found.payments} == expected
    assert {(one.reference, one.paid_on) for one in found.payments} == {(number, on)}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("paymentAmount", "value"), 1, "details-not-the-whole"),
        (("detail", 0, "amount", "value"), 1.005, "amount"),
        (("detail", 0, "request", "identifier", "system"), "urn:other", "claim-missing"),
        (("detail",), [], "claim-missing"),
    ],
)
def test_details_that_do_not_say_what_is_paid_are_refused(
    path: tuple[str | int, ...], value: object, code: str
) -> None:
    whole = json.loads(canonical_json(joint_payment([Part(CLAIM, 100), Part(GOALS.invoice, 250)], "1", AT.date(), AT)))
    place: Any = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    found = reading(whole)
    assert code in codes(whole)
    assert found.payments == ()


def test_one_payment_has_one_payer_and_one_payee() -> None:
    with pytest.raises(ValueError, match="one payer"):
        joint_payment([Part(CLAIM, 1), Part(replace(CLAIM, municipality="0101"), 1)], "1", AT.date(), AT)


def test_a_corrected_statement_is_a_new_letter_of_the_same_number() -> None:
    first = reading(load("payment-reconciliation/paid"))
    later = reading({**load("payment-reconciliation/paid"), "paymentAmount": {"value": 0, "currency": "DKK"}})
    assert first.letter_id != later.letter_id
    assert [replace(one, amount=665500) for one in later.payments] == list(first.payments)
