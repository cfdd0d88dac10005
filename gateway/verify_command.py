"""overgang verify: whether a document of ours is as it was made, and who signed it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from gateway import printing
from gateway.errors import BadRequestError
from mappings.fhir_document import parse_fhir
from mappings.verifying import verify as verified
from profiles.issue import refuses
from profiles.limits import DEFAULT_LIMITS

FOUND_ERRORS = 1
LARGEST = 1 << 30
out = Console()


def verify(
    file: Annotated[Path, typer.Argument(help="A claim bundle, report or other document, as it was received.")],
    *,
    certificate: Annotated[
        Path | None, typer.Option(help="Certificate (PEM) that the Bundle must be signed with.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Verify a document: its content hash, and the signature of a Bundle. Exit code 1 when either does not hold.

    Without --certificate the signature is held against the certificate it brings, which proves that nothing was
    changed since, but not who signed.
    """
    document = _document(_read(file))
    try:
        issues = verified(document, _read(certificate) if certificate else None)
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from problem
    if as_json:
        printing.as_json(printing.issue_rows(issues), out)
    else:
        printing.notes(issues, out)
    raise typer.Exit(FOUND_ERRORS if refuses(issues) else 0)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadRequestError(f"{path} cannot be read: {problem.strerror}.") from problem


def _document(body: bytes) -> dict[str, Any]:
    document, issues = parse_fhir(body, "", replace(DEFAULT_LIMITS, size=LARGEST))
    if document.tree is None:
        told = " ".join(issue.text for issue in issues)
        raise BadRequestError(f"The file is no FHIR resource in JSON or XML. {told}".strip())
    tree: dict[str, Any] = document.tree
    return tree
