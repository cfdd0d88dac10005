"""Disputes about lines: raised, answered and closed by people of either party."""

from __future__ import annotations

from gateway.build import Gateway
from gateway.errors import BadRequestError, NotFoundError
from gateway.masking import masked_text
from settlement.disputes import Dispute, DisputeEntry, DisputeError, Step, added, raised


def raise_dispute(gateway: Gateway, line: str, reason: str, text: str, party: str, person: str) -> Dispute:
    """Raise a dispute about a line that has been claimed. CPR numbers in the text are masked before it is kept.

    Raises NotFoundError for an unknown line, BadRequestError where it cannot be raised, ConflictError where somebody
    else was first.
    """
    if gateway.store.line(line) is None:
        raise NotFoundError(f"There is no claimed line {line[:60]}. Lines can be disputed when their month is closed.")
    earlier = gateway.store.disputes_of([line])
    try:
        entry = raised(line, earlier, reason, masked_text(text), party, person, gateway.now())
    except DisputeError as problem:
        raise BadRequestError(str(problem)) from problem
    return _kept(gateway, entry)


def add_to_dispute(gateway: Gateway, dispute_id: str, step: Step, text: str, party: str, person: str) -> Dispute:
    """Answer a dispute, or close it. Raises as `raise_dispute` does."""
    found = gateway.store.dispute(dispute_id)
    if found is None:
        raise NotFoundError(f"There is no dispute {dispute_id[:60]}. See them with: overgang dispute list")
    try:
        entry = added(found, step, masked_text(text), party, person, gateway.now())
    except DisputeError as problem:
        raise BadRequestError(str(problem)) from problem
    return _kept(gateway, entry)


def _kept(gateway: Gateway, entry: DisputeEntry) -> Dispute:
    gateway.store.add_dispute_entry(entry)
    kept = gateway.store.dispute(entry.dispute)
    if kept is None:
        raise NotFoundError("The dispute is not where it was written. Try again.")
    return kept
