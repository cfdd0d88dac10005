"""Closing: a month's claims are the truth as known now, minus what earlier closed months have billed net.

Unchanged courses give nothing. A changed course gives a reversal of the line billed and a new charge, both in this
month; a course that is no longer to be paid gives the reversal alone. Closed months are only read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from settlement.agreements import Agreement
from settlement.billing import Billed, Course, brought_together
from settlement.decisions import Charge, Decision, Verdict, latest, standing_charges
from settlement.eligibility import Reason
from settlement.episodes import Episode
from settlement.lines import Claim, Line, LineKind, Withheld
from settlement.money import kroner
from settlement.naming import named
from settlement.organisations import Directory
from settlement.periods import Month, local_day
from settlement.pricing import NAMESPACE, Pricer, line_id
from settlement.wording import LANGUAGES, sentences

ELSEWHERE = ("not-begun", "region-not-party", "begun-outside-agreement", "outside-agreement")
"""Reasons that are none of this month's or this agreement's business, so they are no news in its claims."""

Party = tuple[str, str]


@dataclass(slots=True)
class _Pile:
    """What one claim will hold."""

    lines: list[Line] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)


def close_month(
    month: Month,
    episodes: Iterable[Episode],
    agreement: Agreement,
    billed: Iterable[Line],
    directory: Directory,
    decisions: Iterable[Decision] = (),
    pricer: Pricer | None = None,
) -> tuple[Claim, ...]:
    """The claims of a month, one per municipality and region, in that order.

    episodes: all episodes, or all of one municipality, in any order. billed: every line of the other closed months of
    the agreement (and of that municipality). decisions: what the region answered to them. pricer: of this agreement and
    month, where one is at hand that remembers other partitions.
    """
    return close_courses(month, brought_together(episodes, billed, decisions), agreement, directory, pricer)


def close_courses(
    month: Month, courses: Iterable[Course], agreement: Agreement, directory: Directory, pricer: Pricer | None = None
) -> tuple[Claim, ...]:
    """The same of courses that have been brought together already, which are read one by one.

    What is withheld is listed in the month the course started in, and again in a month that brought news of it or
    reversed it. An episode whose municipality is unknown is withheld in a claim with municipality "" and region "",
    which nobody can be sent.
    """
    work, pricer = _Work(month, directory), pricer or Pricer(agreement, directory, month)
    for course in courses:
        charges = _charges(course.billed, month, agreement) if course.billed else []
        if course.episode is not None:
            work.settle(course.episode, pricer.price(course.episode), charges)
        else:
            for charge in charges:
                work.take_back(charge, "vanished")
    return tuple(
        _claim(month, agreement, party, pile) for party, pile in sorted(work.piles.items(), key=lambda item: item[0])
    )


def _charges(billed: Billed, month: Month, agreement: Agreement) -> list[Charge]:
    """The charges of an episode that stand when the month is closed."""
    earlier = (line for line in billed.lines if line.month != str(month) and line.agreement == agreement.id)
    silence_approves = not agreement.decision_required
    return list(standing_charges(earlier, latest(billed.decisions), silence_approves=silence_approves).values())


def outstanding(lines: Iterable[Line]) -> dict[str, Line]:
    """The charges that no reversal has taken back, by billable key; all of them approved."""
    return {key: charge.line for key, charge in standing_charges(lines, {}, silence_approves=True).items()}


def reversal(charge: Line, month: Month, directory: Directory, why: str, owed: int | None = None) -> Line:
    """A line that takes a charge back in a later month, from the region that now answers for it.

    owed: what of the charge was approved, where that is not all of it; no more is taken back.
    """
    amount = charge.amount if owed is None else owed
    return replace(
        charge,
        id=line_id(charge.key, str(month), LineKind.REVERSAL),
        kind=LineKind.REVERSAL,
        reverses=charge.id,
        month=str(month),
        region=directory.successor(charge.region, month.last_day),
        amount=-amount,
        explanation={language: _taken_back(charge, amount, why, language) for language in LANGUAGES},
        approved=None if amount == charge.amount else amount,
    )


@dataclass(slots=True)
class _Work:
    """A month being closed: the piles its claims will be."""

    month: Month
    directory: Directory
    piles: defaultdict[Party, _Pile] = field(default_factory=lambda: defaultdict(_Pile))

    def settle(self, episode: Episode, truth: tuple[Line, ...] | Withheld, charges: list[Charge]) -> None:
        """What an episode adds to the month: nothing for what stands as billed, else what takes its place."""
        if isinstance(truth, tuple) and not charges:
            self._bill(truth)
            return
        due = {} if isinstance(truth, Withheld) else {line.key: line for line in truth}
        kept = {charge.line.key for charge in charges if self._stands(charge, due.get(charge.line.key))}
        waiting = [charge for charge in charges if charge.owed is None and charge.line.key not in kept]
        kept |= {charge.line.key for charge in waiting}
        for charge in charges:
            if charge.line.key not in kept:
                self.take_back(charge, truth.reason if isinstance(truth, Withheld) else "changed")
        before = {charge.line.key: charge.line for charge in charges}
        self._bill(self._in_place(line, before.get(line.key)) for line in due.values() if line.key not in kept)
        if isinstance(truth, Withheld):
            if charges or (truth.reason not in ELSEWHERE and _is_news(episode, self.month)):
                self._pile(truth.municipality, truth.region).withheld.append(truth)
        elif waiting:
            self._wait(waiting[0].line)

    def _bill(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._pile(line.municipality, line.region).lines.append(line)

    def take_back(self, charge: Charge, why: str) -> None:
        """Reverse what is owed of a charge; nothing where it was rejected, and not before it is decided on.

        A charge of nothing that was approved is reversed as well, by nothing: so its billable key becomes free.
        """
        if charge.owed is None:
            self._wait(charge.line)
        elif charge.verdict is not Verdict.REJECTED:
            line = reversal(charge.line, self.month, self.directory, why, charge.owed)
            self._pile(line.municipality, line.region).lines.append(line)

    def _in_place(self, line: Line, before: Line | None) -> Line:
        """A charge that takes the place of an earlier one to the same region names it, taken back or rejected."""
        if before is None or self.directory.successor(before.region, self.month.last_day) != line.region:
            return line
        return replace(line, replaces=before.id)

    def _stands(self, charge: Charge, truth: Line | None) -> bool:
        """Whether a billed charge is still due as it was billed, whatever the region made of it."""
        return truth is not None and _same(charge.line, truth, self.month, self.directory)

    def _wait(self, line: Line) -> None:
        """Say that a correction waits for the region's decision."""
        region = self.directory.successor(line.region, self.month.last_day)
        self._pile(line.municipality, region).withheld.append(
            Withheld(
                agreement=line.agreement,
                month=str(self.month),
                municipality=line.municipality,
                region=region,
                episode=line.episode,
                citizen=line.citizen,
                reason="awaiting-decision",
                explanation=Reason("awaiting-decision", line.id).explanation,
                inputs=line.inputs,
            )
        )

    def _pile(self, municipality: str, region: str) -> _Pile:
        return self.piles[municipality, region]


def _same(charge: Line, truth: Line, month: Month, directory: Directory) -> bool:
    """Whether a billed charge still stands: the same money for the same facts, owed by the same region."""
    facts = ("key", "rate_version", "municipality", "service_date", "iv_type", "category", "amount")
    region = directory.successor(charge.region, month.last_day)
    return region == truth.region and all(getattr(charge, name) == getattr(truth, name) for name in facts)


def _is_news(episode: Episode, month: Month) -> bool:
    """Whether a course started in the month, or anything was said of it in the month.

    An admission of which no treatment is stated is no news: most admissions have nothing to do with the agreement.
    """
    if not episode.started_at and not episode.assigned:
        return False
    said = (record.stated_at for record in episode.records)
    start, end = month.start, month.end
    begun = episode.started_at
    return bool(begun and month.first_day <= local_day(begun) <= month.last_day) or any(
        start <= at < end for at in said
    )


def _claim(month: Month, agreement: Agreement, party: Party, pile: _Pile) -> Claim:
    municipality, region = party
    return Claim(
        id=named(NAMESPACE, "claim", agreement.id, str(month), municipality, region),
        agreement=agreement.id,
        month=str(month),
        municipality=municipality,
        region=region,
        lines=tuple(sorted(pile.lines, key=lambda line: (line.key, line.kind is LineKind.CHARGE))),
        withheld=tuple(sorted(pile.withheld, key=lambda item: item.episode)),
    )


_WHY: Mapping[str, tuple[str, str]] = {
    "changed": ("forløbet er ændret siden", "the course has changed since"),
    "vanished": ("forløbet findes ikke længere", "the course no longer exists"),
}


def _taken_back(charge: Line, owed: int, why: str, language: str) -> str:
    danish, english = _WHY.get(why, (f"kan ikke længere afregnes ({why})", f"can no longer be claimed ({why})"))
    amount = kroner(-owed, language)
    if language == "da":
        return sentences(f"Tilbageførsel af linje {charge.id} fra {charge.month}: {danish}", amount)
    return sentences(f"Reversal of line {charge.id} from {charge.month}: {english}", amount)
