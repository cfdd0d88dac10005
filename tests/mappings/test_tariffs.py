"""Tariffs as ChargeItemDefinitions: valid, dated, and each claim is paid by the rate that applies to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from mappings.canonical_json import canonical_json
from mappings.claims import Parties, claim_bundle
from mappings.outbound import Party
from mappings.reading import Citizen
from mappings.tariffs import tariff_resources
from profiles.fhirpath import compile_expression, resource_node
from settlement.agreements import Agreement, load_all
from settlement.closing import close_month
from settlement.lines import Line
from settlement.periods import Month
from settlement.records import Record, WeightCategory
from tests.mappings.judging import findings, tree
from tests.settlement.building import AARHUS, CITIZEN, DIRECTORY, admission, discharge, folded, treatment, visit

SHIPPED = {agreement.id: agreement for agreement in load_all()}
AT = datetime(2026, 11, 1, tzinfo=UTC)


def written(agreement: Agreement) -> list[Any]:
    return [tree(canonical_json(resource)) for resource in tariff_resources(agreement)]


def test_every_tariff_is_valid_by_our_profile() -> None:
    found = [resource for agreement in SHIPPED.values() for resource in written(agreement)]
    assert len(found) >= 9
    assert [problem for resource in found for problem in findings(resource)] == []
    assert len({resource["url"] for resource in found}) == len({resource["id"] for resource in found}) == len(found)


def test_a_version_names_its_days_and_the_version_before() -> None:
    first, second = written(SHIPPED["iv-midtjylland"])
    assert second["effectivePeriod"] == {"start": "2026-01-01", "end": "2026-12-31"}
    assert second["replaces"] == [f"{first['url']}|2025"]
    assert "replaces" not in first
    assert first["experimental"] is True
    assert second["description"] == "Prisniveau 2026. illustrativ sats, PL-fremskrevet."


def test_a_rate_that_is_multiplied_says_by_what() -> None:
    _, days = written(SHIPPED["iv-hovedstaden"])
    assert days["propertyGroup"][0]["priceComponent"][0]["code"] == {"text": "days-by-month"}
    assert "Ganges med days-by-month ud over 14" in days["description"]


def lines(agreement: Agreement, category: WeightCategory) -> tuple[list[Line], list[Any]]:
    """October's lines of a course, and their Claims."""
    stated = treatment("2026-10-05", category=category)
    records: list[Record] = [admission("2026-10-01"), discharge("2026-10-05"), stated, visit("2026-10-06")]
    (claim,) = close_month(Month(2026, 10), folded(*records), agreement, (), DIRECTORY)
    parties = Parties(Party(AARHUS.municipality, "Aarhus"), Party("DK-82", "Midt"))
    body = claim_bundle(claim, {CITIZEN: Citizen("2512489996")}, parties, date(2026, 11, 1), AT).body
    resources = [entry["resource"] for entry in tree(body)["entry"]]
    return list(claim.lines), [resource for resource in resources if resource["resourceType"] == "Claim"]


@pytest.mark.parametrize("category", ["1", "2", "3", "4"])
def test_one_rate_applies_to_a_claim_and_gives_its_amount(category: str) -> None:
    agreement = SHIPPED["iv-midtjylland"]
    (line,), (claim,) = lines(agreement, WeightCategory(category))
    (used,) = [one for one in written(agreement) if one["version"] == line.rate_version]
    (rate,) = [group for group in used["propertyGroup"] if applies(group, claim)]
    amount: Decimal = rate["priceComponent"][0]["amount"]["value"]
    assert int(amount.scaleb(2)) == line.amount


def applies(group: Any, claim: Any) -> bool:
    (applicability,) = group["applicability"]
    expression = compile_expression(applicability["expression"])
    return expression.holds(resource_node(claim)) is True


def test_a_rate_by_a_fact_of_the_course_is_found_too() -> None:
    by_visits = [
        one
        for one in written(SHIPPED["iv-syddanmark"])
        if "visits-a-day" in str(one["propertyGroup"][0]["applicability"])
    ]
    assert by_visits
    fact = {"system": "https://fhir.overgang.example/CodeSystem/course-fact", "code": "visits-a-day"}
    claim = {
        "resourceType": "Claim",
        "supportingInfo": [{"sequence": 1, "code": {"coding": [fact]}, "valueString": "4"}],
    }
    group = by_visits[0]["propertyGroup"][0]
    assert applies(group, claim) is (group["applicability"][0]["description"] == "visits-a-day = 4")
