"""What the demo prints: what came in, what was refused and why, what was claimed, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from gateway.build import Gateway
from gateway.demo.cast import MONTH, QUARTER
from gateway.printing import value_of
from gateway.serve import Addresses
from gateway.store.contract import MessageSearch
from mappings.reading import Outcome
from settlement.lines import Claim
from settlement.measures import Result
from settlement.money import kroner

_COLUMNS = tuple(Outcome)


def show_traffic(gateway: Gateway, out: Console) -> None:
    """Messages by format and state, and the reasons of those refused."""
    heads = (outcome.value.replace("-", " ") for outcome in _COLUMNS)
    table = Table(Column("Format", no_wrap=True), *heads, title="What came in")
    rows: dict[str, dict[Outcome, int]] = {}
    for traffic in gateway.store.traffic(gateway.now().replace(year=2000)):
        rows.setdefault(traffic.format, {})[traffic.outcome] = traffic.count
    for name, counts in sorted(rows.items()):
        table.add_row(name, *(str(counts.get(outcome, "")) for outcome in _COLUMNS))
    out.print(table)
    out.print("\n[italic]What was refused, and why[/italic]")
    for message in reversed(gateway.store.messages(MessageSearch(outcome=Outcome.REFUSED.value))):
        issue = next(issue for issue in message.verdict.issues if issue.severity in ("fatal", "error"))
        what = " ".join(filter(None, (message.format, message.event)))
        out.print(f"  {what}: {escape(issue.text)} [dim]{issue.code} {escape(issue.where)}[/dim]", highlight=False)
    out.print()


def show_claims(gateway: Gateway, claims: Sequence[Claim], out: Console) -> None:
    """What each municipality claims for the month, and what was withheld."""
    table = Table("Municipality", "Region", "Lines", "Withheld", "Amount", title=f"What was claimed for {MONTH}")
    directory = gateway.register.directory
    first = gateway.now().date()
    for claim in claims:
        name = directory.municipality_name(claim.municipality, first) or "unknown"
        counts = (str(len(claim.lines)), str(len(claim.withheld)))
        table.add_row(name, directory.region_name(claim.region) or "-", *counts, kroner(claim.total, "en"))
    table.add_section()
    lines, withheld = sum(len(claim.lines) for claim in claims), sum(len(claim.withheld) for claim in claims)
    table.add_row("Total", "", str(lines), str(withheld), kroner(sum(claim.total for claim in claims), "en"))
    out.print(table)


def show_quality(results: Sequence[Result], out: Console) -> None:
    """The quarter's measures in one line each."""
    table = Table("Measure", "Value", title=f"Quality {QUARTER}")
    for result in results:
        table.add_row(result.measure, value_of(result.count, result.unit))
    out.print(table)


def show_where(addresses: Addresses, folder: Path, delivered: int, *, keep_serving: bool, out: Console) -> None:
    """Where to look next."""
    out.print(f"\nClaims   {folder / 'claims'}", f"Reports  {folder / 'reports'}", sep="\n", highlight=False)
    out.print(f"Region   {delivered} documents delivered to its own FHIR server", highlight=False)
    if keep_serving:
        out.print(f"Pages    {addresses.http}", f"FHIR     {addresses.http}/fhir", sep="\n", highlight=False)
        out.print(f"HL7 v2   {addresses.mllp}", highlight=False)
        out.print("Stop with Ctrl-C.")
