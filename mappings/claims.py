"""Claim bundles: a municipality's lines for one month towards one region, as a FHIR R4 Bundle.

Shape, and why:

* `Bundle.type` is `collection`: a region fetches or receives the month as one document and keeps it whole. What R4's
  Claim/$submit takes, a batch of Claims that is taken apart on arrival, is derived from it (mappings/submission.py).
* One `Claim` per line, since `Claim.patient` is mandatory and single. A reversal is a Claim with a negative amount
  whose `related` names the reversed line (`prior`, `reverses`); the charge that takes its place is one of its own, and
  names that line too (`prior`, `replaces`), also where it was rejected and is therefore not reversed.
* A collection has no total, so the header is an `Invoice`: issuer, recipient, the sum of every IV type and category,
  and `totalNet`. It has no subject: it speaks of a municipality, not of a citizen.
* Withheld items are not money, so they are no Claim: one `OperationOutcome` lists them as information, by episode.
* The citizen's identifier (CPR) stands in `Claim.patient.identifier` and nowhere else; names are not sent.

Money is written from integer oere, with two decimals. The same claim, parties and date give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from mappings.canonical_json import write_sealed
from mappings.claim_entries import ClaimEntries, canonical_entry
from mappings.claim_lines import Frame, resource_id
from mappings.outbound import (
    CLAIM_BUNDLE_PROFILE,
    CLAIMS,
    Party,
    concept,
    money,
    organisation,
    translated,
    treatment,
    urn,
)
from mappings.reading import Citizen
from profiles.names import BASE
from settlement.lines import Claim, Document, Line, Withheld

WITHHELD_REASON_CODES = f"{BASE}/CodeSystem/withheld-reason"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who claims from whom, and the title of the agreement they do it under ("" for its id)."""

    municipality: Party
    region: Party
    agreement: str = ""


def claim_bundle(
    claim: Claim, citizens: Mapping[str, Citizen], parties: Parties, created: date, created_at: datetime
) -> Document:
    """The claim as a sealed Bundle in a document of the claim's own id. citizens: by citizen key, one for every line.

    created: the date written into the claims. created_at: when the document was made; not part of the bytes.
    Raises LookupError when a line's citizen is not among citizens (the text names the episode only).
    """
    body = io.BytesIO()
    digest = write_claim_bundle(claim, citizens, parties, created, body.write)
    return Document(
        id=claim.id,
        kind="claim-bundle",
        period=claim.month,
        owner=claim.municipality,
        recipient=claim.region,
        status="active",
        body=body.getvalue(),
        sha256=digest,
        created_at=created_at,
    )


def write_claim_bundle(
    claim: Claim, citizens: Mapping[str, Citizen], parties: Parties, created: date, write: Callable[[bytes], object]
) -> str:
    """Write the Bundle part by part as it is made, so that it never lies in memory whole; returns its SHA-256 (hex).

    Raises LookupError as `claim_bundle` does; what was written until then is no Bundle.
    """
    meta = {"profile": [CLAIM_BUNDLE_PROFILE]}
    head = {"resourceType": "Bundle", "id": claim.id, "meta": meta, "type": "collection"}
    return write_sealed(head, _entries(claim, citizens, parties, created), write)


def _entries(claim: Claim, citizens: Mapping[str, Citizen], parties: Parties, created: date) -> Iterator[bytes]:
    municipality, region = (
        organisation(party, resource_id("organisation", party.code)) for party in (parties.municipality, parties.region)
    )
    frame = Frame(claim, created, urn(municipality), urn(region), parties.agreement or claim.agreement)
    lines = sorted(claim.lines, key=lambda line: line.id)
    yield from (canonical_entry(resource) for resource in (_invoice(frame), municipality, region))
    claims = ClaimEntries(frame)
    for line in lines:
        yield claims.entry(line, _citizen(line, citizens))
    yield from (canonical_entry(resource) for resource in _outcome(claim))


def _citizen(line: Line, citizens: Mapping[str, Citizen]) -> Citizen:
    if line.citizen not in citizens:
        raise LookupError(f"The citizen of episode {line.episode} is not known; the claim cannot be written.")
    return citizens[line.citizen]


def _invoice(frame: Frame) -> dict[str, Any]:
    claim = frame.claim
    resource: dict[str, Any] = {
        "resourceType": "Invoice",
        "id": resource_id("invoice", claim.id),
        "identifier": [{"system": CLAIMS, "value": claim.id}],
        "status": "issued",
        "date": frame.created.isoformat(),
        "recipient": {"reference": frame.region},
        "issuer": {"reference": frame.municipality},
        "totalNet": money(claim.total),
        "note": [
            {"text": f"{frame.agreement}, {claim.month}: {len(claim.lines)} lines, {len(claim.withheld)} withheld"}
        ],
    }
    sums = _sums(claim.lines)
    return {**resource, "lineItem": sums} if sums else resource


def _sums(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Invoice lines: the sum of every IV type and category, in the order of their codes; of clauses without them."""
    by_kind = groupby(sorted(lines, key=_kind), key=_kind)
    return [
        {
            "sequence": number,
            "chargeItemCodeableConcept": treatment(*kind),
            "priceComponent": [{"type": "base", "amount": money(sum(line.amount for line in group))}],
        }
        for number, (kind, group) in enumerate(by_kind, start=1)
    ]


def _kind(line: Line) -> tuple[str, str, str]:
    is_coded = bool(line.iv_type or line.category)
    return line.iv_type, line.category, "" if is_coded else line.clause


def _outcome(claim: Claim) -> list[dict[str, Any]]:
    issues = [_issue(item) for item in sorted(claim.withheld, key=lambda item: (item.episode, item.reason))]
    if not issues:
        return []
    return [{"resourceType": "OperationOutcome", "id": resource_id("withheld", claim.id), "issue": issues}]


def _issue(item: Withheld) -> dict[str, Any]:
    return {
        "severity": "information",
        "code": "business-rule",
        "details": {**concept(WITHHELD_REASON_CODES, item.reason), **translated("text", item.explanation)},
        "diagnostics": f"episode {item.episode}",
    }
