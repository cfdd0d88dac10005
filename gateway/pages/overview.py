"""The overview: today's traffic, what needs a person, the open month, the latest messages."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.pages.charts import Bar, Part
from gateway.pages.named import format_title
from gateway.pages.show import number
from gateway.pages.texts import Texts
from gateway.pages.visit import Shown, Visit
from gateway.store.contract import MessageSearch, Traffic
from mappings.reading import Outcome
from settlement.periods import local_day, midnight, month_of, quarter_of

LATEST = 12
NEEDY = 6


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """One format's messages of a day, by state."""

    format: str
    title: str
    counts: dict[Outcome, int]

    @property
    def total(self) -> int:
        """All messages of the format."""
        return sum(self.counts.values())


def overview(visit: Visit) -> Shown:
    """The first page."""
    store, now = visit.gateway.store, visit.gateway.now()
    rows = traffic_rows(store.traffic(midnight(local_day(now))))
    needy = {
        outcome: (
            store.count_messages(MessageSearch(outcome=outcome)),
            store.messages(MessageSearch(outcome=outcome, count=NEEDY)),
        )
        for outcome in (Outcome.PARKED, Outcome.REFUSED)
    }
    values = {
        "today": local_day(now),
        "rows": rows,
        "outcomes": list(Outcome),
        "bars": traffic_bars(rows, visit.texts),
        "needy": needy,
        "latest": store.messages(MessageSearch(count=LATEST)),
        "open_month": str(month_of(now)),
        "quarter": str(quarter_of(now)),
        "format_title": format_title,
    }
    return Shown("overview.html", values)


def preview(visit: Visit) -> Shown:
    """The open month's totals, fetched by the overview after it is shown: a month of many episodes takes its time."""
    month = month_of(visit.gateway.now())
    sums = [
        (claim.municipality, claim.total, len(claim.lines), len(claim.withheld))
        for claim in visit.gateway.months.preview(month)
    ]
    values = {
        "month": str(month),
        "total": sum(total for _, total, _, _ in sums),
        "lines": sum(lines for _, _, lines, _ in sums),
        "withheld": sum(withheld for _, _, _, withheld in sums),
        "municipalities": len({municipality for municipality, _, _, _ in sums}),
    }
    return Shown("parts/preview.html", values)


def traffic_rows(traffic: list[Traffic]) -> list[TrafficRow]:
    """Counts gathered by format, the busiest first."""
    counts: dict[str, dict[Outcome, int]] = {}
    for item in traffic:
        counts.setdefault(item.format, {})[item.outcome] = item.count
    rows = [TrafficRow(name, format_title(name), found) for name, found in counts.items()]
    return sorted(rows, key=lambda row: (-row.total, row.title))


def traffic_bars(rows: list[TrafficRow], texts: Texts) -> list[Bar]:
    """A bar per format, a part per state."""
    return [Bar(row.title, _parts(row, texts), number(row.total, texts.language)) for row in rows]


def _parts(row: TrafficRow, texts: Texts) -> tuple[Part, ...]:
    return tuple(
        Part(row.counts[outcome], f"tone-{outcome}", f"{texts(f'outcome.{outcome}')}: {row.counts[outcome]}")
        for outcome in Outcome
        if outcome in row.counts
    )
