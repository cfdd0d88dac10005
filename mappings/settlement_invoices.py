"""Money of an agreement about periods (bonus, pool, instalment, baseline) as a FHIR R4 Invoice with its evidence.

Such money speaks of no citizen, so a Claim, whose patient is mandatory, is no shape for it. Each entry is a line whose
text is its calculation; what is paid back is negative. An entry that is due in the next period is informational: it is
shown, and no part of the total. Extensions name the agreement (Contract) and what it was settled from (MeasureReport).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mappings.agreement_parts import agreement_identifier
from mappings.canonical_json import sealed
from mappings.claim_lines import resource_id
from mappings.outbound import (
    SETTLEMENT_BUNDLE_PROFILE,
    SETTLEMENT_PROFILE,
    SETTLEMENTS,
    concept,
    money,
    named,
    translated,
    urn,
)
from mappings.settlement_evidence import evidence_report
from profiles.names import BASE
from settlement.agreements import Agreement
from settlement.clauses.sheet import Fact
from settlement.settling import Entry, Settled

AGREEMENT = f"{BASE}/StructureDefinition/agreement"
EVIDENCE = f"{BASE}/StructureDefinition/evidence"
ENTRY_CODES = f"{BASE}/CodeSystem/clause-kind"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A period settled: what it came to, from what, as of which day; and who is paid by whom (codes)."""

    agreement: Agreement
    settled: Settled
    facts: Mapping[str, Fact]
    on: date
    issuer: str
    recipient: str


def settlement_bundle(settlement: Settlement) -> dict[str, Any]:
    """The Invoice of a settled period and the MeasureReport it rests on, as a sealed Bundle of type collection.

    Raises ValueError where the period is not settled: there is a reason instead of money.
    """
    if settlement.settled.reason is not None:
        raise ValueError(f"Nothing is settled: {settlement.settled.reason.explanation['en']}.")
    evidence = evidence_report(settlement.agreement, settlement.facts, settlement.issuer, settlement.on)
    resources = [settlement_invoice(settlement, urn(evidence)), evidence]
    entries = [{"fullUrl": urn(resource), "resource": resource} for resource in resources]
    meta = {"profile": [SETTLEMENT_BUNDLE_PROFILE]}
    name = resource_id("settlement-bundle", *_names(settlement))
    return sealed({"resourceType": "Bundle", "id": name, "meta": meta, "type": "collection", "entry": entries})


def settlement_invoice(settlement: Settlement, evidence: str) -> dict[str, Any]:
    """The Invoice alone. evidence: url of the MeasureReport."""
    entries = settlement.settled.entries
    agreement = {"type": "Contract", "identifier": agreement_identifier(settlement.agreement.id)}
    resource: dict[str, Any] = {
        "resourceType": "Invoice",
        "id": resource_id("settlement", *_names(settlement)),
        "meta": {"profile": [SETTLEMENT_PROFILE]},
        "extension": [
            {"url": AGREEMENT, "valueReference": agreement},
            {"url": EVIDENCE, "valueReference": {"reference": evidence}},
        ],
        "identifier": [{"system": SETTLEMENTS, "value": "/".join(_names(settlement))}],
        "status": "issued",
        "date": settlement.on.isoformat(),
        "recipient": named(settlement.recipient),
        "issuer": named(settlement.issuer),
        "totalNet": money(settlement.settled.total),
    }
    lines = [_line(settlement.agreement, number, entry) for number, entry in enumerate(entries, start=1)]
    return {**resource, "lineItem": lines} if lines else resource


def _names(settlement: Settlement) -> tuple[str, ...]:
    parties = settlement.issuer, settlement.recipient
    return settlement.agreement.id, settlement.on.isoformat(), *parties


def _line(agreement: Agreement, number: int, entry: Entry) -> dict[str, Any]:
    kind = next(clause.kind for clause in agreement.clauses if clause.id == entry.clause)
    texts = {language: _text(entry, text) for language, text in entry.explanation.items()}
    price: dict[str, Any] = {"type": "informational" if entry.carried else "base", "amount": money(entry.amount)}
    return {
        "sequence": number,
        "chargeItemCodeableConcept": {**concept(ENTRY_CODES, kind), **translated("text", texts)},
        "priceComponent": [{**price, "code": {"text": "/".join(part for part in (entry.clause, entry.part) if part)}}],
    }


def _text(entry: Entry, text: str) -> str:
    return f"{entry.part}: {text}" if entry.part else text
