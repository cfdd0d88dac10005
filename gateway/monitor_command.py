"""overgang monitor: activity and economy of some months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway import printing
from gateway.build import opened
from gateway.monitoring import Monitored, monitored
from gateway.papers.sheet import sheet
from gateway.papers.words import kroner as plain_kroner
from settlement.money import kroner
from settlement.monitoring import Drift, Economy, counted
from settlement.organisations import Directory
from settlement.periods import span
from settlement.triage import Colour

out = Console()
GROUPS = (("iv_type", "category"), ("municipality",), ("hospital",), ("month",))


def monitor(
    months: Annotated[str, typer.Argument(help="A quarter as 2026-Q3, months as 2026-01..2026-10, or one month.")],
    *,
    csv: Annotated[Path | None, typer.Option(help="File to write every number to, as CSV.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Monitor activity and economy: courses by IV type, category, municipality and hospital, what was claimed against
    budgets (setting budgets), and whether the time spent in a category has moved since the months before.
    """
    period = span(months)
    with opened() as gateway:
        found = monitored(gateway, period)
        directory = gateway.register.directory
    if csv is not None:
        csv.write_bytes(as_csv(found))
    if as_json:
        printing.as_json(_row(found), out)
    else:
        _show(found, directory)


def as_csv(found: Monitored) -> bytes:
    """Every number, one row each: what it is, what it is about, and its value (amounts in kroner)."""
    heads = ("what", "month", "agreement", "municipality", "hospital", "iv-type", "category", "value")
    rows: list[tuple[object, ...]] = []
    for row in found.activity:
        about = (row.month, "", row.municipality, row.hospital, row.iv_type, row.category)
        rows += [("courses", *about, row.courses), ("minutes", *about, row.minutes)]
    for money in found.economy:
        about = (money.month, money.agreement, money.municipality, "", "", "")
        rows += [
            ("claimed", *about, plain_kroner(money.amount)),
            ("claimed-this-year", *about, plain_kroner(money.so_far)),
        ]
        if money.budget is not None:
            rows.append(("budget-of-the-year", *about, plain_kroner(money.budget)))
    for name, counts in found.triage:
        rows += [(f"answers-{colour}", "", name, "", "", "", "", count) for colour, count in counts.items()]
    return sheet(heads, rows)


def _row(found: Monitored) -> dict[str, Any]:
    return {
        "months": [str(month) for month in found.months],
        "before": [str(month) for month in found.before],
        "activity": [asdict(row) for row in found.activity],
        "economy": [asdict(row) | {"spent_percent": _percent(row)} for row in found.economy],
        "drift": [asdict(row) | {"drifted": row.drifted} for row in found.drift],
        "open_months": found.open_months,
        "triage": [{"algorithm": name, **counts} for name, counts in found.triage],
    }


def _percent(row: Economy) -> float | None:
    return None if row.spent is None else round(float(row.spent), 1)


def _show(found: Monitored, directory: Directory) -> None:
    for names in GROUPS:
        heads = [*(name.replace("_", " ") for name in names), "courses"]
        rows = counted(found.activity, *names).items()
        _print(heads, ((*_keys(names, key, directory, found), str(count)) for key, count in rows))
    last = [row for row in found.economy if row.month == str(found.months[1])]
    money = ("agreement", "municipality", "claimed this year", "budget", "spent")
    _print(money, (_economy(row, directory, found) for row in last))
    times = ("category", "before", "median minutes", "now", "median minutes", "by chance", "")
    _print(times, map(_drift, found.drift))
    if found.triage:
        _print(("answers by", *Colour), ((name, *map(str, counts.values())) for name, counts in found.triage))
    if found.open_months:
        out.print(f"Not closed, so nothing is claimed in them yet: {', '.join(found.open_months)}.", highlight=False)


def _keys(names: Sequence[str], key: Sequence[str], directory: Directory, found: Monitored) -> list[str]:
    """What courses are counted by, in words."""
    pairs = zip(names, key, strict=True)
    return [_name(value, directory, found) if name == "municipality" else value or "not known" for name, value in pairs]


def _name(code: str, directory: Directory, found: Monitored) -> str:
    return directory.municipality_name(code, found.months[1].last_day) or code or "not known"


def _economy(row: Economy, directory: Directory, found: Monitored) -> tuple[str, ...]:
    budget = "-" if row.budget is None else kroner(row.budget, "en")
    spent = "-" if row.spent is None else f"{_percent(row)} %"
    return row.agreement, _name(row.municipality, directory, found), kroner(row.so_far, "en"), budget, spent


def _drift(row: Drift) -> tuple[str, ...]:
    before, after = ((str(count), f"{median:g}" if count else "-") for count, median in (row.before, row.after))
    chance = "too few" if row.likelihood is None else f"{row.likelihood:.3f}"
    return row.category, *before, *after, chance, "has moved" if row.drifted else ""


def _print(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None)
    for head in heads:
        table.add_column(head.capitalize(), overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)
