"""Reconciling: a month's claim lines against the region's own registrations, each difference with its amount.

A course claimed and a registration of one citizen and municipality are matched where all agrees (exact), else where the
starts lie within some days (near), nearest first; one registration stands for one course. What is left is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from settlement.lines import Line, LineKind, Withheld
from settlement.money import kroner
from settlement.registrations import NEAR_DAYS, Registration
from settlement.wording import LANGUAGES, Say


class Finding(StrEnum):
    """How a line and the region's registrations compare."""

    AGREED = "agreed"
    CATEGORY = "category-mismatch"
    IV_TYPE = "iv-type-mismatch"
    PERIOD = "period-mismatch"
    DUPLICATE = "duplicate"
    NOT_REGISTERED = "not-registered"
    NOT_CLAIMED = "not-claimed"
    WITHDRAWN = "withdrawn"


WORDS: Mapping[Finding, tuple[str, str]] = {
    Finding.AGREED: ("Enighed", "Agreed"),
    Finding.CATEGORY: ("Tyngdekategorien er forskellig", "The weight category differs"),
    Finding.IV_TYPE: ("IV-typen er forskellig", "The IV type differs"),
    Finding.PERIOD: ("Startdagen er forskellig", "The start day differs"),
    Finding.DUPLICATE: ("Forløbet er krævet mere end én gang", "The course is claimed more than once"),
    Finding.NOT_REGISTERED: ("Regionen har ikke registreret forløbet", "The region has not registered the course"),
    Finding.NOT_CLAIMED: ("Kommunen har ikke krævet forløbet", "The municipality has not claimed the course"),
    Finding.WITHDRAWN: ("Kommunen trækker forløbet tilbage", "The municipality takes the course back"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A course on both sides. lines: claimed of it, net; registration: the region's. claimed, expected: oere.

    expected: what the registration comes to by the agreement, less what the same lines take back of earlier months;
    None where the agreement prices it not.
    """

    finding: Finding
    lines: tuple[Line, ...]
    registration: Registration | None
    claimed: int
    expected: int | None
    explanation: dict[str, str]

    @property
    def told_of(self) -> Line | None:
        """The line that says what the claimed course is; None where it is not claimed."""
        return _told_of(self.lines) if self.lines else None

    @property
    def difference(self) -> int:
        """What is claimed beyond what the region expects, in oere."""
        return self.claimed - (self.expected or 0)


Price = Callable[[Registration], int | None]
"""What a registered course comes to by the agreement, in oere; None where it has no price."""


def reconcile(
    lines: Iterable[Line], registrations: Iterable[Registration], price: Price, withheld: Iterable[Withheld] = ()
) -> tuple[Compared, ...]:
    """Every course claimed or registered, once, ordered by municipality, start and id.

    lines: of one agreement's month. registrations: of the courses that month is about. price: of a registration.
    withheld: what the month withholds, which tells why a course is not claimed.
    """
    groups = _courses(lines)
    claimed = [group for group in groups if _charges(group)]
    reasons = {(item.citizen, item.municipality): item for item in withheld}
    left: defaultdict[tuple[str, str], list[Registration]] = defaultdict(list)
    for registration in sorted(registrations, key=lambda one: (one.start, one.id)):
        left[registration.citizen, registration.municipality].append(registration)
    found = [*_matched(claimed, left, price)]
    found += [_not_claimed(one, price, reasons.get(who)) for who, rest in left.items() for one in rest]
    found += [_compared(Finding.WITHDRAWN, group, None, price) for group in groups if not _charges(group)]
    return tuple(sorted(found, key=_order))


@dataclass(slots=True)
class Tally:
    """Some courses, added up one by one: how many, and oere claimed and expected."""

    courses: int = 0
    claimed: int = 0
    expected: int = 0

    @property
    def difference(self) -> int:
        """What is claimed beyond what the region expects, in oere."""
        return self.claimed - self.expected

    def add(self, one: Compared) -> None:
        """Add a course."""
        self.courses += 1
        self.claimed += one.claimed
        self.expected += one.expected or 0


def tallies() -> dict[Finding, Tally]:
    """A tally of nothing yet for every finding."""
    return {finding: Tally() for finding in Finding}


def _courses(lines: Iterable[Line]) -> list[tuple[Line, ...]]:
    """The lines of each episode, by start and episode."""
    by_episode: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_episode[line.episode].append(line)
    groups = [tuple(sorted(group, key=lambda line: (line.key, line.kind))) for group in by_episode.values()]
    return sorted(groups, key=_start)


def _charges(group: Sequence[Line]) -> list[Line]:
    return [line for line in group if line.kind is LineKind.CHARGE]


def _told_of(group: Sequence[Line]) -> Line:
    """The line that says what the course is: its first charge; the reversal of a course that is taken back."""
    return next(iter(_charges(group)), group[0])


def _start(group: Sequence[Line]) -> tuple[str, str]:
    line = _told_of(group)
    return line.service_date.isoformat(), line.episode


def _matched(
    claimed: list[tuple[Line, ...]], left: Mapping[tuple[str, str], list[Registration]], price: Price
) -> Iterator[Compared]:
    """Claimed courses with the registration each gets: all exact ones first, then near ones."""
    rest: list[tuple[Line, ...]] = []
    taken: defaultdict[tuple[str, str], list[Registration]] = defaultdict(list)
    for group in claimed:
        mine = left.get(_who(group), [])
        exact = next((one for one in mine if _finding(group, one) is Finding.AGREED), None)
        if exact is None:
            rest.append(group)
            continue
        mine.remove(exact)
        taken[_who(group)].append(exact)
        yield _compared(Finding.AGREED, group, exact, price)
    for group in rest:
        mine = left.get(_who(group), [])
        near = min(
            (one for one in mine if _apart(group, one) <= NEAR_DAYS),
            key=lambda one: _closeness(group, one),
            default=None,
        )
        if near is not None:
            mine.remove(near)
            taken[_who(group)].append(near)
            yield _compared(_finding(group, near), group, near, price)
            continue
        again = next((one for one in taken[_who(group)] if _apart(group, one) <= NEAR_DAYS), None)
        yield _compared(Finding.DUPLICATE if again else Finding.NOT_REGISTERED, group, None, price)


def _who(group: Sequence[Line]) -> tuple[str, str]:
    return group[0].citizen, group[0].municipality


def _finding(group: Sequence[Line], one: Registration) -> Finding:
    charge = _charges(group)[0]
    if charge.service_date != one.start:
        return Finding.PERIOD
    if charge.iv_type != one.iv_type:
        return Finding.IV_TYPE
    return Finding.AGREED if charge.category == one.category else Finding.CATEGORY


def _apart(group: Sequence[Line], one: Registration) -> int:
    return abs((_charges(group)[0].service_date - one.start).days)


def _closeness(group: Sequence[Line], one: Registration) -> tuple[int, bool, bool, str]:
    charge = _charges(group)[0]
    return _apart(group, one), charge.iv_type != one.iv_type, charge.category != one.category, one.id


def _compared(finding: Finding, group: tuple[Line, ...], one: Registration | None, price: Price) -> Compared:
    claimed = sum(line.amount for line in group)
    taken_back = sum(line.amount for line in group if line.kind is LineKind.REVERSAL)
    worth = price(one) if one is not None else 0
    expected = None if worth is None else worth + taken_back
    texts = {language: _told(Say(language), finding, group, one, claimed, expected) for language in LANGUAGES}
    return Compared(finding, group, one, claimed, expected, texts)


def _not_claimed(one: Registration, price: Price, withheld: Withheld | None) -> Compared:
    """A course the region alone has, with the reason the municipality's claim gives for not holding it."""
    found = _compared(Finding.NOT_CLAIMED, (), one, price)
    why = withheld.explanation if withheld else {}
    texts = {name: f"{text}; {why[name]}" if name in why else text for name, text in found.explanation.items()}
    return replace(found, explanation=texts)


def _told(
    say: Say, finding: Finding, group: Sequence[Line], one: Registration | None, claimed: int, expected: int | None
) -> str:
    """What each side says, and what it comes to."""
    parts = [say(*WORDS[finding])]
    if group:
        charge = _told_of(group)
        told = f"{charge.service_date} {charge.iv_type}/{charge.category} {kroner(claimed, say.language)}"
        parts.append(f"{say('kommunen', 'municipality')}: {told}")
    if one is not None:
        amount = say("ingen takst", "no rate") if expected is None else kroner(expected, say.language)
        parts.append(f"region: {one.start} {one.iv_type or '-'}/{one.category or '-'} {amount} ({one.source})")
    return "; ".join(parts)


def _order(one: Compared) -> tuple[str, str, str, str]:
    if one.lines:
        start, episode = _start(one.lines)
        return one.lines[0].municipality, start, one.finding, episode
    registration = one.registration
    assert registration is not None  # noqa: S101  (a course is on one side at least)
    return registration.municipality, registration.start.isoformat(), one.finding, registration.id
