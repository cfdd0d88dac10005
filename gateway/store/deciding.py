"""What an arrival is, given who owns its ids: new, a duplicate, or the reuse of an id. Pure.

One rule satisfies MedCom's reliable messaging for FHIR (043), for VANS (032) and SBDH: a known letter is never
processed again and gets the answer it got; a known letter id with other content, and a known envelope id around a new
letter, are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.store.contract import Arrival
from gateway.store.ledger import Ledger
from mappings.reading import Outcome, Verdict
from profiles.issue import Issue, error, fatal


@dataclass(frozen=True, slots=True)
class LetterOwner:
    """The first message of a letter id, and what was decided about it."""

    message: str
    letter_hash: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class EnvelopeOwner:
    """The first message of an envelope id, the letter it held, and what was decided about it."""

    message: str
    letter_key: str
    letter_hash: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owned the ids of an arrival before it came; None where nobody did."""

    letter: LetterOwner | None
    envelope: EnvelopeOwner | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The state of the arrival's row, the verdict to answer with, and the first message of the same letter or ""."""

    outcome: Outcome
    verdict: Verdict
    duplicate_of: str = ""
    is_new: bool = False


_TAKEN = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS)

LETTER_REUSED = error(
    "letter-id-reused",
    "",
    "The letter id has been used before for a letter with other content. Send a changed letter under a new letter id.",
    kind="duplicate",
)
ENVELOPE_REUSED = fatal(
    "envelope-id-reused",
    "",
    "The envelope id has been used before for another letter. Give every sending an envelope id of its own.",
    kind="duplicate",
)


def decide(arrival: Arrival, owners: Owners) -> Decision:
    """What the arrival is. The letter id counts first: a known letter is answered as before in any envelope."""
    letter, envelope = owners.letter, owners.envelope
    if letter is not None:
        if letter.letter_hash == arrival.reading.letter_hash:
            return Decision(Outcome.DUPLICATE, letter.verdict, letter.message)
        return _refused(LETTER_REUSED, arrival)
    if envelope is None:
        return Decision(arrival.verdict.outcome, arrival.verdict, is_new=True)
    if not _holds(envelope, arrival):
        return _refused(ENVELOPE_REUSED, arrival)
    return Decision(Outcome.DUPLICATE, envelope.verdict, envelope.message)


def entered(decision: Decision, arrival: Arrival, ledger: Ledger) -> Decision:
    """The same decision about a message, with what it says of billed lines entered; a refusal where that cannot be."""
    if not (decision.is_new and takes_records(decision.outcome) and arrival.reading.decisions):
        return decision
    issues = ledger.decide(arrival.reading.decisions)
    if not issues:
        return decision
    refusal = Verdict(Outcome.REFUSED, (*arrival.verdict.issues, *issues), arrival.verdict.guide)
    return Decision(Outcome.REFUSED, refusal, is_new=True)


def takes_records(outcome: Outcome) -> bool:
    """Whether what a message in this state says is kept: its records, and its decisions."""
    return outcome in _TAKEN


def owners_of(arrival: Arrival, letters: Mapping[str, LetterOwner], envelopes: Mapping[str, EnvelopeOwner]) -> Owners:
    """The earlier owners of an arrival's ids, among those known."""
    return Owners(letters.get(arrival.letter_key), envelopes.get(arrival.envelope_key))


def _holds(envelope: EnvelopeOwner, arrival: Arrival) -> bool:
    return (envelope.letter_key, envelope.letter_hash) == (arrival.letter_key, arrival.reading.letter_hash)


def _refused(issue: Issue, arrival: Arrival) -> Decision:
    """What is wrong with the arrival itself is told first: it may be all the sender needs to hear."""
    issues = (*arrival.verdict.issues, issue)
    return Decision(Outcome.REFUSED, Verdict(Outcome.REFUSED, issues, arrival.verdict.guide))
