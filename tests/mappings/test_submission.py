"""What is posted to Claim/$submit: claims that stand by themselves, with the money of the bundle."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from fhir.resources.R4B.bundle import Bundle

from mappings.canonical_json import CONTENT_HASH, content_hash
from mappings.submission import submission
from tests.mappings.judging import findings, tree
from tests.mappings.test_claims import CLAIM, written


def claims(body: bytes) -> list[Any]:
    return [entry["resource"] for entry in tree(body)["entry"]]


def test_it_is_valid_by_our_profile_and_by_a_second_library() -> None:
    body = submission(written().body)
    assert findings(tree(body)) == []
    assert Bundle.model_validate_json(body).type == "collection"


def test_our_profile_takes_claims_alone() -> None:
    bundle = tree(submission(written().body))
    bundle["entry"][0]["resource"] = {"resourceType": "Basic", "code": {"text": "x"}}
    assert any(found.startswith("error") for found in findings(bundle))


def test_every_claim_stands_by_itself() -> None:
    for claim in claims(submission(written().body)):
        assert claim["insurer"]["identifier"] == {"system": "urn:iso:std:iso:3166:-2", "value": "DK-82"}
        assert claim["provider"]["identifier"]["value"] == claim["payee"]["party"]["identifier"]["value"] == "0751"
        assert "urn:uuid" not in str(claim)


def test_lines_and_money_are_those_of_the_bundle() -> None:
    found = claims(submission(written().body))
    assert sum((claim["total"]["value"] for claim in found), Decimal()).scaleb(2) == CLAIM.total
    assert [claim["identifier"][0]["value"] for claim in found] == ["line-1", "line-2"]


def test_it_is_sealed_and_the_same_every_time() -> None:
    body = submission(written().body)
    assert body == submission(written().body)
    assert tree(body)["meta"]["tag"] == [{"system": CONTENT_HASH, "code": content_hash(tree(body))}]


def test_a_month_without_lines_is_not_submitted() -> None:
    assert submission(written(replace(CLAIM, lines=())).body) == b""
