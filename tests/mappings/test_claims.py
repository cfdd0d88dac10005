"""Claim bundles: legal FHIR R4, the same bytes every time, and every oere accounted for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import CONTENT_HASH, DOCUMENTS, content_hash
from mappings.claim_lines import CLAIM_INFORMATION_CODES, COURSE_FACT_CODES, RELATION_CODES
from mappings.claim_reading import ClaimSums, read_claim_bundle
from mappings.claims import WITHHELD_REASON_CODES, Parties, claim_bundle
from mappings.outbound import LINES, Party, money
from mappings.reading import Citizen
from profiles.structure import check_structure
from settlement.course_facts import COURSE_FACTS
from settlement.lines import Claim, Document, Line, LineKind, Withheld
from tests.mappings.judging import findings, tree, validator

GUIDE = Path(__file__).parents[2] / "profiles" / "guide" / "resources"
CPR = "2512489996"
CITIZENS = {"c1": Citizen(CPR, family_name="Elmer"), "c2": Citizen("0108629996")}
PARTIES = Parties(
    Party("0751", "Aarhus Kommune", sor="1000000000000001", gln="5790000000005"),
    Party("DK-82", "Region Midtjylland"),
    "IV-rammeaftale",
)
CREATED = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
CHARGE = Line(
    id="line-1",
    key="iv|tariff|e1",
    kind=LineKind.CHARGE,
    reverses="",
    month="2026-10",
    agreement="iv-midtjylland",
    clause="tariff",
    rate_version="2026",
    municipality="0751",
    region="DK-82",
    episode="e1",
    citizen="c1",
    service_date=date(2026, 10, 5),
    iv_type="antibiotic",
    category="2",
    amount=450050,
    inputs=("m1", "m2"),
    explanation={"da": "Kategori 2: 4.500,50 kr.", "en": "Category 2: DKK 4,500.50"},
    part="2026-10",
    facts={"days-by-month": {"2026-11": "3", "2026-10": "5"}, "first-dose-in-hospital": True, "visits-a-day": "4"},
)
REVERSAL = replace(
    CHARGE,
    id="line-2",
    key="iv|tariff|e2",
    kind=LineKind.REVERSAL,
    reverses="line-0",
    episode="e2",
    citizen="c2",
    amount=-120000,
)
WITHHELD = Withheld(
    "iv-midtjylland",
    "2026-10",
    "0751",
    "DK-82",
    "e3",
    "c1",
    "category-missing",
    {"da": "Vægtklassen mangler", "en": "The weight category is missing"},
    ("m3",),
)
CLAIM = Claim("claim-1", "iv-midtjylland", "2026-10", "0751", "DK-82", (CHARGE, REVERSAL), (WITHHELD,))


def written(claim: Claim = CLAIM) -> Document:
    return claim_bundle(claim, CITIZENS, PARTIES, CREATED, AT)


def resources(claim: Claim, kind: str) -> list[dict[str, Any]]:
    entries = json.loads(written(claim).body, parse_float=Decimal)["entry"]
    return [entry["resource"] for entry in entries if entry["resource"]["resourceType"] == kind]


def test_the_document_speaks_of_the_municipality_and_is_addressed_to_the_region() -> None:
    document = written()
    assert (document.id, document.kind, document.period) == ("claim-1", "claim-bundle", "2026-10")
    assert (document.owner, document.recipient, document.status) == ("0751", "DK-82", "active")


def test_a_second_library_reads_it_as_fhir() -> None:
    bundle = Bundle.model_validate_json(written().body)
    assert bundle.type == "collection"
    kinds = [type(entry.resource).__name__ for entry in bundle.entry or ()]
    assert kinds == ["Invoice", "Organization", "Organization", "Claim", "Claim", "OperationOutcome"]


def test_it_keeps_the_base_rules_of_r4() -> None:
    assert check_structure(json.loads(written().body, parse_float=Decimal)) == ()


def test_it_is_valid_by_our_own_profiles() -> None:
    assert findings(tree(written().body)) == []
    corrected = replace(CHARGE, id="line-3", episode=REVERSAL.episode, citizen="c2")
    assert findings(tree(written(replace(CLAIM, lines=(*CLAIM.lines, corrected))).body)) == []


def test_our_profiles_notice_what_is_wrong() -> None:
    bundle = tree(written().body)
    claims = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Claim"]
    claims[1]["related"][0]["relationship"]["coding"][1]["code"] = "forgets"
    del claims[0]["total"]
    assert [found.split(" ")[0] for found in findings(bundle)].count("error") >= 2


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda claims: claims[0]["total"].update(value=Decimal("4500.51")), "iv-claim-1"),
        (lambda claims: claims[0]["total"].update(value=Decimal("4500.51")), "iv-claim-bundle-1"),
        (lambda claims: claims[1].pop("related"), "iv-claim-2"),
    ],
)
def test_money_that_does_not_add_up_is_found_by_our_profiles(change: Callable[[Any], Any], rule: str) -> None:
    bundle = tree(written().body)
    change([entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Claim"])
    assert rule in [issue.about.rule for issue in validator().validate(bundle) if issue.about]


def test_the_bundle_carries_the_hash_of_its_content() -> None:
    bundle = json.loads(written().body, parse_float=Decimal)
    digest = content_hash(bundle)
    assert bundle["meta"]["tag"] == [{"system": CONTENT_HASH, "code": digest}]
    assert bundle["identifier"] == {"system": DOCUMENTS, "value": f"claim-1.{digest[:16]}"}


def test_the_same_claim_gives_the_same_bytes_in_any_order_of_lines() -> None:
    lines = [replace(CHARGE, id=f"line-{number}", amount=number) for number in range(20)]
    turned = replace(CLAIM, lines=tuple(reversed(lines)))
    assert written(turned).body == written(replace(CLAIM, lines=tuple(lines))).body
    assert written(turned).sha256 == hashlib.sha256(written(turned).body).hexdigest()


def test_bundle_and_claims_name_their_profiles_of_our_guide() -> None:
    named = {json.loads(written().body)["meta"]["profile"][0], resources(CLAIM, "Claim")[0]["meta"]["profile"][0]}
    guide = {json.loads(path.read_text())["url"] for path in GUIDE.glob("StructureDefinition-*.json")}
    assert named <= guide


@pytest.mark.parametrize("system", [CLAIM_INFORMATION_CODES, COURSE_FACT_CODES, RELATION_CODES, WITHHELD_REASON_CODES])
def test_codes_of_our_own_are_in_our_guide(system: str) -> None:
    name = system.rpartition("/")[2]
    known = {item["code"] for item in json.loads((GUIDE / f"CodeSystem-{name}.json").read_text())["concept"]}
    used = set(_codes(json.loads(written().body), system))
    assert used
    assert used <= known


def _codes(tree: Any, system: str) -> Iterator[str]:
    if isinstance(tree, dict):
        if tree.get("system") == system and "code" in tree:
            yield tree["code"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for item in tree:
            yield from _codes(item, system)


def test_references_inside_the_bundle_resolve() -> None:
    bundle = json.loads(written().body)
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == len(bundle["entry"])
    for claim in resources(CLAIM, "Claim"):
        assert {claim["insurer"]["reference"], claim["provider"]["reference"]} <= urls


def test_a_charge_says_what_it_rests_on() -> None:
    claim, _ = resources(CLAIM, "Claim")
    texts = {info["category"]["coding"][0]["code"]: info for info in claim["supportingInfo"]}
    assert texts["rate-version"]["valueString"] == "2026"
    assert texts["episode"]["valueReference"]["identifier"]["value"] == "e1"
    assert [item["valueString"] for item in told_by(claim, "explanation")] == [
        "Kategori 2: 4.500,50 kr.",
        "Category 2: DKK 4,500.50",
    ]
    assert claim["billablePeriod"] == {"start": "2026-10-01", "end": "2026-10-31"}
    assert claim["item"][0]["net"] == claim["total"] == {"value": Decimal("4500.50"), "currency": "DKK"}
    assert "related" not in claim


def test_a_reversal_names_the_line_it_takes_back() -> None:
    _, reversal = resources(CLAIM, "Claim")
    assert reversal["related"][0]["claim"]["identifier"] == {"system": LINES, "value": "line-0"}
    assert str(reversal["total"]["value"]) == "-1200.00"


def test_a_charge_names_the_line_it_takes_the_place_of() -> None:
    corrected = replace(CHARGE, id="line-3", episode=REVERSAL.episode, citizen="c2", replaces=REVERSAL.reverses)
    other = replace(CHARGE, id="line-4", key="iv|tariff|e9", episode="e9")
    reversal, charge, untouched = resources(replace(CLAIM, lines=(other, corrected, REVERSAL)), "Claim")
    assert charge["related"][0]["claim"] == reversal["related"][0]["claim"]
    assert relations(reversal) == ["prior", "reverses"]
    assert relations(charge) == ["prior", "replaces"]
    assert "related" not in untouched


def relations(claim: Any) -> list[str]:
    return [coding["code"] for coding in claim["related"][0]["relationship"]["coding"]]


def test_part_and_facts_stand_in_the_information() -> None:
    claim, _ = resources(CLAIM, "Claim")
    assert [info["valueString"] for info in told_by(claim, "part")] == ["2026-10"]
    facts = told_by(claim, "fact")
    assert [info["code"]["coding"][0]["code"] for info in facts] == [
        "days-by-month",
        "days-by-month",
        "first-dose-in-hospital",
        "visits-a-day",
    ]
    assert [info["code"].get("text", "") for info in facts] == ["2026-10", "2026-11", "", ""]
    assert [info.get("valueString", info.get("valueBoolean")) for info in facts] == ["5", "3", True, "4"]


def told_by(claim: Any, category: str) -> list[Any]:
    return [info for info in claim["supportingInfo"] if info["category"]["coding"][0]["code"] == category]


def test_facts_of_courses_have_codes() -> None:
    known = {item["code"] for item in json.loads((GUIDE / "CodeSystem-course-fact.json").read_text())["concept"]}
    assert known == set(COURSE_FACTS)


def test_a_line_without_type_and_category_is_called_by_its_clause() -> None:
    bare = replace(CHARGE, iv_type="", category="", rate_version="", part="", facts={})
    claim, _ = resources(replace(CLAIM, lines=(bare, REVERSAL)), "Claim")
    assert claim["item"][0]["productOrService"] == {"text": "tariff"}
    assert findings(tree(written(replace(CLAIM, lines=(bare,))).body)) == []


def test_withheld_items_are_information_without_a_citizen() -> None:
    (outcome,) = resources(CLAIM, "OperationOutcome")
    (issue,) = outcome["issue"]
    assert issue["severity"] == "information"
    assert issue["details"]["coding"][0]["code"] == "category-missing"
    assert issue["diagnostics"] == "episode e3"
    assert resources(replace(CLAIM, withheld=()), "OperationOutcome") == []


def test_the_citizen_number_stands_in_the_claim_only_once_and_no_name_is_sent() -> None:
    body = written().body.decode()
    assert body.count(CPR) == 1
    assert "Elmer" not in body


def test_the_header_sums_by_type_and_category() -> None:
    (invoice,) = resources(CLAIM, "Invoice")
    (line,) = invoice["lineItem"]
    assert line["priceComponent"][0]["amount"] == invoice["totalNet"] == money(330050)


def test_a_month_without_lines_is_a_header_alone() -> None:
    (invoice,) = resources(replace(CLAIM, lines=(), withheld=()), "Invoice")
    assert str(invoice["totalNet"]["value"]) == "0.00"
    assert findings(tree(written(replace(CLAIM, lines=(), withheld=())).body)) == []
    assert "lineItem" not in invoice


@given(st.lists(st.integers(-(10**9), 10**9), max_size=8))
def test_what_is_read_back_is_what_was_claimed(amounts: list[int]) -> None:
    lines = tuple(replace(CHARGE, id=f"line-{number}", amount=oere) for number, oere in enumerate(amounts))
    sums = {line.id: line.amount for line in lines}
    assert read_claim_bundle(written(replace(CLAIM, lines=lines)).body) == ClaimSums(sum(amounts), sums)


def test_a_changed_amount_is_noticed_when_read_back() -> None:
    body = written().body.replace(
        b'"net":{"currency":"DKK","value":4500.50}', b'"net":{"currency":"DKK","value":4500.51}'
    )
    with pytest.raises(ValueError, match="line-1"):
        read_claim_bundle(body)


def test_an_unknown_citizen_stops_the_claim_without_telling_who() -> None:
    with pytest.raises(LookupError, match="episode e1"):
        claim_bundle(CLAIM, {}, PARTIES, CREATED, AT)
