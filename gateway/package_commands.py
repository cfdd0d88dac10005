"""overgang packages: the FHIR packages messages are judged by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gateway import package_printing as printing
from gateway.outgoing import open_public_http
from gateway.package_work import check_packages, install_archive, install_from, list_packages, show_package
from gateway.registry import open_registry
from gateway.settings import read_settings
from profiles.context import open_store

FOUND_ERRORS = 1

app = typer.Typer(
    help="FHIR packages: which there are, what they need, and installing more. Only `install` asks a registry.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--packages", help="Folder with FHIR packages, before those of the settings; may be given again."),
]
out = Console()
err = Console(stderr=True)


def _folders(given: list[Path] | None) -> tuple[Path, ...]:
    return (*(given or ()), *read_settings().packages())


@app.command("list")
def list_(*, packages: Folders = None, as_json: AsJson = False) -> None:
    """The packages there are, and where each lies."""
    printing.listed(list_packages(open_store(_folders(packages))), out, as_json=as_json)


@app.command()
def show(
    package: Annotated[str, typer.Argument(help="name or name#version")],
    *,
    packages: Folders = None,
    as_json: AsJson = False,
) -> None:
    """A package: what it depends on, what it holds, its profiles."""
    printing.shown(show_package(open_store(_folders(packages)), package), out, as_json=as_json)


@app.command()
def install(
    package: Annotated[str, typer.Argument(help="name#version (also 1.2.x, latest), or a .tgz file on disk")],
    *,
    packages: Folders = None,
    registry: Annotated[str, typer.Option(help="FHIR package registry to ask instead of that of the settings.")] = "",
    alone: Annotated[bool, typer.Option("--alone", help="Without the packages it depends on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Install a package, and what it depends on, into the first package folder.

    A .tgz file is installed as it is, and nothing is asked. Exit code 1 when the registry lacks a dependency.
    """
    folders = _folders(packages)
    if package.endswith(".tgz") and folders:
        printing.installed((install_archive(Path(package), folders[0]).label,), (), folders[0], out, as_json=as_json)
        return
    with open_public_http() as http:
        source = open_registry(registry or read_settings().package_registry, http)
        found = install_from(source, folders, package, lambda text: err.print(text, highlight=False), alone=alone)
    printing.installed(found.installed, found.missing, folders[0], out, as_json=as_json)
    raise typer.Exit(FOUND_ERRORS if found.missing else 0)


@app.command()
def check(
    guides: Annotated[list[str] | None, typer.Argument(help="name or name#version; all installed if none")] = None,
    *,
    packages: Folders = None,
    as_json: AsJson = False,
) -> None:
    """Check that packages can be used and that nothing they depend on is missing. Exit code 1 when something is."""
    found = check_packages(open_store(_folders(packages)), guides or ())
    printing.checked(found, out, as_json=as_json)
    raise typer.Exit(FOUND_ERRORS if any(one.issues for one in found) else 0)
