"""overgang agreement: which agreements there are, what is wrong with a file, and what a period comes to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.agreements import known_agreements, period_agreements
from gateway.build import opened
from gateway.errors import NotFoundError, SettingsError
from gateway.printing import invoice_row
from gateway.settings import read_settings
from mappings.canonical_json import canonical_json
from mappings.settlement_invoices import Settlement, settlement_bundle
from settlement.agreement_schema import schema as agreement_schema
from settlement.agreements import Agreement, problems
from settlement.datafile import DataFileError, read
from settlement.inputs import examples, read_values
from settlement.invoices import Given, Invoice, invoice_id
from settlement.money import kroner
from settlement.periods import Month, PeriodError
from settlement.settling import Entry, Settled, settle

FOUND_ERRORS = 1
commands = typer.Typer(help="Agreements: list them, check a file, settle a period.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
out = Console()


@commands.command("list")
def list_agreements(*, as_json: AsJson = False) -> None:
    """Every agreement known: shipped ones and your own (setting agreements_folder)."""
    settings = read_settings()
    known = known_agreements(settings)
    active = {name.strip() for name in settings.agreements.split(",")}
    rows = [{**_row(agreement), "claimed_by": agreement.id in active} for agreement in known.values()]
    if as_json:
        _print_json(rows)
        return
    table = Table("id", "title", "about", "in force", "amounts", box=None)
    for row in rows:
        mark = " *" if row["claimed_by"] else ""
        amounts = "illustrative" if row["illustrative"] else ""
        table.add_row(
            row["id"] + mark, row["title"], row["subject"], f"{row['valid_from']} - {row['valid_to']}", amounts
        )
    out.print(table)
    out.print("* courses are claimed by it (setting agreements)")


@commands.command()
def check(file: Path, *, as_json: AsJson = False) -> None:
    """Check an agreement's file: every mistake with its line, what is wrong, and what to write."""
    found = problems(file)
    if as_json:
        _print_json({"file": file.name, "problems": list(found)})
    else:
        for problem in found:
            out.print(f"[red]{escape(problem)}[/red]", highlight=False, soft_wrap=True)
        if not found:
            out.print(f"{file.name}: well written.")
    if found:
        raise typer.Exit(FOUND_ERRORS)


@commands.command()
def schema() -> None:
    """Print the JSON Schema of agreement files, for editors that check while one types."""
    _print_json(agreement_schema())


@commands.command("settle")
def settle_period(
    agreement: Annotated[str, typer.Argument(help="Id of an agreement about periods: see `overgang agreement list`.")],
    given: Annotated[
        Path | None, typer.Argument(help="TOML file with the agreement's inputs, amounts in kroner.")
    ] = None,
    *,
    on: Annotated[str, typer.Option(help="The day that picks rates, such as 2016-12-31.")] = "",
    fhir: Annotated[
        Path | None, typer.Option(help="Write the amounts to this file too: a FHIR Invoice, its evidence.")
    ] = None,
    payee: Annotated[str, typer.Option(help="Who is paid, of an invoice: a code such as DK-82 or 0751.")] = "",
    payer: Annotated[str, typer.Option(help="Who pays, of an invoice; empty: the agreement's payer.")] = "",
    month: Annotated[
        str, typer.Option(help="Invoice it in this month, such as 2026-10: a draft until the month is closed.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Settle a period: what an agreement comes to by the inputs given, each amount with its calculation.

    Without a file it lists the inputs the agreement needs. Inputs with an illustrative value take it where the file
    does not give them; all others must be given. With --month what it comes to is kept as a draft invoice of that
    month, which `overgang close` freezes; given again while the month is open, the latest inputs count, and an empty
    file takes them back. A period settled again in a later month is invoiced by the difference.
    """
    found = period_agreements(read_settings()).get(agreement)
    if found is None:
        raise NotFoundError(
            f"There is no agreement about periods called {agreement[:60]}. See `overgang agreement list`."
        )
    if given is None:
        _needs(found, as_json=as_json)
        return
    try:
        facts = examples(found.inputs) | read_values(read(given), found.inputs)
        day = date.fromisoformat(on) if on else min(found.valid_to, date.today())  # noqa: DTZ011  (a calendar day)
        period = Month.parse(month) if month else Month(day.year, day.month)
        values = given.read_text(encoding="utf-8").strip()
    except (DataFileError, PeriodError, ValueError) as problem:
        raise SettingsError(str(problem)) from problem
    asked = Given(found.id, str(period), payee, payer or _payer(found, day), day, values, getuser(), datetime.now(UTC))
    if month:
        _require_parties(asked)
        _keep(asked, as_json=as_json)
        return
    settled = settle(found, facts, day)
    _print_settled(settled, as_json=as_json)
    if settled.reason:
        raise typer.Exit(FOUND_ERRORS)
    if fhir is not None:
        _require_parties(asked)
        made = Invoice(
            invoice_id(asked), *asked.period[:1], asked.month, *asked.period[2:], day, values, settled.entries
        )
        fhir.write_bytes(canonical_json(settlement_bundle(Settlement(made, found, facts))))


def _keep(given: Given, *, as_json: bool) -> None:
    """Keep a period's inputs, and print the draft invoice they make."""
    with opened() as gateway:
        drafted = gateway.invoicing.give(given)
    if as_json:
        _print_json(invoice_row(drafted, "draft", None) if drafted else {})
    elif drafted is None:
        out.print(f"The inputs for {given.month} are taken back: nothing is invoiced.", highlight=False)
    else:
        _print_entries(drafted.entries)
        told = f"Draft invoice {drafted.id} of {drafted.month}: {kroner(drafted.total, 'en')}"
        out.print(f"{told}, {drafted.recipient} pays {drafted.issuer}.", highlight=False, soft_wrap=True)


def _payer(agreement: Agreement, on: date) -> str:
    """Who pays on the day, as the agreement says; the country where it does not."""
    payers = (one.code for one in agreement.parties if one.role == "payer" and one.valid_from <= on <= one.valid_to)
    return next(payers, "DK")


def _require_parties(given: Given) -> None:
    if not given.issuer:
        raise typer.BadParameter("Say who is paid: --payee DK-82, or a municipality's four digits.")
    if given.recipient == "municipalities":
        raise typer.BadParameter("Say which municipality pays: --payer and its four digits.")


def _row(agreement: Agreement) -> dict[str, Any]:
    return {
        "id": agreement.id,
        "title": agreement.title["en"],
        "subject": agreement.subject,
        "valid_from": agreement.valid_from.isoformat(),
        "valid_to": "" if agreement.valid_to == date.max else agreement.valid_to.isoformat(),
        "illustrative": agreement.illustrative,
        "legal_reference": agreement.legal_reference,
    }


def _needs(agreement: Agreement, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {"input": one.id, "kind": one.kind, "title": one.title["en"], "illustrative": one.example is not None}
        for one in agreement.inputs
    ]
    if as_json:
        _print_json(rows)
        return
    table = Table("input", "kind", "what it is", "", box=None)
    for row in rows:
        table.add_row(
            row["input"], row["kind"], row["title"], "has an illustrative value" if row["illustrative"] else ""
        )
    out.print(table)


def _print_settled(settled: Settled, *, as_json: bool) -> None:
    reason = settled.reason.explanation if settled.reason else {}
    if as_json:
        entries = [_entry(entry.clause, entry.part, entry.amount, entry.explanation) for entry in settled.entries]
        _print_json({"total": settled.total, "carried": settled.carried, "entries": entries, "reason": reason})
        return
    _print_entries(settled.entries)
    out.print(reason.get("en", f"Total {kroner(settled.total, 'en')}"), highlight=False)
    if settled.carried:
        out.print(f"Carried to the next period {kroner(settled.carried, 'en')}", highlight=False)


def _print_entries(entries: Iterable[Entry]) -> None:
    for entry in entries:
        name = f"{entry.clause} {entry.part}".strip()
        out.print(
            f"{name}: [bold]{kroner(entry.amount, 'en')}[/bold]  {escape(entry.explanation['en'])}",
            highlight=False,
            soft_wrap=True,
        )


def _entry(clause: str, part: str, amount: int, explanation: Mapping[str, str]) -> dict[str, Any]:
    return {"clause": clause, "part": part, "amount": amount, "explanation": dict(explanation)}


def _print_json(value: Any) -> None:
    out.file.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
