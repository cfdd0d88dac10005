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
from settlement.lines import Claim, Line, LineKind, Stated
from settlement.naming import named

CLAIM_INFORMATION_CODES = f"{BASE}/CodeSystem/claim-information"
COURSE_FACT_CODES = f"{BASE}/CodeSystem/course-fact"
RELATION_CODES = f"{BASE}/CodeSystem/claim-relation"
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
        """The claimed month as a FHIR Period."""
        return whole_month(self.claim.month)


def whole_month(month: str) -> dict[str, str]:
    """A month ("2026-10") as a FHIR Period of whole days, both ends included."""
    last = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    return {"start": f"{month}-01", "end": f"{month}-{last}"}


def resource_id(*parts: str) -> str:
    """A stable id (UUID version 5) for the part of a bundle that these words name."""
    return named(_IDS, *parts, between="|")


def claim_resource(frame: Frame, line: Line, citizen: Citizen) -> dict[str, Any]:
    """The line as a Claim. `related` of a reversal names the line it takes back; that of a charge names the line whose
    place it takes, if there is one.

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
    earlier = _earlier(line)
    return {**resource, "related": [earlier]} if earlier else resource


def earlier_line(line: Line) -> str:
    """The id of the earlier line a line is about: that which a reversal takes back, or a charge takes the place of."""
    return line.reverses if line.kind is LineKind.REVERSAL else line.replaces


def _payee(frame: Frame) -> dict[str, Any]:
    return {"type": concept(f"{TERMINOLOGY}/payeetype", "provider"), "party": {"reference": frame.municipality}}


def _earlier(line: Line) -> dict[str, Any]:
    """The earlier line a line is about, and how: a prior claim by HL7's word, and by ours what is done with it."""
    name = earlier_line(line)
    if not name:
        return {}
    is_reversal = line.kind is LineKind.REVERSAL
    codes = (
        (f"{TERMINOLOGY}/ex-relatedclaimrelationship", "prior"),
        (RELATION_CODES, "reverses" if is_reversal else "replaces"),
    )
    relationship = {"coding": [{"system": system, "code": code} for system, code in codes]}
    return {"claim": {"type": "Claim", **identified(LINES, name)}, "relationship": relationship}


def _insurance(frame: Frame) -> dict[str, Any]:
    """The agreement is what covers the claim; R4 asks for a Coverage, so it is named as one, by its identifier."""
    coverage = {"type": "Coverage", **identified(AGREEMENTS, frame.claim.agreement), "display": frame.agreement}
    return {"sequence": 1, "focal": True, "coverage": coverage, "businessArrangement": frame.claim.agreement}


def _item(line: Line, information: int) -> dict[str, Any]:
    return {
        "sequence": 1,
        "informationSequence": list(range(1, information + 1)),
        "productOrService": treatment(line.iv_type, line.category, line.clause),
        "servicedDate": line.service_date.isoformat(),
        "net": money(line.amount),
    }


def _information(line: Line) -> list[dict[str, Any]]:
    """What the amount rests on: episode, clause, rate version, the part of a split amount, facts of the course,
    calculation by language, and the messages."""
    episode = {"type": "EpisodeOfCare", **identified(EPISODES, line.episode)}
    told: list[tuple[str, dict[str, Any]]] = [
        ("episode", {"valueReference": episode}),
        ("clause", {"valueString": line.clause}),
    ]
    told += [("rate-version", {"valueString": line.rate_version})] if line.rate_version else []
    told += [("part", {"valueString": line.part})] if line.part else []
    told += [("fact", fact) for name, value in sorted(line.facts.items()) for fact in _facts(name, value)]
    told += [
        ("explanation", {"code": concept("urn:ietf:bcp:47", language), "valueString": text})
        for language, text in sorted(line.explanation.items())
    ]
    told += [("message", {"valueReference": identified(MESSAGES, message)}) for message in line.inputs]
    return [
        {"sequence": number, "category": concept(CLAIM_INFORMATION_CODES, category), **value}
        for number, (category, value) in enumerate(told, start=1)
    ]


def _facts(name: str, value: Stated) -> list[dict[str, Any]]:
    """A fact of the course; one by key is a fact for each key, which stands as its text."""
    code = concept(COURSE_FACT_CODES, name)
    if isinstance(value, bool):
        return [{"code": code, "valueBoolean": value}]
    if isinstance(value, str):
        return [{"code": code, "valueString": value}] if value else []
    return [{"code": {**code, "text": key}, "valueString": value[key]} for key in sorted(value)]
