"""overgang registrations: a region's own registrations, imported from a file, and what has been imported."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway import printing
from gateway.build import opened
from gateway.errors import BadRequestError, NotFoundError
from gateway.reconciling import HOSPITAL, IMPORT
from gateway.registration_file import RegistrationReader
from gateway.store.region_contract import Whole
from settlement.periods import span

FOUND_ERRORS = 1
LONGEST_NAME = 40
commands = typer.Typer(help="A region's own registrations: import them, list them.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
out = Console()


@commands.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV file with a heading line, as a spreadsheet or register writes it.")],
    source: Annotated[str, typer.Option(help="Name of what it comes from, such as lpr.")],
    *,
    period: Annotated[
        str, typer.Option(help="Month (2026-10) or months (2026-01..2026-10) the file is the whole of.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Import a region's registrations from CSV. Exit code 1, and nothing is imported, when any row is wrong.

    Headings are Danish or English: cpr, kommune, startdato, iv-type, kategori, id. CPR numbers become opaque keys at
    once. A registration whose id the source has had before takes its place; importing a file twice changes nothing.
    With --period, what the source had of courses that began in it and the file no longer has is withdrawn: it is
    named, kept, and no longer held against claims.
    """
    if source in (HOSPITAL, IMPORT) or not source.isprintable() or not 0 < len(source) <= LONGEST_NAME:
        raise BadRequestError(f"Give the source a name of up to {LONGEST_NAME} characters, other than {HOSPITAL}.")
    try:
        body = file.read_bytes()
    except OSError as problem:
        raise NotFoundError(f"The file {file} cannot be read: {problem.strerror}.") from problem
    with opened() as gateway:
        reader = RegistrationReader(source, gateway.register.directory, gateway.intake.citizen_key)
        found, faults = reader.read(body)
        if faults:
            _faults([asdict(fault) for fault in faults], as_json=as_json)
        kept = gateway.store.save_registrations(found, gateway.now(), _whole(source, period))
    if as_json:
        printing.as_json(asdict(kept), out)
    else:
        counts = f"{kept.new} new, {kept.changed} changed, {kept.unchanged} there already"
        out.print(f"{counts}, {len(kept.withdrawn)} withdrawn.", highlight=False)
        for name in kept.withdrawn:
            out.print(f"withdrawn: {name}", highlight=False, soft_wrap=True, markup=False)


@commands.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """How many registrations there are, by source and month of start."""
    with opened() as gateway:
        every = gateway.store.registrations(date.min, date.max)
    counted = Counter((one.source, one.start.isoformat()[:7]) for one in every)
    rows = [{"source": key[0], "month": key[1], "registrations": count} for key, count in sorted(counted.items())]
    if as_json:
        printing.as_json(rows, out)
        return
    table = Table("Source", "Month", "Registrations", box=None)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    out.print(table)


def _whole(source: str, period: str) -> Whole | None:
    """The period a file is the whole of; None for none. Raises PeriodError."""
    if not period:
        return None
    first, last = span(period)
    return Whole(source, first.first_day, last.last_day)


def _faults(rows: list[dict[str, int | str]], *, as_json: bool) -> None:
    if as_json:
        printing.as_json({"faults": rows}, out)
    else:
        for row in rows:
            out.print(f"line {row['line']}: {row['text']}", highlight=False, soft_wrap=True)
        out.print("[red]Nothing is imported.[/red] Mend the lines and import the file again.")
    raise typer.Exit(FOUND_ERRORS)
