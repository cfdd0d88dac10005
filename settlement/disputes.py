"""Disputes: what municipality or region does not agree to about a line, the answers, and how it ended.

A dispute is the fold of its entries; entries are only ever added. A line has one open dispute at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

NAMESPACE = UUID("7d1b8f0e-6a54-5d0c-9d5e-3f0b2c7a9e11")
"""Ids of disputes are name-based (uuid5) within this namespace, so that a line's next dispute has one id only."""

LONGEST_TEXT = 2000
PARTIES = ("municipality", "region")
REASONS: Mapping[str, tuple[str, str]] = {
    "wrong-category": ("Tyngdekategorien er forkert", "The weight category is wrong"),
    "wrong-iv-type": ("IV-typen er forkert", "The IV type is wrong"),
    "wrong-period": ("Perioden er forkert", "The period is wrong"),
    "wrong-amount": ("Beløbet er forkert", "The amount is wrong"),
    "wrong-payer": ("En anden part skal betale", "Another party is to pay"),
    "claimed-twice": ("Forløbet er krævet to gange", "The course is claimed twice"),
    "not-given": ("Behandlingen er ikke givet", "The treatment was not given"),
    "other": ("Andet", "Something else"),
}
"""By code: what a dispute may be about, in Danish and English."""


class Step(StrEnum):
    """What an entry does to its dispute; the last one is the dispute's state."""

    RAISED = "raised"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DisputeEntry:
    """One entry. number: its place in the dispute, from 1. reason: a code of REASONS where it is raised, else "".

    party: whose view it is ("municipality" or "region"); person: who wrote it, "" at the machine itself.
    """

    dispute: str
    number: int
    line: str
    step: Step
    reason: str
    text: str
    party: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as its entries tell it, the first first."""

    entries: tuple[DisputeEntry, ...]

    @property
    def id(self) -> str:
        """The id all its entries carry."""
        return self.entries[0].dispute

    @property
    def line(self) -> str:
        """The line it is about."""
        return self.entries[0].line

    @property
    def reason(self) -> str:
        """Why it was raised: a code of REASONS."""
        return self.entries[0].reason

    @property
    def party(self) -> str:
        """Who raised it: "municipality" or "region"."""
        return self.entries[0].party

    @property
    def state(self) -> Step:
        """What was done last."""
        return self.entries[-1].step

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer, or for the answer to be accepted."""
        return self.state is not Step.CLOSED


class DisputeError(ValueError):
    """An entry that cannot be made; says why and what to do."""


def disputes(entries: Iterable[DisputeEntry]) -> tuple[Dispute, ...]:
    """The disputes some entries tell of, by when they were raised; entries may come in any order."""
    found: defaultdict[str, list[DisputeEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.number):
        found[entry.dispute].append(entry)
    told = (Dispute(tuple(of_one)) for of_one in found.values())
    return tuple(sorted(told, key=lambda one: (one.entries[0].at, one.id)))


def raised(
    line: str, earlier: Sequence[Dispute], reason: str, text: str, party: str, person: str, at: datetime
) -> DisputeEntry:
    """The entry that raises a dispute about a line. earlier: all disputes about it. Raises DisputeError."""
    if reason not in REASONS:
        raise DisputeError(f"{reason[:40]!r} is no reason. Reasons are {', '.join(REASONS)}.")
    if any(one.is_open for one in earlier):
        raise DisputeError("The line has an open dispute. Answer that one, or close it first.")
    name = str(uuid5(NAMESPACE, f"{line}\n{len(earlier)}"))
    return DisputeEntry(name, 1, line, Step.RAISED, reason, _fit(text), _one_of(party), person, at)


def added(dispute: Dispute, step: Step, text: str, party: str, person: str, at: datetime) -> DisputeEntry:
    """The entry that answers a dispute or closes it. Raises DisputeError where it is closed already.

    Whoever raised it may close it. A region may also close what a municipality raised, with a written answer: it is the
    region that decides what it pays (and the municipality may raise it again). A municipality cannot close what its
    region raised.
    """
    if not dispute.is_open:
        raise DisputeError("The dispute is closed. Raise a new one about the line if there is more to say.")
    if step is Step.RAISED:
        raise DisputeError("A dispute is raised once. Answer it or close it.")
    if step is Step.ANSWERED and not text.strip():
        raise DisputeError("An answer needs a text.")
    if step is Step.CLOSED and not may_close(dispute, party):
        raise DisputeError("Only the region can close a dispute that the region has raised. Answer it instead.")
    if step is Step.CLOSED and party != dispute.party and not text.strip():
        raise DisputeError("To close what the municipality has raised, the region writes an answer.")
    number = len(dispute.entries) + 1
    return DisputeEntry(dispute.id, number, dispute.line, step, "", _fit(text), _one_of(party), person, at)


def may_close(dispute: Dispute, party: str) -> bool:
    """Whether a party may close a dispute: whoever raised it, and the region."""
    return party in (dispute.party, "region")


def _fit(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise DisputeError(f"The text is longer than {LONGEST_TEXT} characters. Shorten it.")
    return text.strip()


def _one_of(party: str) -> str:
    if party not in PARTIES:
        raise DisputeError(f"A party is one of {', '.join(PARTIES)}.")
    return party
