"""Payments: every line accounted for, differences said, valid by our profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.paymentreconciliation import PaymentReconciliation

from mappings.canonical_json import CONTENT_HASH, canonical_json, content_hash
from mappings.claim_responses import claim_response
from mappings.outbound import CLAIMS, LINES
from mappings.payments import payment_reconciliation
from settlement.decisions import Decision
from settlement.payments import Payment
from tests.mappings.judging import findings, tree
from tests.mappings.test_claim_responses import AT, REDUCED, REJECTED
from tests.mappings.test_claims import CHARGE, CITIZENS, CLAIM, CPR

REVERSED = Decision("line-2", -120000, "", "", AT, "m9")
PAID = Payment("claim-1", "B-4711", date(2026, 11, 30), 80000)
CREATED = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def written(*decisions: Decision, payment: Payment = PAID) -> dict[str, Any]:
    return payment_reconciliation(CLAIM, decisions, payment, CREATED)


def details(resource: Any) -> dict[str, Any]:
    return {detail["identifier"]["value"]: detail for detail in resource["detail"]}


def test_it_is_valid_by_our_profile_and_by_a_second_library() -> None:
    for decisions in ((), (REDUCED,), (REDUCED, REVERSED), (REJECTED, REVERSED)):
        body = canonical_json(written(*decisions))
        assert findings(tree(body)) == []
        assert PaymentReconciliation.model_validate_json(body).status == "active"
    empty = payment_reconciliation(replace(CLAIM, lines=()), (), replace(PAID, amount=0), CREATED)
    assert findings(tree(canonical_json(empty))) == []


def test_every_line_has_a_detail_and_they_sum_to_what_is_approved() -> None:
    resource = written(REDUCED, REVERSED)
    found = details(resource)
    assert set(found) == {"line-1", "line-2"}
    assert sum(detail["amount"]["value"] for detail in found.values()) == Decimal("800.00")
    assert found["line-2"]["predecessor"] == {"system": LINES, "value": "line-0"}
    assert found["line-2"]["type"]["coding"][0]["code"] == "adjustment"
    response = claim_response(CHARGE, REDUCED, CITIZENS["c1"])
    assert found["line-1"]["response"]["identifier"] == response["identifier"][0]
    assert resource["outcome"] == "complete"
    assert "afvigelse" not in resource["disposition"]


def test_what_is_not_decided_on_is_not_paid() -> None:
    resource = written(REDUCED, payment=replace(PAID, amount=200000))
    assert resource["outcome"] == "partial"
    assert str(details(resource)["line-2"]["amount"]["value"]) == "0.00"
    assert "ikke afgjorte linjer: 1" in resource["disposition"]


def test_a_rejected_line_says_why() -> None:
    resource = written(REJECTED, REVERSED)
    assert [note["text"] for note in resource["processNote"]] == ["line-1: not-registered"]
    assert str(details(resource)["line-1"]["amount"]["value"]) == "0.00"


def test_a_payment_of_another_amount_is_said() -> None:
    resource = written(REDUCED, REVERSED, payment=replace(PAID, amount=79999))
    assert resource["disposition"].endswith("betalt 799,99 kr., afvigelse -0,01 kr.")


def test_it_names_the_claim_and_carries_its_hash() -> None:
    resource = written(REDUCED, REVERSED)
    assert resource["identifier"][0] == {"system": CLAIMS, "value": "claim-1"}
    assert resource["meta"]["tag"] == [{"system": CONTENT_HASH, "code": content_hash(resource)}]
    assert canonical_json(resource) == canonical_json(written(REVERSED, REDUCED))
    assert CPR not in canonical_json(resource).decode()


def test_a_payment_of_another_claim_is_not_written() -> None:
    with pytest.raises(ValueError, match="claim-2"):
        written(payment=replace(PAID, claim="claim-2"))
