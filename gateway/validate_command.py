"""overgang validate: checks files without taking them in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from gateway import check_reports, printing
from gateway.build import utc_now
from gateway.check_reports import Form
from gateway.checking import Checked, Checker
from gateway.files import files_in, named
from gateway.intake_guides import IntakeGuides, pinned, reviewed
from gateway.letter_schemas import LetterSchemas
from gateway.settings import read_settings
from profiles.review import Review

FOUND_ERRORS = 1
out = Console()
err = Console(stderr=True)


def validate(
    files: Annotated[
        list[str],
        typer.Argument(help="Files or folders: FHIR (JSON, XML, NDJSON), MedCom XML, HL7 v2; - is standard input."),
    ],
    *,
    package: Annotated[str, typer.Option(help="FHIR package of the guide to judge by: name or name#version.")] = "",
    packages: Annotated[
        list[Path] | None, typer.Option(help="Folder with FHIR packages (.tgz); may be given again.")
    ] = None,
    profile: Annotated[list[str] | None, typer.Option(help="Profile (url) to follow; may be given again.")] = None,
    schemas: Annotated[
        Path | None, typer.Option(help="Folder with XML schemas (MedCom's) that letters are held against too.")
    ] = None,
    tx: Annotated[
        str, typer.Option(help="Terminology server (url), or folder of recorded answers, for codes no package knows.")
    ] = "",
    review: Annotated[
        Path | None, typer.Option(help="TOML file of reviewed findings: silenced, lowered or raised, with a reason.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="What is printed.")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check files without taking them in: limits, syntax, structure, and the rules of the message they are.

    Messages are held against the rules they are taken in by, other FHIR against R4 with our own guide. With
    --package or --profile all FHIR is judged by that guide instead: profiles, slicing, bindings, invariants. Packages
    are found in the folders given and in those of the settings. Exit code 1 when any file has an error.
    """
    checker = _checker(package, packages or (), profile or (), reviewed(review), tx, schemas)
    checked = _check(checker, files)
    out.file.write(check_reports.report(checked, Form.JSON if as_json else form, out))
    raise typer.Exit(0 if all(item.valid for item in checked) else FOUND_ERRORS)


def _checker(
    package: str, packages: Sequence[Path], profiles: Sequence[str], review: Review, tx: str, schemas: Path | None
) -> Checker:
    from gateway.guides import load_guide  # the validator takes a quarter of a second that no other command needs

    now, settings = utc_now(), read_settings()
    folders = (*packages, *settings.packages())
    guide = load_guide(package, folders, profiles, now, tx or settings.terminology)
    printing.notes(guide.issues, err)
    letters = LetterSchemas(schemas or settings.schemas)
    taken_in = IntakeGuides(folders, pinned(settings.guide_versions), reviewed(settings.review), utc_now, letters)
    as_taken_in = None if package or profiles else taken_in.explain
    for issues in letters.notes().values():
        printing.notes(issues, err)
    return Checker(guide.judge, as_taken_in, taken_in.explain, review, now.date())


def _check(checker: Checker, files: Sequence[str]) -> list[Checked]:
    """Everything found; people who wait see how far it is."""
    checked: list[Checked] = []
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Checking", total=len(named(files)))
        for name, body in files_in(files):
            checked += checker.check_file(name, body)
            bar.advance(task)
    return checked
