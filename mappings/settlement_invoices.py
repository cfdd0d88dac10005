"""Money of an agreement about periods (bonus, pool, instalment, baseline) as a FHIR R4 Invoice with its evidence.

Such money speaks of no citizen, so a Claim, whose patient is mandatory, is no shape for it. Each entry is a line whose
text is its calculation; what is paid back is negative. An entry that is due in the next period is informational: it is
shown, and no part of the total. Extensions name the agreement (Contract) and what it was settled from (MeasureReport).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mappings.agreement_parts import agreement_identifier
from mappings.canonical_json import canonical_json, sealed
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
from settlement.invoices import Invoice
from settlement.lines import Document
from settlement.settling import Entry

AGREEMENT = f"{BASE}/StructureDefinition/agreement"
EVIDENCE = f"{BASE}/StructureDefinition/evidence"
ENTRY_CODES = f"{BASE}/CodeSystem/clause-kind"


@dataclass(frozen=True, slots=True)
class Settlement:
    """An invoice to be written: what it holds, under which agreement, and the inputs it rests on."""

    invoice: Invoice
    agreement: Agreement
    facts: Mapping[str, Fact]


def settlement_documents(settlement: Settlement, at: datetime) -> tuple[Document, Document, Document]:
    """The invoice as documents: the Bundle that is delivered, and the two resources in it to be read one by one.

    In the Bundle they name each other by entry, alone by id. at: when they were made; not part of the bytes.
    """
    evidence = _evidence(settlement)
    alone = settlement_invoice(settlement, f"MeasureReport/{evidence['id']}")
    made = (settlement_bundle(settlement), "settlement-bundle"), (alone, "invoice"), (evidence, "evidence")
    first, second, third = (_document(settlement.invoice, resource, kind, at) for resource, kind in made)
    return first, second, third


def _document(invoice: Invoice, resource: dict[str, Any], kind: str, at: datetime) -> Document:
    body = canonical_json(resource)
    return Document(
        id=resource["id"],
        kind=kind,
        period=invoice.month,
        owner=invoice.issuer,
        recipient=invoice.recipient,
        status=resource.get("status", "active"),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        created_at=at,
    )


def settlement_bundle(settlement: Settlement) -> dict[str, Any]:
    """The Invoice of a settled period and the MeasureReport it rests on, as a sealed Bundle of type collection."""
    evidence = _evidence(settlement)
    resources = [settlement_invoice(settlement, urn(evidence)), evidence]
    entries = [{"fullUrl": urn(resource), "resource": resource} for resource in resources]
    meta = {"profile": [SETTLEMENT_BUNDLE_PROFILE]}
    name = bundle_id(settlement.invoice.id)
    return sealed({"resourceType": "Bundle", "id": name, "meta": meta, "type": "collection", "entry": entries})


def bundle_id(invoice: str) -> str:
    """The id of the Bundle an invoice of this id is delivered in."""
    return resource_id("settlement-bundle", invoice)


def _evidence(settlement: Settlement) -> dict[str, Any]:
    invoice = settlement.invoice
    return evidence_report(settlement.agreement, settlement.facts, invoice.issuer, invoice.on, invoice.id)


def settlement_invoice(settlement: Settlement, evidence: str) -> dict[str, Any]:
    """The Invoice alone. evidence: url of the MeasureReport."""
    invoice = settlement.invoice
    agreement = {"type": "Contract", "identifier": agreement_identifier(invoice.agreement)}
    resource: dict[str, Any] = {
        "resourceType": "Invoice",
        "id": invoice.id,
        "meta": {"profile": [SETTLEMENT_PROFILE]},
        "extension": [
            {"url": AGREEMENT, "valueReference": agreement},
            {"url": EVIDENCE, "valueReference": {"reference": evidence}},
        ],
        "identifier": [{"system": SETTLEMENTS, "value": invoice.id}],
        "status": "issued",
        "date": invoice.on.isoformat(),
        "recipient": named(invoice.recipient),
        "issuer": named(invoice.issuer),
        "totalNet": money(invoice.total),
        "note": [{"text": f"{settlement.agreement.title['da']}, {invoice.month}"}],
    }
    lines = [_line(settlement.agreement, number, entry) for number, entry in enumerate(invoice.entries, start=1)]
    return {**resource, "lineItem": lines} if lines else resource


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
