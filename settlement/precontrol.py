"""Pre-control: rules a region holds a claim's lines against before it pays. Each rule has a code and says why.

A finding is no decision: it proposes how much to approve, and a person or a policy of the region decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from settlement.lines import Claim, Line, LineKind
from settlement.money import kroner
from settlement.periods import Month
from settlement.reconciling import Compared, Finding
from settlement.wording import LANGUAGES, Say

CourseStart = tuple[str, date]
"""A citizen, and the day their course started."""
LATE_MONTHS = 12
"""Older courses than this are looked at by a person before they are paid."""


@dataclass(frozen=True, slots=True)
class Control:
    """What rules know of a line. compared: the line's course on both sides. recalculated: oere by the agreement's file,
    None where it has no such rate. twice: whether the citizen has a charge of the same start in another municipality.
    high: oere from which a line is looked at by a person."""

    line: Line
    month: Month
    compared: Compared
    recalculated: int | None
    twice: bool
    high: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule found about a line. approve: oere the rule would approve; explanation by language."""

    line: str
    rule: str
    approve: int
    explanation: dict[str, str]


Rule = Callable[[Control], int | None]
"""Oere the rule would approve; None where it finds nothing."""


def not_registered(control: Control) -> int | None:
    """The region has no registration of the course."""
    return 0 if control.compared.finding is Finding.NOT_REGISTERED else None


def claimed_twice(control: Control) -> int | None:
    """The course is claimed already, in this month or by another municipality."""
    return 0 if control.twice or control.compared.finding is Finding.DUPLICATE else None


def other_amount(control: Control) -> int | None:
    """The region's registration comes to a lower amount: what it comes to is approved."""
    expected, compared = control.compared.expected, control.compared
    differs = compared.finding in (Finding.CATEGORY, Finding.IV_TYPE) and expected is not None
    charges = [line for line in compared.lines if line.kind is LineKind.CHARGE]
    if not differs or expected is None or len(charges) != 1 or expected >= control.line.amount:
        return None
    return expected


def not_by_the_rate(control: Control) -> int | None:
    """The amount is not what the agreement's rate gives for the facts stated."""
    amount = control.recalculated
    return None if amount == control.line.amount else min(amount or 0, control.line.amount)


def after_the_month(control: Control) -> int | None:
    """The course starts after the month it is claimed in."""
    return 0 if control.line.service_date > control.month.last_day else None


def long_ago(control: Control) -> int | None:
    """The course is older than a year: it is looked at, and approved meanwhile."""
    oldest = control.month.first_day - timedelta(days=31 * LATE_MONTHS)
    return control.line.amount if control.line.service_date < oldest else None


def unusually_high(control: Control) -> int | None:
    """The amount is unusually high: it is looked at, and approved meanwhile."""
    return control.line.amount if control.high and control.line.amount >= control.high else None


RULES: Mapping[str, tuple[Rule, str, str]] = {
    "not-registered": (
        not_registered,
        "Regionen har ikke registreret forløbet. Send hospitalets meddelelse, eller træk kravet tilbage",
        "The region has not registered the course. Send the hospital's message, or withdraw the claim",
    ),
    "claimed-twice": (
        claimed_twice,
        "Forløbet er allerede krævet. Træk det ene krav tilbage",
        "The course is claimed already. Withdraw one of the claims",
    ),
    "other-amount": (
        other_amount,
        "Regionens registrering giver et lavere beløb. Aftal med hospitalet, hvilken kategori der gælder",
        "The region's registration gives a lower amount. Agree with the hospital which category is right",
    ),
    "not-by-the-rate": (
        not_by_the_rate,
        "Beløbet er ikke det, aftalens sats giver. Ret aftalefilen eller kravet",
        "The amount is not what the agreement's rate gives. Correct the agreement's file or the claim",
    ),
    "after-the-month": (
        after_the_month,
        "Forløbet begynder efter den måned, det kræves i",
        "The course starts after the month it is claimed in",
    ),
    "long-ago": (
        long_ago,
        "Forløbet er over et år gammelt og ses efter af en person",
        "The course is more than a year old and is looked at by a person",
    ),
    "unusually-high": (
        unusually_high,
        "Beløbet er usædvanlig højt og ses efter af en person",
        "The amount is unusually high and is looked at by a person",
    ),
}
"""By code: the rule, and what it says in Danish and English."""


def control_claim(
    claim: Claim,
    compared: Iterable[Compared],
    twice: Container[CourseStart],
    recalculate: Callable[[Line], int | None],
    high: int = 0,
) -> tuple[Remark, ...]:
    """What the rules find about a claim's charges, by line and rule. Reversals are never held back.

    compared: the claim's month reconciled. twice: courses of the same month and agreement that several municipalities
    claim. recalculate: a line's amount by the region's own copy of the agreement. high: oere; 0 leaves that rule out.
    """
    course = {line.id: one for one in compared for line in one.lines}
    remarks = [
        remark
        for line in claim.lines
        if line.kind is LineKind.CHARGE and line.id in course
        for remark in _remarks(
            Control(
                line,
                Month.parse(claim.month),
                course[line.id],
                recalculate(line),
                (line.citizen, line.service_date) in twice,
                high,
            )
        )
    ]
    return tuple(sorted(remarks, key=lambda remark: (remark.line, remark.rule)))


def proposed(line: Line, remarks: Iterable[Remark]) -> int:
    """What to approve of a line by all that was found: the least any rule would."""
    return min((remark.approve for remark in remarks if remark.line == line.id), default=line.amount)


def claimed_by_several(lines: Iterable[Line]) -> frozenset[CourseStart]:
    """The courses of which more than one municipality has a charge among the lines, which are read one by one.

    A month has a million of them, so what is remembered of each is short: 16 bytes of the digest of citizen and start.
    """
    first, twice = dict[bytes, str](), set[CourseStart]()
    for line in lines:
        if line.kind is LineKind.CHARGE:
            text = f"{line.citizen}\n{line.service_date}".encode()
            place = hashlib.blake2b(text, digest_size=16).digest()
            if first.setdefault(place, line.municipality) != line.municipality:
                twice.add((line.citizen, line.service_date))
    return frozenset(twice)


def _remarks(control: Control) -> Iterator[Remark]:
    for code, (rule, danish, english) in RULES.items():
        approve = rule(control)
        if approve is not None:
            texts = {name: _told(Say(name), control.line, danish, english, approve) for name in LANGUAGES}
            yield Remark(control.line.id, code, approve, texts)


def _told(say: Say, line: Line, danish: str, english: str, approve: int) -> str:
    asked, given = kroner(line.amount, say.language), kroner(approve, say.language)
    return f"{say(danish, english)} ({say('krævet', 'claimed')} {asked}, {say('foreslået', 'proposed')} {given})."
