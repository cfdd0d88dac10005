"""What changed since last month: the way from one total to the next, by municipality, each step with what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gateway.changes import month_changes
from gateway.pages.curves import Step, steps
from gateway.pages.named import municipality_label
from gateway.pages.show import money
from gateway.pages.texts import Texts
from gateway.pages.visit import Shown, Visit, bad_request
from settlement.changes import Change
from settlement.eligibility import REASONS, Reason
from settlement.periods import Month, PeriodError

Figure = tuple[str, int]
"""A step's word (of section "changes") and the oere it makes."""


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A municipality's change with its name and its steps."""

    name: str
    change: Change
    figures: tuple[Figure, ...]


def changed(visit: Visit) -> Shown:
    """What changed from the month before to this one."""
    try:
        month = Month.parse(visit.path["month"])
    except PeriodError:
        return bad_request()
    found = month_changes(visit.gateway, month, lambda claim: visit.person.sees(claim.municipality, claim.region))
    directory = visit.gateway.register.directory
    shown = [
        ChangeShown(municipality_label(directory, each.municipality, month.last_day), each, figures([each]))
        for each in found.changes
    ]
    every = figures(found.changes)
    values = {
        "month": str(month),
        "before": str(found.before),
        "first_day": month.first_day,
        "before_day": found.before.first_day,
        "open_before": not found.is_closed[0],
        "closed": found.is_closed[1],
        "sums": (sum(each.before for each in found.changes), every, sum(each.now for each in found.changes)),
        "chart": _chart(str(found.before), str(month), found.changes, visit.texts),
        "shown": shown,
        "reasons": {reason: reason_text(reason, visit.language) for each in found.changes for reason in each.withheld},
    }
    return Shown("changes.html", values)


def reason_text(code: str, language: str) -> str:
    """Why something is withheld, in words; the code itself where an older version of the gateway knew it."""
    return Reason(code).explanation[language] if code in REASONS else code


def figures(found: Sequence[Change]) -> tuple[Figure, ...]:
    """The steps between two totals, which sum to their difference."""
    return (
        ("corrections-before", -sum(each.corrections_before for each in found)),
        ("volume", sum(each.volume for each in found)),
        ("price", sum(each.price for each in found)),
        ("corrections", sum(each.corrections for each in found)),
    )


def _chart(before: str, month: str, found: Sequence[Change], texts: Texts) -> Markup:
    total = sum(each.before for each in found)
    rows = [Step(before, 0, total, "tone-1", money(total, texts.language))]
    for word, amount in figures(found):
        label = texts(f"changes.{word}-short")
        tone = "tone-2" if amount >= 0 else "tone-4"
        rows.append(Step(label, total, total + amount, tone, money(amount, texts.language)))
        total += amount
    rows.append(Step(month, 0, total, "tone-1", money(total, texts.language)))
    return steps(rows, texts("changes.chart"))
