"""overgang validate: checks files without taking them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from gateway import check_reports, printing
from gateway.build import utc_now
from gateway.check_reports import Form
from gateway.checking import Checked, Checker
from gateway.demands import NOTHING, Demands, entry_profiles
from gateway.errors import BadRequestError
from gateway.files import files_in, named
from gateway.intake_guides import IntakeGuides, pinned, reviewed
from gateway.letter_schemas import LetterSchemas
from gateway.settings import read_settings
from profiles.review import Review
from profiles.review_drafts import drafted

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
    best_practice: Annotated[bool, typer.Option(help="Judge what the standard recommends too.")] = False,
    for_publication: Annotated[
        bool, typer.Option(help="Judge definitions of HL7 as what is about to be published.")
    ] = False,
    must_resolve: Annotated[bool, typer.Option(help="What references name must be in the document.")] = False,
    trail: Annotated[bool, typer.Option(help="Tell by which profiles each resource is judged.")] = False,
    entry: Annotated[
        list[str] | None,
        typer.Option(help="Profile for entries of a Bundle: Patient=url, Patient:0=url, 3=url; may be given again."),
    ] = None,
    no_experimental: Annotated[bool, typer.Option(help="Nothing may say that it is experimental.")] = False,
    review: Annotated[
        Path | None, typer.Option(help="TOML file of reviewed findings: silenced, lowered or raised, with a reason.")
    ] = None,
    review_out: Annotated[
        Path | None,
        typer.Option(help="Write entries for findings that no review has yet to this TOML file, behind what is in it."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="What is printed.")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check files without taking them in: limits, syntax, structure, and the rules of the message they are.

    Messages are held against the rules they are taken in by, other FHIR against R4 with our own guide. With
    --package or --profile all FHIR is judged by that guide instead: profiles, slicing, bindings, invariants; so it is
    with --best-practice, --for-publication, --no-experimental, --must-resolve, --trail and --entry, which ask for more.
    Packages are found in the folders given and in those of the settings. Exit code 1 when any file has an error.
    """
    wanted = Demands(best_practice, for_publication, must_resolve, trail, entry_profiles(entry or ()), no_experimental)
    asked = _Asked(package, packages or (), profile or (), tx, schemas, wanted)
    checker = _checker(asked, reviewed(review))
    checked = _check(checker, files)
    if review_out is not None:
        _write_drafts(review_out, checked, checker)
    out.file.write(check_reports.report(checked, Form.JSON if as_json else form, out))
    raise typer.Exit(0 if all(item.valid for item in checked) else FOUND_ERRORS)


@dataclass(frozen=True, slots=True)
class _Asked:
    """By what files are to be judged."""

    package: str
    packages: Sequence[Path]
    profiles: Sequence[str]
    tx: str
    schemas: Path | None
    demands: Demands


def _checker(asked: _Asked, review: Review) -> Checker:
    from gateway.guides import load_guide  # the validator takes a quarter of a second that no other command needs

    now, settings = utc_now(), read_settings()
    folders = (*asked.packages, *settings.packages())
    guide = load_guide(asked.package, folders, asked.profiles, now, asked.tx or settings.terminology)
    printing.notes(guide.issues, err)
    letters = LetterSchemas(asked.schemas or settings.schemas)
    taken_in = IntakeGuides(folders, pinned(settings.guide_versions), reviewed(settings.review), utc_now, letters)
    by_guide = asked.package or asked.profiles or asked.demands != NOTHING
    for issues in letters.notes().values():
        printing.notes(issues, err)
    judge = guide.demanding(asked.demands).judge
    return Checker(judge, None if by_guide else taken_in.explain, taken_in.explain, review, now.date())


def _write_drafts(path: Path, checked: Sequence[Checked], checker: Checker) -> None:
    """Entries for the findings that are not in the file, nor in the review that was used."""
    known = reviewed(path) if path.exists() else Review()
    text = drafted((issue for item in checked for issue in item.issues), checker.review + known, checker.today)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{text}" if text and known.entries else text)
    except OSError as problem:
        raise BadRequestError(f"{path} cannot be written: {problem.strerror}.") from problem
    err.print(f"{text.count('[[finding]]')} entries written to {path}; review each.", markup=False)


def _check(checker: Checker, files: Sequence[str]) -> list[Checked]:
    """Everything found; people who wait see how far it is."""
    checked: list[Checked] = []
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("Checking", total=len(named(files)))
        for name, body in files_in(files):
            checked += checker.check_file(name, body)
            bar.advance(task)
    return checked
