"""Money of period agreements as Invoices: every scheme's scenario valid, to the oere, with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.invoice import Invoice as FhirInvoice

from mappings.canonical_json import CONTENT_HASH, canonical_json, content_hash
from mappings.outbound import AGREEMENT_INPUTS
from mappings.settlement_evidence import evidence_report
from mappings.settlement_invoices import AGREEMENT, EVIDENCE, Settlement, settlement_bundle, settlement_documents
from profiles.guide import resources
from settlement.agreements import load_all
from settlement.clauses.sheet import Fact
from settlement.datafile import read
from settlement.inputs import read_values
from settlement.invoices import Given, Invoice, invoice_id
from settlement.settling import settle
from tests.mappings.judging import findings, tree

FILES = sorted((Path(__file__).parents[1] / "scenarios" / "schemes").glob("*.toml"))
AGREEMENTS = {agreement.id: agreement for agreement in load_all()}


def settlement(name: str, facts: dict[str, Fact], on: date) -> Settlement | None:
    agreement = AGREEMENTS[name]
    settled = settle(agreement, facts, on)
    if settled.reason:
        return None
    given = Given(name, f"{on:%Y-%m}", "0751", "DK-82", on, "", "", datetime(2026, 11, 1, tzinfo=UTC))
    made = Invoice(invoice_id(given), name, given.month, "0751", "DK-82", on, "", settled.entries)
    return Settlement(made, agreement, facts)


def settlements(path: Path) -> Iterator[Settlement]:
    scenario = read(path)
    agreement = AGREEMENTS[scenario.text("agreement")]
    for case in scenario.tables("case"):
        found = settlement(agreement.id, read_values(case.table("given"), agreement.inputs), case.day("on"))
        if found is not None:
            yield found


def written(found: Settlement) -> Any:
    return tree(canonical_json(settlement_bundle(found)))


def resource(bundle: Any, kind: str) -> Any:
    (found,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]
    return found


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_scheme_is_valid_and_sums_to_the_oere(path: Path) -> None:
    for found in settlements(path):
        bundle = written(found)
        assert findings(bundle) == []
        invoice = resource(bundle, "Invoice")
        assert int(invoice["totalNet"]["value"].scaleb(2)) == found.invoice.total
        prices = [line["priceComponent"][0] for line in invoice.get("lineItem", ())]
        due = [price["amount"]["value"] for price in prices if price["type"] == "base"]
        assert sum(due, Decimal()) == invoice["totalNet"]["value"]
        assert len(prices) == len(found.invoice.entries)


def test_our_profile_adds_up() -> None:
    bundle = written(GOALS)
    resource(bundle, "Invoice")["totalNet"]["value"] += 1
    assert any("come to the total" in found for found in findings(bundle))


def goals() -> Settlement:
    """Two of three goals met."""
    found = settlement(
        "rygcenter-syddanmark-2016", {"met": {"a": Fraction(1), "b": Fraction(0), "c": Fraction(1)}}, date(2016, 12, 31)
    )
    assert found
    return found


GOALS = goals()


def test_it_names_agreement_and_evidence_and_no_citizen() -> None:
    bundle = written(GOALS)
    invoice = resource(bundle, "Invoice")
    named = {one["url"]: one["valueReference"] for one in invoice["extension"]}
    assert named[AGREEMENT]["identifier"]["value"] == "rygcenter-syddanmark-2016"
    urls = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert urls[named[EVIDENCE]["reference"]] == "MeasureReport"
    assert "subject" not in invoice
    assert FhirInvoice.model_validate_json(canonical_json(settlement_bundle(GOALS)["entry"][0]["resource"])).lineItem


def test_a_line_tells_its_calculation_in_both_languages() -> None:
    (line,) = resource(written(GOALS), "Invoice")["lineItem"]
    told = line["chargeItemCodeableConcept"]
    assert told["text"] == GOALS.invoice.entries[0].explanation["da"]
    assert GOALS.invoice.entries[0].explanation["en"] in str(told["_text"])
    assert told["coding"][0]["code"] == "limit"


def test_the_evidence_holds_every_input_by_key() -> None:
    report = resource(written(GOALS), "MeasureReport")
    (group,) = report["group"]
    strata = group["stratifier"][0]["stratum"]
    assert {one["value"]["text"]: int(one["measureScore"]["value"]) for one in strata} == {"a": 1, "b": 0, "c": 1}
    assert group["measureScore"]["value"] == 2
    assert report["contained"][0]["group"][0]["description"] == "Opfyldte mål"


def test_texts_days_and_nothing_at_all_are_evidence_too() -> None:
    """Of the schemes, one chooses by a text and one counts days to a deadline."""
    chosen = [
        one for path in FILES for one in settlements(path) if any(isinstance(f, str | date) for f in one.facts.values())
    ]
    assert chosen
    for found in chosen:
        told = str(resource(written(found), "MeasureReport")["group"])
        assert all(str(fact) in told for fact in found.facts.values() if isinstance(fact, str | date))
    nothing = evidence_report(GOALS.agreement, {}, "0751", GOALS.invoice.on, "none")
    assert [one for one in findings(tree(canonical_json(nothing))) if not one.startswith("warning")] == []


def test_inputs_have_codes_in_our_guide() -> None:
    (known,) = [found for found in resources() if found["url"] == AGREEMENT_INPUTS]
    used = {f"{agreement.id}/{one.id}" for agreement in AGREEMENTS.values() for one in agreement.inputs}
    assert {concept["code"] for concept in known["concept"]} == used


def test_what_is_carried_over_is_information() -> None:
    carried = [
        found for path in FILES for found in settlements(path) if any(entry.carried for entry in found.invoice.entries)
    ]
    assert carried
    for found in carried:
        lines = resource(written(found), "Invoice")["lineItem"]
        told = [line["priceComponent"][0] for line in lines if line["priceComponent"][0]["type"] == "informational"]
        assert sum(int(price["amount"]["value"].scaleb(2)) for price in told) == sum(
            entry.amount for entry in found.invoice.entries if entry.carried
        )


def test_it_is_sealed_and_the_same_every_time() -> None:
    bundle = settlement_bundle(GOALS)
    assert bundle["meta"]["tag"] == [{"system": CONTENT_HASH, "code": content_hash(bundle)}]
    assert canonical_json(bundle) == canonical_json(settlement_bundle(GOALS))


def test_the_documents_are_the_bundle_and_what_is_in_it() -> None:
    bundle, invoice, evidence = settlement_documents(GOALS, datetime(2026, 11, 1, tzinfo=UTC))
    assert [one.kind for one in (bundle, invoice, evidence)] == ["settlement-bundle", "invoice", "evidence"]
    assert {(one.owner, one.recipient, one.period) for one in (bundle, invoice, evidence)} == {
        ("0751", "DK-82", "2016-12")
    }
    alone = tree(invoice.body)
    assert findings(alone) == findings(tree(evidence.body)) == []
    named = {one["url"]: one["valueReference"] for one in alone["extension"]}
    assert named[EVIDENCE]["reference"] == f"MeasureReport/{evidence.id}"
