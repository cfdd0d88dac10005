"""A region that answers claims: a decision on its way, as the region's own program would write it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from gateway.build import Gateway
from gateway.demo.sending import FHIR_JSON, Sending
from gateway.intake import Taken
from gateway.organisations import Member
from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_response
from settlement.decisions import Decision
from settlement.lines import Line
from tests.gateway.world import NOVEMBER


def decision_of(
    gateway: Gateway, line: Line, approved: int | None = None, reason: str = "other", at: datetime = NOVEMBER
) -> Sending:
    """The answer to a line; approved: oere, None for all of it."""
    amount = line.amount if approved is None else approved
    decision = Decision(line.id, amount, "" if amount == line.amount else reason, "", at, "")
    citizen = gateway.store.citizen(line.citizen)
    assert citizen is not None
    body = canonical_json(claim_response(line, decision, citizen))
    return Sending("decision", "/fhir/ClaimResponse", body, FHIR_JSON)


def decide(gateway: Gateway, sending: Sending, peer: Member | None = None) -> Taken:
    """Take a decision in as it came from a member."""
    taking = gateway.intake.take(sending.body, channel="http", family=None, media_type=sending.media_type, peer=peer)
    return asyncio.run(taking)
