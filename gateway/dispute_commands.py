"""overgang dispute: disagreements about claimed lines - raise, answer, close, list."""

from __future__ import annotations

from dataclasses import asdict
from getpass import getuser
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway import printing
from gateway.build import opened
from gateway.disputing import add_to_dispute, raise_dispute
from settlement.disputes import REASONS, Dispute, Step

commands = typer.Typer(help="Disputes about claimed lines: raise, answer, close, list.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Party = Annotated[str, typer.Option("--as", help="Whose view it is: region or municipality.")]
Text = Annotated[str, typer.Option(help="What there is to say.")]
out = Console()


@commands.command("raise")
def raise_one(
    line: Annotated[str, typer.Argument(help="Id of the line.")],
    reason: Annotated[str, typer.Option(help=f"One of {', '.join(REASONS)}.")],
    *,
    text: Text = "",
    party: Party = "region",
    as_json: AsJson = False,
) -> None:
    """Raise a dispute about a line of a closed month. The claim is not done with while it is open."""
    with opened() as gateway:
        _show(raise_dispute(gateway, line, reason, text, party, getuser()), as_json=as_json)


@commands.command()
def answer(
    dispute: Annotated[str, typer.Argument(help="Id of the dispute.")],
    text: Text,
    *,
    party: Party = "municipality",
    as_json: AsJson = False,
) -> None:
    """Answer a dispute."""
    with opened() as gateway:
        _show(add_to_dispute(gateway, dispute, Step.ANSWERED, text, party, getuser()), as_json=as_json)


@commands.command()
def close(
    dispute: Annotated[str, typer.Argument(help="Id of the dispute.")],
    *,
    text: Text = "",
    party: Party = "region",
    as_json: AsJson = False,
) -> None:
    """Close a dispute: the parties agree, or leave it.

    Whoever raised it closes it; the region may also close what the municipality raised, with a --text.
    """
    with opened() as gateway:
        _show(add_to_dispute(gateway, dispute, Step.CLOSED, text, party, getuser()), as_json=as_json)


@commands.command("list")
def list_disputes(
    *,
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The open disputes, oldest first."""
    with opened() as gateway:
        found = [one for one in gateway.store.disputes() if every or one.is_open]
    if as_json:
        printing.as_json([_row(one) for one in found], out)
        return
    table = Table("Dispute", "Line", "State", "Reason", "Raised", "Last said", box=None)
    for one in found:
        raised_on = one.entries[0].at.date().isoformat()
        table.add_row(one.id, one.line, one.state, REASONS[one.reason][1], raised_on, escape(one.entries[-1].text))
    out.print(table)


def _row(one: Dispute) -> dict[str, object]:
    entries = [asdict(entry) for entry in one.entries]
    return {"dispute": one.id, "line": one.line, "state": one.state, "reason": one.reason, "entries": entries}


def _show(one: Dispute, *, as_json: bool) -> None:
    if as_json:
        printing.as_json(_row(one), out)
        return
    out.print(f"Dispute {one.id} about line {one.line}: [bold]{one.state}[/bold]", highlight=False)
    for entry in one.entries:
        said = escape(f"{entry.party} ({entry.person}) {entry.step}: {entry.text}")
        out.print(f"  {entry.at:%Y-%m-%d %H:%M} {said}", highlight=False, soft_wrap=True)
