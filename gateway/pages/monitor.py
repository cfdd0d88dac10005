"""Monitoring on a page: every number with what it is, and a link to the episodes behind it."""

from __future__ import annotations

from functools import partial
from itertools import islice

from markupsafe import Markup

from gateway.monitoring import FIELDS, Monitored, Months, behind, each_month, monitored
from gateway.pages.counts import Label, number_of, table
from gateway.pages.curves import Trend, trends
from gateway.pages.named import municipality_label
from gateway.pages.records import category_text
from gateway.pages.show import number, percent
from gateway.pages.simulation_files import short_money
from gateway.pages.texts import Texts
from gateway.pages.visit import Shown, Visit, bad_request
from gateway.triaging import algorithms
from settlement.monitoring import Economy, counted
from settlement.periods import Month, PeriodError, month_of, quarter_of, span

MOST = 500
"""So many episodes are listed at most."""
TONES = 8
TABLES = (("iv_type", "category"), ("municipality", "category"), ("hospital", "category"), ("month", "iv_type"))
"""What courses are counted by: rows and columns."""


def monitor(visit: Visit) -> Shown:
    """Activity and economy of the months asked for; without any, of the year so far."""
    now = month_of(visit.gateway.now())
    year = f"{Month(now.year, 1)}..{now}"
    text = visit.query.get("months", "").strip() or year
    try:
        months = span(text)
    except PeriodError:
        return bad_request()
    found = monitored(visit.gateway, months)
    label = partial(_label, visit, months)
    courses, minutes = (sum(getattr(row, name) for row in found.activity) for name in ("courses", "minutes"))
    values = {
        "months": text,
        "quick": (year, str(quarter_of(visit.gateway.now())), str(now)),
        "found": found,
        "courses": number_of(courses, text, {}),
        "minutes": minutes // courses if courses else 0,
        "claimed": sum(row.amount for row in found.economy),
        "tables": [table(found.activity, *names, text, label, visit.texts) for names in TABLES],
        "trend": _course_trend(found, label, visit.texts),
        "names": _names(found, label),
        "economy": _economy_rows(found, label, visit.texts),
        "cost": _cost_trend(found, visit.texts),
        "algorithms": {one.id: one for one in algorithms(visit.gateway.settings).values()},
        "drift": [(label("category", row.category), row, _linked(found.months, row.category)) for row in found.drift],
    }
    return Shown("monitor.html", values)


def behind_number(visit: Visit) -> Shown:
    """The episodes behind a number, as the page counted them."""
    try:
        months = span(visit.query.get("months", ""))
    except PeriodError:
        return bad_request()
    wanted = {name: visit.query[name] for name in FIELDS if name in visit.query}
    label = partial(_label, visit, months)
    found = list(islice(behind(visit.gateway, months, wanted), MOST + 1))
    values = {
        "months": visit.query["months"],
        "about": [
            (visit.texts(f"monitor.{name.replace('_', '-')}"), label(name, value)) for name, value in wanted.items()
        ],
        "episodes": found[:MOST],
        "is_cut": len(found) > MOST,
        "most": MOST,
    }
    return Shown("monitor_episodes.html", values)


def _label(visit: Visit, months: Months, field: str, value: str) -> str:
    texts = visit.texts
    if not value:
        return texts("quality.unknown")
    if field == "municipality":
        return municipality_label(visit.gateway.register.directory, value, months[1].last_day)
    if field == "category":
        return category_text(value, texts)
    return texts.code("iv", value) if field == "iv_type" else value


def _names(found: Monitored, label: Label) -> list[str]:
    """The IV types of the trend, in the order of their colours."""
    return [label("iv_type", kind) for (kind,) in counted(found.activity, "iv_type")][:TONES]


def _course_trend(found: Monitored, label: Label, texts: Texts) -> Markup:
    """Courses begun by month, one line for each IV type."""
    places = [str(month) for month in each_month(found.months)]
    cells = counted(found.activity, "iv_type", "month")
    kinds = [kind for (kind,) in counted(found.activity, "iv_type")][:TONES]
    lines = [
        Trend(label("iv_type", kind), f"tone-{tone}", tuple(cells.get((kind, place), 0) for place in places))
        for tone, kind in enumerate(kinds, start=1)
    ]
    most = max((value for line in lines for value in line.values), default=0)
    return trends(lines, places, ("0", number(most, texts.language)), texts("monitor.trend"))


def _cost_trend(found: Monitored, texts: Texts) -> Markup:
    """What was claimed month by month."""
    places = [str(month) for month in each_month(found.months)]
    sums = tuple(sum(row.amount for row in found.economy if row.month == place) for place in places)
    ends = (min(0, *sums), max(0, *sums))
    named = (short_money(ends[0], texts.language), short_money(ends[1], texts.language))
    return trends([Trend(texts("monitor.claimed"), "tone-1", sums)], places, named, texts("monitor.cost"))


def _economy_rows(found: Monitored, label: Label, texts: Texts) -> list[tuple[Economy, str, int, str]]:
    """By agreement and municipality, as of the last month: with its name, what was claimed in the months, and the
    budget spent."""
    rows = []
    for last in (row for row in found.economy if row.month == str(found.months[1])):
        pair = last.agreement, last.municipality
        claimed = sum(row.amount for row in found.economy if (row.agreement, row.municipality) == pair)
        spent = "–" if last.spent is None else percent(last.spent / 100, texts.language)
        rows.append((last, label("municipality", last.municipality), claimed, spent))
    return rows


def _linked(months: Months, category: str) -> str:
    return number_of(1, f"{months[0]}..{months[1]}", {"category": category}).address
