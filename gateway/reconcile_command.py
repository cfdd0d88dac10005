"""overgang reconcile: a month's claims against the region's own registrations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gateway import printing
from gateway.build import opened
from gateway.reconciling import Reconciled, Scope, agreements_of, municipality_of, reconcile_month
from settlement.agreements import Agreement
from settlement.money import kroner
from settlement.periods import Month
from settlement.reconciling import WORDS, Compared, Finding, tallies

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
    with opened() as gateway, _file(csv) as write:
        told = [
            _Told(one, period, map(write, reconcile_month(gateway, period, replace(scope, agreement=one.id))))
            for one in agreements_of(gateway, scope)
        ]
        if as_json:
            printing.listings_as_json("courses", ((map(_course, one), one.row) for one in told), out)
        else:
            for one in told:
                _show(one)
    raise typer.Exit(FOUND_ERRORS if any(one.differs for one in told) else 0)


@contextmanager
def _file(path: Path | None) -> Iterator[Callable[[Reconciled], Reconciled]]:
    """What writes each municipality to the file, if there is one, and hands it on."""
    if path is None:
        yield lambda found: found
        return
    from gateway.papers.reconciliation import csv_head, csv_rows  # what writes files is loaded where it is needed

    with path.open("wb") as file:
        file.write(csv_head("da"))

        def write(found: Reconciled) -> Reconciled:
            file.write(csv_rows(found, "da"))
            return found

        yield write


class _Told:
    """One agreement's month: its courses, read once, and what they came to then."""

    def __init__(self, agreement: Agreement, month: Month, found: Iterable[Reconciled]) -> None:
        self.agreement = agreement
        self.month = month
        self.sums = tallies()
        self.differs = False
        self._found = found

    def __iter__(self) -> Iterator[Compared]:
        for one in (one for each in self._found for one in each.compared):
            self.sums[one.finding].add(one)
            self.differs |= one.finding not in (Finding.AGREED, Finding.WITHDRAWN) or one.difference != 0
            yield one

    def row(self) -> dict[str, Any]:
        """All but the courses, for programs."""
        sums = {finding.value: asdict(tally) for finding, tally in self.sums.items()}
        return {"month": str(self.month), "agreement": self.agreement.id, "totals": sums}


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


def _show(found: _Told) -> None:
    for one in found:
        if one.finding is not Finding.AGREED:
            lines = ", ".join(line.id for line in one.lines)
            out.print(f"{municipality_of(one)} {one.explanation['en']} {lines}", highlight=False, soft_wrap=True)
    out.print(f"[bold]{found.agreement.title['en']}[/bold], {found.month}")
    table = Table("Finding", "Courses", "Claimed", "By the region's registrations", "Difference")
    for finding, tally in found.sums.items():
        if tally.courses:
            amounts = (kroner(amount, "en") for amount in (tally.claimed, tally.expected, tally.difference))
            table.add_row(WORDS[finding][1], str(tally.courses), *amounts)
    out.print(table)
