"""One line of a month as a FHIR R4 Claim: an episode's charge, or the reversal of one."""

from __future__ import annotations

import calendar
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from mappings.outbound import (
    AGREEMENTS,
    CLAIM_PROFILE,
    EPISODES,
    LINES,
    MESSAGES,
    TERMINOLOGY,
    concept,
    identified,
    money,
    treatment,
)
from mappings.reading import Citizen
from profiles.names import BASE
from settlement.lines import Claim, Line, LineKind

CLAIM_INFORMATION_CODES = f"{BASE}/CodeSystem/claim-information"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}/claim-bundle")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every resource of one bundle shares: the claim, its date, the parties' urls, the agreement's title."""

    claim: Claim
    created: date
    municipality: str
    region: str
    agreement: str

    @property
    def period(self) -> dict[str, str]:
        """The claimed month as a FHIR Period of whole days, both ends included."""
        year, month = (int(part) for part in self.claim.month.split("-"))
        return {"start": f"{self.claim.month}-01", "end": f"{self.claim.month}-{calendar.monthrange(year, month)[1]}"}


def resource_id(*parts: str) -> str:
    """A stable id (UUID version 5) for the part of a bundle that these words name."""
    return str(uuid.uuid5(_IDS, "|".join(parts)))


def claim_resource(frame: Frame, line: Line, citizen: Citizen) -> dict[str, Any]:
    """The line as a Claim. Amounts of a reversal are negative, and `related` names the line it takes back.

    The citizen's identifier is written in `patient` and nowhere else.
    """
    information = _information(line)
    resource: dict[str, Any] = {
        "resourceType": "Claim",
        "id": resource_id("line", line.id),
        "meta": {"profile": [CLAIM_PROFILE]},
        "identifier": [{"system": LINES, "value": line.id}],
        "status": "active",
        "type": concept(f"{TERMINOLOGY}/claim-type", "institutional"),
        "use": "claim",
        "patient": {"type": "Patient", **identified(citizen.system, citizen.identifier)},
        "billablePeriod": frame.period,
        "created": frame.created.isoformat(),
        "insurer": {"reference": frame.region},
        "provider": {"reference": frame.municipality},
        "priority": concept(f"{TERMINOLOGY}/processpriority", "normal"),
        "payee": _payee(frame),
        "supportingInfo": information,
        "insurance": [_insurance(frame)],
        "item": [_item(line, len(information))],
        "total": money(line.amount),
    }
    return {**resource, "related": [_prior(line)]} if line.kind is LineKind.REVERSAL else resource


def _payee(frame: Frame) -> dict[str, Any]:
    return {"type": concept(f"{TERMINOLOGY}/payeetype", "provider"), "party": {"reference": frame.municipality}}


def _prior(line: Line) -> dict[str, Any]:
    relationship = concept(f"{TERMINOLOGY}/ex-relatedclaimrelationship", "prior")
    return {"claim": {"type": "Claim", **identified(LINES, line.reverses)}, "relationship": relationship}


def _insurance(frame: Frame) -> dict[str, Any]:
    """The agreement is what covers the claim; R4 asks for a Coverage, so it is named as one, by its identifier."""
    coverage = {"type": "Coverage", **identified(AGREEMENTS, frame.claim.agreement), "display": frame.agreement}
    return {"sequence": 1, "focal": True, "coverage": coverage, "businessArrangement": frame.claim.agreement}


def _item(line: Line, information: int) -> dict[str, Any]:
    return {
        "sequence": 1,
        "informationSequence": list(range(1, information + 1)),
        "productOrService": treatment(line.iv_type, line.category),
        "servicedDate": line.service_date.isoformat(),
        "net": money(line.amount),
    }


def _information(line: Line) -> list[dict[str, Any]]:
    """What the amount rests on: episode, clause, rate version, calculation by language, and the messages."""
    episode = {"type": "EpisodeOfCare", **identified(EPISODES, line.episode)}
    facts: list[tuple[str, dict[str, Any]]] = [
        ("episode", {"valueReference": episode}),
        ("clause", {"valueString": line.clause}),
        ("rate-version", {"valueString": line.rate_version}),
    ]
    facts += [
        ("explanation", {"code": concept("urn:ietf:bcp:47", language), "valueString": text})
        for language, text in sorted(line.explanation.items())
    ]
    facts += [("message", {"valueReference": identified(MESSAGES, message)}) for message in line.inputs]
    return [
        {"sequence": number, "category": concept(CLAIM_INFORMATION_CODES, category), **value}
        for number, (category, value) in enumerate(facts, start=1)
    ]
