"""overgang simulate: what months would have cost under another agreement."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway import printing
from gateway.build import opened
from gateway.simulating import Simulation, agreement_of, simulation
from settlement.money import kroner
from settlement.organisations import Directory
from settlement.periods import span
from settlement.simulating import Simulated, summed

out = Console()
GROUPS = ("municipality", "category", "month")


def simulate(
    months: Annotated[str, typer.Argument(help="The months: 2026-01..2026-10, one month, or a quarter as 2026-Q3.")],
    agreement: Annotated[Path, typer.Option(help="TOML file of the new agreement.")],
    *,
    instead_of: Annotated[
        list[str] | None, typer.Option(help="Id of an agreement it takes the place of; may be given again.")
    ] = None,
    rates_of: Annotated[
        str, typer.Option(help="A day: take the parties and rates agreed for it for every course.")
    ] = "",
    csv: Annotated[Path | None, typer.Option(help="File to write every cell to, as CSV.")] = None,
    chart: Annotated[Path | None, typer.Option(help="File to write the chart to, as SVG.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """What a new agreement would have cost, by municipality, category and month, against the agreements in force.

    The courses are those that are here, priced by all that is known of them; nothing is claimed or changed. Without
    --instead-of the new agreement takes the place of the one of the same id, or else of those with the same payer.
    """
    period, day = span(months), _day(rates_of)
    with opened() as gateway:
        found = simulation(gateway, agreement_of(agreement), period, instead_of or (), day)
        directory = gateway.register.directory
    if csv is not None or chart is not None:
        from gateway.pages import simulation_files  # what draws is loaded by the command that needs it

        if csv is not None:
            csv.write_bytes(simulation_files.as_csv(found, directory, "en"))
        if chart is not None:
            chart.write_bytes(simulation_files.as_svg(found, "en"))
    if as_json:
        printing.as_json(_row(found), out)
    else:
        _show(found, directory)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise typer.BadParameter("--rates-of is a date, such as 2027-01-01.") from problem


def _row(found: Simulation) -> dict[str, Any]:
    return {
        "agreement": found.agreement.id,
        "replaced": found.replaced,
        "as_on": found.as_on,
        "months": [str(month) for month in found.months],
        "total": _cell(found.total),
        "cells": [_cell(cell) for cell in found.cells],
    }


def _cell(cell: Simulated) -> dict[str, Any]:
    return asdict(cell) | {"difference": cell.difference}


def _show(found: Simulation, directory: Directory) -> None:
    replaced = ", ".join(found.replaced) or "nothing"
    out.print(f"{escape(found.agreement.title['en'])}, instead of {replaced}", highlight=False)
    if found.as_on:
        out.print(f"As agreed for {found.as_on}, as if it had been so in these months.", highlight=False)
    for name in GROUPS:
        table = Table(name.capitalize(), box=None)
        for head in ("Courses", "Cost now", "Courses then", "Cost then", "Difference"):
            table.add_column(head, justify="right", no_wrap=True)
        for cell in summed(found.cells, name):
            key = getattr(cell, name)
            label = directory.municipality_name(key, found.months[1].last_day) if name == "municipality" else key
            _add(table, label or key or "unknown", cell)
        out.print(table)
    total = found.total
    amounts = " -> ".join(kroner(amount, "en") for amount in (total.cost, total.new_cost))
    out.print(f"Total {amounts}, difference {kroner(total.difference, 'en')}", highlight=False)


def _add(table: Table, label: str, cell: Simulated) -> None:
    amounts = [kroner(amount, "en") for amount in (cell.cost, cell.new_cost, cell.difference)]
    table.add_row(escape(label), str(cell.courses), amounts[0], str(cell.new_courses), *amounts[1:])
