"""overgang changes: what changed since last month, to the oere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from gateway import printing
from gateway.build import opened
from gateway.changes import MonthChanges, month_changes
from settlement.changes import Change
from settlement.money import kroner
from settlement.organisations import Directory
from settlement.periods import Month

out = Console()


def changes(
    month: Annotated[str, typer.Argument(help="The month to compare with the one before it, as 2026-10.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """What changed since last month: new courses, amounts, corrections and what is withheld, by municipality.

    The steps sum exactly: last month's total, plus what more or fewer courses made, plus what their amounts made, less
    last month's corrections, plus this month's, is this month's total.
    """
    period = Month.parse(month)
    with opened() as gateway:
        found = month_changes(gateway, period)
        directory = gateway.register.directory
    if as_json:
        rows = [_row(change) for change in found.changes]
        printing.as_json({"before": str(found.before), "month": str(found.month), "changes": rows}, out)
        return
    _print(found, directory)


def _row(change: Change) -> dict[str, object]:
    return asdict(change) | {"volume": change.volume, "price": change.price}


def _print(found: MonthChanges, directory: Directory) -> None:
    names = {each.municipality: _name(each.municipality, directory, found.month) for each in found.changes}
    table = Table(Column("Municipality", overflow="fold"), box=None)
    for head in (str(found.before), "Courses", "Amounts", "Corrections", str(found.month)):
        table.add_column(head, justify="right", no_wrap=True)
    for change in found.changes:
        corrections = change.corrections - change.corrections_before
        steps = (change.before, change.volume, change.price, corrections, change.now)
        table.add_row(names[change.municipality], *(kroner(amount, "en") for amount in steps))
    out.print(table)
    for change in found.changes:
        _print_details(change, names[change.municipality])
    if not found.is_closed[0]:
        out.print(f"{found.before} is not closed: it is taken as it would be closed now.", highlight=False)


def _name(code: str, directory: Directory, month: Month) -> str:
    return directory.municipality_name(code, month.last_day) or code or "unknown"


def _print_details(change: Change, name: str) -> None:
    out.print(f"\n[bold]{escape(name)}[/bold]", highlight=False)
    for kind in change.kinds:
        used = tuple(dict.fromkeys(_listed(names) for names in kind.rates if names))
        rates = f"; rates {' -> '.join(used)}" if len(used) > 1 else ""
        told = f"{kind.before} -> {kind.now} courses ({kroner(kind.volume, 'en')}), amounts {kroner(kind.price, 'en')}"
        out.print(f"  {kind.iv_type}, category {kind.category}: {told}{rates}", highlight=False)
    for line in change.corrected:
        why = escape(line.explanation["en"])
        out.print(f"  {line.kind} {line.id} {kroner(line.amount, 'en')}: {why}", highlight=False, soft_wrap=True)
    for reason, (before, now) in change.withheld.items():
        out.print(f"  withheld, {reason}: {before} -> {now}", highlight=False)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
