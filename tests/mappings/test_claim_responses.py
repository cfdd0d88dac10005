"""A region's answers: valid by our profiles, partial approval with its reason, the citizen by number alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.claimresponse import ClaimResponse
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import CONTENT_HASH, canonical_json, content_hash
from mappings.claim_responses import DECISION_REASON_CODES, VERDICT_CODES, claim_answers, claim_response
from mappings.outbound import LINES
from profiles.guide import resources
from settlement.decisions import Decision, Verdict
from settlement.precontrol import RULES
from tests.mappings.judging import findings, tree
from tests.mappings.test_claims import CHARGE, CITIZENS, CLAIM, CPR, REVERSAL

AT = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
WHOLE = Decision("line-1", 450050, "", "", AT, "m9")
REDUCED = Decision("line-1", 200000, "other-amount", "Kategori 1 efter aftale", AT, "m9")
REJECTED = Decision("line-1", 0, "not-registered", "", AT, "m9")


def written(decision: Decision) -> dict[str, Any]:
    return claim_response(CHARGE, decision, CITIZENS["c1"])


def adjudicated(decision: Decision) -> dict[str, Any]:
    (item,) = written(decision)["item"]
    return {found["category"]["coding"][0]["code"]: found for found in item["adjudication"]}


@pytest.mark.parametrize("decision", [WHOLE, REDUCED, REJECTED])
def test_it_is_valid_by_our_profile_and_by_a_second_library(decision: Decision) -> None:
    body = canonical_json(written(decision))
    assert findings(tree(body)) == []
    assert ClaimResponse.model_validate_json(body).use == "claim"


def test_our_profile_asks_for_both_amounts() -> None:
    response = written(WHOLE)
    response["item"][0]["adjudication"].pop(1)
    assert any("benefit" in found for found in findings(tree(canonical_json(response))))


def test_our_profile_warns_of_a_reduction_without_reason() -> None:
    (warned,) = findings(tree(canonical_json(written(replace(REDUCED, reason="")))))
    assert warned.startswith("warning")
    assert "reason" in warned


def test_a_whole_approval_has_no_reason() -> None:
    found = adjudicated(replace(WHOLE, reason="other"))
    assert str(found["benefit"]["amount"]["value"]) == str(found["submitted"]["amount"]["value"]) == "4500.50"
    assert "reason" not in found["benefit"]
    assert "approved" in found
    assert "processNote" not in written(WHOLE)


def test_a_reduction_says_how_much_and_why() -> None:
    found = adjudicated(REDUCED)
    assert str(found["benefit"]["amount"]["value"]) == "2000.00"
    assert found["benefit"]["reason"]["coding"] == [{"system": DECISION_REASON_CODES, "code": "other-amount"}]
    assert "reduced" in found
    response = written(REDUCED)
    assert response["processNote"][0]["text"] == "Kategori 1 efter aftale"
    assert response["item"][0]["noteNumber"] == [response["processNote"][0]["number"]]
    assert response["request"]["identifier"] == {"system": LINES, "value": "line-1"}


def test_a_rejection_approves_nothing() -> None:
    response = written(REJECTED)
    assert [str(total["amount"]["value"]) for total in response["total"]] == ["4500.50", "0.00"]
    assert response["disposition"] == "Afvist"
    assert response["outcome"] == "complete"


def test_a_decision_on_another_line_is_not_written() -> None:
    with pytest.raises(ValueError, match="line-2"):
        written(replace(WHOLE, line="line-2"))


def test_the_answer_to_a_claim_holds_the_latest_decision_on_each_line() -> None:
    later = replace(WHOLE, decided_at=AT.replace(day=12))
    bundle = claim_answers(CLAIM, [later, REJECTED], CITIZENS)
    (entry,) = bundle["entry"]
    assert entry["resource"] == claim_response(CHARGE, later, CITIZENS["c1"])
    assert bundle["meta"]["tag"] == [{"system": CONTENT_HASH, "code": content_hash(bundle)}]
    assert canonical_json(bundle) == canonical_json(claim_answers(CLAIM, [REJECTED, later], CITIZENS))
    assert findings(tree(canonical_json(bundle))) == []
    assert "entry" not in claim_answers(CLAIM, [], CITIZENS)


def test_a_reversal_is_answered_too() -> None:
    decision = Decision("line-2", -120000, "", "", AT, "m9")
    response = claim_response(REVERSAL, decision, CITIZENS["c2"])
    assert [str(total["amount"]["value"]) for total in response["total"]] == ["-1200.00", "-1200.00"]
    assert findings(tree(canonical_json(response))) == []


def test_the_citizen_number_stands_in_it_only_once() -> None:
    assert canonical_json(written(REDUCED)).decode().count(CPR) == 1


def test_codes_are_in_our_guide() -> None:
    known = {found["url"]: {one["code"] for one in found.get("concept", ())} for found in resources()}
    assert set(RULES) <= known[DECISION_REASON_CODES]
    assert set(Verdict) == known[VERDICT_CODES]


@given(st.integers(0, 450050))
def test_amounts_are_written_to_the_oere(approved: int) -> None:
    found = adjudicated(replace(REDUCED, approved=approved))["benefit"]["amount"]
    assert int(found["value"].scaleb(2)) == approved
