"""A region's answer to a line as a FHIR R4 ClaimResponse: what was claimed, what is approved, and why not all of it.

One ClaimResponse for one Claim, since a claim is one line. `outcome` is always "complete": it says how far the work of
deciding has come, not what was decided; a partial approval is a `benefit` below what was `submitted`, with its reason.
The claim, the parties and the citizen are named by identifier, so an answer can be read by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mappings.canonical_json import sealed
from mappings.claim_lines import resource_id
from mappings.outbound import (
    CLAIM_ANSWERS_PROFILE,
    CLAIM_RESPONSE_PROFILE,
    DECISIONS,
    LINES,
    TERMINOLOGY,
    concept,
    identified,
    money,
    named,
    translated,
    urn,
)
from mappings.reading import Citizen
from profiles.names import BASE
from settlement.decisions import Decision, Verdict, latest, verdict_of
from settlement.lines import Claim, Line

DECISION_REASON_CODES = f"{BASE}/CodeSystem/decision-reason"
VERDICT_CODES = f"{BASE}/CodeSystem/verdict"
_ADJUDICATION = f"{TERMINOLOGY}/adjudication"

DISPOSITIONS: Mapping[Verdict, dict[str, str]] = {
    Verdict.APPROVED: {"da": "Godkendt", "en": "Approved"},
    Verdict.REDUCED: {"da": "Godkendt med et lavere beløb", "en": "Approved at a lower amount"},
    Verdict.REJECTED: {"da": "Afvist", "en": "Rejected"},
}


def decision_id(decision: Decision) -> str:
    """A stable id of a decision: the same line, time, amount and reason give the same."""
    return resource_id("decision", decision.line, decision.decided_at.isoformat(), str(decision.approved))


def claim_response(line: Line, decision: Decision, citizen: Citizen) -> dict[str, Any]:
    """The decision on a line as a ClaimResponse from the line's region to its municipality.

    Raises ValueError when the decision is on another line. The citizen's identifier is written in `patient` alone.
    """
    if decision.line != line.id:
        raise ValueError(f"The decision is on line {decision.line}, not on {line.id}.")
    verdict = verdict_of(line, decision.approved)
    amounts = [("submitted", line.amount), ("benefit", decision.approved)]
    resource: dict[str, Any] = {
        "resourceType": "ClaimResponse",
        "id": decision_id(decision),
        "meta": {"profile": [CLAIM_RESPONSE_PROFILE]},
        "identifier": [{"system": DECISIONS, "value": decision_id(decision)}],
        "status": "active",
        "type": concept(f"{TERMINOLOGY}/claim-type", "institutional"),
        "use": "claim",
        "patient": {"type": "Patient", **identified(citizen.system, citizen.identifier)},
        "created": decision.decided_at.isoformat(),
        "insurer": named(line.region),
        "requestor": named(line.municipality),
        "request": {"type": "Claim", **identified(LINES, line.id)},
        "outcome": "complete",
        **translated("disposition", DISPOSITIONS[verdict]),
        "item": [_item(decision, verdict, amounts)],
        "total": [{"category": concept(_ADJUDICATION, code), "amount": money(amount)} for code, amount in amounts],
    }
    return {**resource, "processNote": [_note(decision.text)]} if decision.text else resource


def claim_answers(claim: Claim, decisions: Iterable[Decision], citizens: Mapping[str, Citizen]) -> dict[str, Any]:
    """What a region answers to a claim, as Claim/$submit returns it: a Bundle of ClaimResponses, by line, sealed.

    The latest decision on each line counts; lines that are not decided on are not in it. citizens: by citizen key.
    Raises LookupError when a line's citizen is not among citizens.
    """
    found = latest(decisions)
    lines = sorted((line for line in claim.lines if line.id in found), key=lambda line: line.id)
    responses = [claim_response(line, found[line.id], citizens[line.citizen]) for line in lines]
    entries = [{"fullUrl": urn(resource), "resource": resource} for resource in responses]
    bundle = {
        "resourceType": "Bundle",
        "id": resource_id("answers", claim.id),
        "meta": {"profile": [CLAIM_ANSWERS_PROFILE]},
        "type": "collection",
    }
    return sealed({**bundle, "entry": entries} if entries else bundle)


def _item(decision: Decision, verdict: Verdict, amounts: Iterable[tuple[str, int]]) -> dict[str, Any]:
    adjudication = [{"category": concept(_ADJUDICATION, code), "amount": money(amount)} for code, amount in amounts]
    if verdict is not Verdict.APPROVED and decision.reason:
        adjudication[-1]["reason"] = concept(DECISION_REASON_CODES, decision.reason)
    adjudication.append({"category": concept(VERDICT_CODES, verdict)})
    note = {"noteNumber": [1]} if decision.text else {}
    return {"itemSequence": 1, **note, "adjudication": adjudication}


def _note(text: str) -> dict[str, Any]:
    """The region's own words."""
    return {"number": 1, "type": "display", "text": text}
