"""Agreements as Contracts: every shipped one valid by our profile, with parties, clauses and versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mappings.canonical_json import canonical_json
from mappings.contracts import CLAUSE_KIND_CODES, INPUT_KIND_CODES, ROLE_CODES, contract
from mappings.tariffs import tariff_resources
from profiles.guide import resources
from settlement.agreements import ROLES, Agreement, load_all
from settlement.clauses.kinds import KINDS
from settlement.inputs import KINDS as INPUT_KINDS
from tests.mappings.judging import findings, tree

SHIPPED = {agreement.id: agreement for agreement in load_all()}


def written(agreement: Agreement) -> Any:
    return tree(canonical_json(contract(agreement)))


def terms(resource: Any, kind: str) -> list[Any]:
    return [term for term in resource["term"] if term["type"]["coding"][0]["code"] == kind]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_agreement_is_valid_by_our_profile(name: str) -> None:
    assert findings(written(SHIPPED[name])) == []


def test_our_profile_notices_a_role_nobody_has() -> None:
    resource = written(SHIPPED["iv-midtjylland"])
    terms(resource, "party")[0]["offer"]["party"][0]["role"]["coding"][0]["code"] = "bystander"
    assert any(found.startswith("error") for found in findings(resource))


def test_parties_have_dated_roles() -> None:
    agreement = SHIPPED["iv-midtjylland"]
    ended = replace(agreement.parties[2], valid_to=date(2026, 12, 31))
    *_, payer = terms(written(replace(agreement, parties=(*agreement.parties[:2], ended))), "party")
    assert payer["applies"] == {"start": "2020-06-01", "end": "2026-12-31"}
    (party,) = payer["offer"]["party"]
    assert party["role"]["coding"] == [{"system": ROLE_CODES, "code": "payer"}]
    assert party["reference"][0]["identifier"]["value"] == "DK-82"
    first = terms(written(agreement), "party")[0]
    assert first["offer"]["party"][0]["reference"][0]["display"] == "Kommunen, der behandler"


def test_examples_are_negotiable_and_what_is_agreed_is_executed() -> None:
    assert written(SHIPPED["iv-midtjylland"])["status"] == "negotiable"
    assert written(SHIPPED["rygcenter-syddanmark-2016"])["status"] == "executed"


def test_a_clause_tells_its_fields_with_amounts_in_kroner() -> None:
    (pay,) = terms(written(SHIPPED["rygcenter-syddanmark-2016"]), "condition")
    assert pay["text"] == "each = DKK 250,000.00; met = met"
    share = terms(written(SHIPPED["municipal-co-financing-2016"]), "condition")[0]
    assert share["text"] == "of = drg-tariff; percent = 34"


def test_an_agreement_that_asks_for_decisions_says_so() -> None:
    agreement = replace(SHIPPED["iv-midtjylland"], decision_required=True)
    told = [term["offer"]["text"] for term in terms(written(agreement), "condition")]
    assert told[0] == "En linje tæller først, når regionen har afgjort den."
    assert findings(written(agreement)) == []
    assert told[0] not in str(written(SHIPPED["iv-midtjylland"]))


def test_versions_of_a_tariff_point_at_their_definitions() -> None:
    agreement = SHIPPED["iv-midtjylland"]
    (tariff,) = terms(written(agreement), "clause")
    pointed = [group["topicReference"]["reference"].rpartition("/")[2] for group in tariff["group"]]
    assert pointed == [resource["id"] for resource in tariff_resources(agreement)]
    assert tariff["group"][0]["applies"] == {"start": "2025-01-01", "end": "2025-12-31"}


def test_an_id_that_r4_does_not_take_is_made_another() -> None:
    resource = written(replace(SHIPPED["iv-midtjylland"], id="IV aftale/ny"))
    assert findings(resource) == []
    assert resource["identifier"][0]["value"] == "IV aftale/ny"


@pytest.mark.parametrize(
    ("system", "used"), [(ROLE_CODES, ROLES), (CLAUSE_KIND_CODES, KINDS), (INPUT_KIND_CODES, INPUT_KINDS)]
)
def test_codes_are_those_of_the_domain(system: str, used: Any) -> None:
    (found,) = [resource for resource in resources() if resource["url"] == system]
    assert {concept["code"] for concept in found["concept"]} == set(used)
