"""overgang reconcile: a month's claims against the region's own registrations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gateway import printing
from gateway.build import opened
from gateway.reconciling import Reconciled, Scope, municipality_of, reconcile_month
from settlement.money import kroner
from settlement.periods import Month
from settlement.reconciling import WORDS, Compared, Finding, totals

FOUND_ERRORS = 1
out = Console()


def reconcile(
    month: Annotated[str, typer.Argument(help="The month, such as 2026-10.")],
    *,
    agreement: Annotated[str, typer.Option(help="Id of one agreement; all of them without it.")] = "",
    region: Annotated[str, typer.Option(help="Code of one region, such as DK-82.")] = "",
    municipality: Annotated[str, typer.Option(help="Code of one municipality, such as 0751.")] = "",
    source: Annotated[str, typer.Option(help="hospital, import, or the name of an import.")] = "",
    csv: Annotated[Path | None, typer.Option(help="File to write every course to, as CSV.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Hold a month's claims against the region's registrations: agreed, missing on either side, or different.

    Registrations are those imported, or else what hospitals' messages say. Exit code 1 when the sides differ.
    """
    period, scope = Month.parse(month), Scope(agreement, region, municipality, source)
    with opened() as gateway:
        found = reconcile_month(gateway, period, scope)
    if csv is not None:
        from gateway.papers.reconciliation import as_csv  # what writes files is loaded by the command that needs it

        csv.write_bytes(as_csv(found, "da"))
    if as_json:
        printing.as_json([_row(each) for each in found], out)
    else:
        for each in found:
            _show(each)
    agreed = (Finding.AGREED, Finding.WITHDRAWN)
    differ = any(one.finding not in agreed or one.difference for each in found for one in each.compared)
    raise typer.Exit(FOUND_ERRORS if differ else 0)


def _row(found: Reconciled) -> dict[str, Any]:
    sums = totals(found.compared)
    return {
        "month": str(found.month),
        "agreement": found.agreement.id,
        "totals": {
            finding.value: {"courses": row[0], "claimed": row[1], "expected": row[2]} for finding, row in sums.items()
        },
        "courses": [_course(one) for one in found.compared],
    }


def _course(one: Compared) -> dict[str, Any]:
    return {
        "finding": one.finding.value,
        "municipality": municipality_of(one),
        "lines": [line.id for line in one.lines],
        "registration": one.registration.id if one.registration else "",
        "source": one.registration.source if one.registration else "",
        "claimed": one.claimed,
        "expected": one.expected,
        "difference": one.difference,
        "explanation": one.explanation,
    }


def _show(found: Reconciled) -> None:
    out.print(f"[bold]{found.agreement.title['en']}[/bold], {found.month}")
    table = Table("Finding", "Courses", "Claimed", "By the region's registrations", "Difference")
    for finding, (courses, claimed, expected) in totals(found.compared).items():
        if courses:
            amounts = (kroner(amount, "en") for amount in (claimed, expected, claimed - expected))
            table.add_row(WORDS[finding][1], str(courses), *amounts)
    out.print(table)
    for one in found.compared:
        if one.finding is not Finding.AGREED:
            lines = ", ".join(line.id for line in one.lines)
            out.print(f"{municipality_of(one)} {one.explanation['en']} {lines}", highlight=False, soft_wrap=True)
