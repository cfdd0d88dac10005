"""The rule of the billable key and what closing a month gives never meet: over any history of amounts and decisions."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.store.contract import Store
from mappings.reading import Outcome
from settlement.agreements import SHIPPED, Agreement, load
from settlement.closing import close_month
from settlement.decisions import Decision, Verdict, latest, standing_charges, verdict_of
from settlement.episodes import Episode
from settlement.lines import Line, LineKind, Withheld
from settlement.periods import Month
from settlement.pricing import Pricer, line_id
from tests.gateway.store.samples import answer as receipt
from tests.gateway.store.samples import arrival, closing, episode, line, withheld
from tests.settlement.building import DIRECTORY

MONTHS = [Month(2026, 10), Month(2026, 11), Month(2026, 12), Month(2027, 1), Month(2027, 2)]
COURSE = episode("episode-1")
MIDTJYLLAND = load(SHIPPED / "iv-midtjylland.toml")
NUMBERS = count()

AMOUNTS = st.sampled_from([None, 0, 0, 700, -700, 300])
"""What the course is worth in a month, in oere; None: it is withheld."""
SHARES = st.sampled_from([None, 0, 1, 2])
"""What the region approves of each charge, in halves; None: it does not answer."""
HISTORIES = st.lists(st.tuples(AMOUNTS, SHARES), min_size=len(MONTHS), max_size=len(MONTHS))


class Worth(Pricer):
    """Prices a course at an amount given."""

    def __init__(self, agreement: Agreement, month: Month, amount: int | None) -> None:
        super().__init__(agreement, DIRECTORY, month)
        self._worth = amount
        self._line = replace(
            line("", month=str(month), key=f"{agreement.id}/tariff/{COURSE.id}"), agreement=agreement.id, region="DK-82"
        )

    def price(self, episode: Episode) -> tuple[Line, ...] | Withheld:
        if self._worth is None:
            return withheld(episode.id, self._line.month)
        name = line_id(self._line.key, self._line.month, LineKind.CHARGE)
        return (replace(self._line, id=name, amount=self._worth),)


async def answered(store: Store, lines: list[Line], share: int | None) -> list[Decision]:
    """What the region answers to lines: reversals whole, charges by a share of them; kept as a message."""
    if share is None or not lines:
        return []
    came = arrival(f"answer-{next(NUMBERS)}", citizen="", records=())
    decisions = [
        Decision(
            one.id, one.amount if one.kind is LineKind.REVERSAL else one.amount * share // 2, "r", "", when, came.id
        )
        for one in lines
        if (when := came.received_at)
    ]
    kept = await store.keep(replace(came, reading=replace(came.reading, decisions=tuple(decisions))), receipt)
    assert kept.outcome is Outcome.ACCEPTED, kept.verdict
    return decisions


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES, st.booleans())
async def test_whatever_an_amount_becomes_the_month_can_be_closed(
    store: Store, history: list[tuple[int | None, int | None]], asks: bool
) -> None:
    agreement = replace(MIDTJYLLAND, id=f"iv-{next(NUMBERS)}", decision_required=asks)
    billed, decisions = list[Line](), list[Decision]()
    for month, (amount, share) in zip(MONTHS, history, strict=True):
        before = standing_charges(billed, latest(decisions), silence_approves=not asks)
        claims = close_month(month, [COURSE], agreement, billed, DIRECTORY, decisions, Worth(agreement, month, amount))
        assert store.save_claims(closing(str(month), agreement.id, position=10**9), claims)
        new = [one for claim in claims for one in claim.lines]
        _check_places(new, {key: (charge.line, charge.verdict) for key, charge in before.items()})
        billed += new
        decisions += await answered(store, new, share)
    standing = standing_charges(billed, latest(decisions), silence_approves=not asks)
    found = latest(decisions)
    paid = [
        one.amount if one.kind is LineKind.REVERSAL or not (asks or one.id in found) else found[one.id].approved
        for one in billed
        if one.kind is LineKind.REVERSAL or one.id in found or not asks
    ]
    assert sum(paid) == sum(charge.owed or 0 for charge in standing.values())


def _check_places(new: list[Line], before: dict[str, tuple[Line, Verdict | None]]) -> None:
    """A charge names the one whose place it takes; that one is taken back beside it, unless it was rejected."""
    reversed_ids = {one.reverses for one in new if one.kind is LineKind.REVERSAL}
    for one in new:
        if one.kind is LineKind.CHARGE:
            earlier, verdict = before.get(one.key, (None, None))
            assert one.replaces == (earlier.id if earlier else "")
            assert earlier is None or (verdict is Verdict.REJECTED) == (earlier.id not in reversed_ids)
    assert all(verdict_of(*_pair(one, before)) is not Verdict.REJECTED for one in new if one.kind is LineKind.REVERSAL)


def _pair(reversal: Line, before: dict[str, tuple[Line, Verdict | None]]) -> tuple[Line, int]:
    return before[reversal.key][0], -reversal.amount
