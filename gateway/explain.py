"""Explaining a line: what it says of itself, what it rests on, and whether calculating it again gives the same."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

from gateway.agreements import known_agreements
from gateway.build import Gateway
from gateway.errors import NotFoundError
from settlement.agreements import Agreement
from settlement.decisions import Decision
from settlement.explaining import Explanation
from settlement.explaining import explain as calculated_again
from settlement.lines import Line
from settlement.periods import Month, month_of
from settlement.tracing import clause_of, history, rates_of

OPEN_MONTHS = 3
"""Lines of so many months up to this one are explained before they are closed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed: the agreement's title and the clause's, by language, and the agreement's legal reference."""

    agreement: dict[str, str]
    clause: dict[str, str]
    legal_reference: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate version: the days it is in force, its price level and its legal reference."""

    id: str
    valid_from: date
    valid_to: date
    price_level: str
    legal_reference: str


@dataclass(frozen=True, slots=True)
class Source:
    """A message a line rests on: when it came, in which format, and from whom; None and "" where it is not here."""

    id: str
    received_at: datetime | None
    format: str
    event: str
    sender: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A line and the calculation made again (by the agreement as it is now), with what it rests on.

    closed: whether the line's month is closed. rates: of the amount; inputs: the messages; history: every line of the
    same billable key, oldest first, with this one; decisions: what the region answered, oldest first.
    """

    line: Line
    closed: bool
    again: Explanation
    terms: Terms
    rates: tuple[Rate, ...]
    inputs: tuple[Source, ...]
    history: tuple[Line, ...]
    decisions: tuple[Decision, ...]


def explain(gateway: Gateway, line_id: str) -> Explained:
    """Explain a claim line, of a closed month or of one that is open now. Raises NotFoundError for an unknown id, and
    where the line's agreement is not known any more."""
    stored = gateway.store.line(line_id)
    line = stored or _open_line(gateway, line_id)
    if line is None:
        raise NotFoundError(
            f"There is no line {line_id[:60]}. A line's id is its Claim's identifier, and on its month's page."
        )
    agreement = _agreement(gateway, line)
    gateway.projection.refresh()
    episode = gateway.store.episode(line.episode)
    return Explained(
        line,
        stored is not None,
        calculated_again(line, agreement, episode, gateway.register.directory),
        _terms(line, agreement),
        tuple(
            Rate(one.id, one.valid_from, one.valid_to, one.price_level, one.legal_reference)
            for one in rates_of(line, agreement)
        ),
        tuple(_source(gateway, message) for message in line.inputs),
        history(line, gateway.store.lines_of_episode(line.episode)),
        tuple(gateway.store.decisions_of_line(line.id)),
    )


def _open_line(gateway: Gateway, line_id: str) -> Line | None:
    """The line as an open month would have it if it were closed now."""
    month = month_of(gateway.now())
    for _ in range(OPEN_MONTHS):
        found = _previewed(gateway, month, line_id)
        if found is not None:
            return found
        month = month.previous()
    return None


def _previewed(gateway: Gateway, month: Month, line_id: str) -> Line | None:
    if gateway.months.is_closed(month):
        return None
    with closing(gateway.months.preview(month)) as claims:
        return next((line for claim in claims for line in claim.lines if line.id == line_id), None)


def _agreement(gateway: Gateway, line: Line) -> Agreement:
    """The agreement a line was claimed by, also where courses are no longer claimed by it."""
    in_force = {agreement.id: agreement for agreement in gateway.months.agreements}
    found = in_force.get(line.agreement) or known_agreements(gateway.settings).get(line.agreement)
    if found is None:
        raise NotFoundError(
            f"The line's agreement {line.agreement} is not known any more. Put its file back into agreements_folder."
        )
    return found


def _terms(line: Line, agreement: Agreement) -> Terms:
    clause = clause_of(line, agreement)
    title = dict(clause.title) if clause else {}
    return Terms(dict(agreement.title), title, agreement.legal_reference, agreement.illustrative)


def _source(gateway: Gateway, message_id: str) -> Source:
    message = gateway.store.message(message_id)
    if message is None:
        return Source(message_id, None, "", "", "")
    sender = message.sender_name or message.sender_sor or message.sender_gln
    return Source(message.id, message.received_at, message.format, message.event, sender)
