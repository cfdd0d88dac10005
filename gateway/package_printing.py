"""How `overgang packages` prints: text for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gateway.package_work import Checked, Installed, Shown
from gateway.printing import as_json as _json
from gateway.printing import notes


def listed(found: Sequence[Installed], out: Console, *, as_json: bool) -> None:
    """The packages there are."""
    if as_json:
        _json([asdict(one) for one in found], out)
        return
    table = Table("Package", "Version", "Where")
    for one in found:
        table.add_row(one.name, one.version, one.place)
    out.print(table)


def shown(found: Shown, out: Console, *, as_json: bool) -> None:
    """One package."""
    if as_json:
        _json(asdict(found) | {"resources": dict(found.resources)}, out)
        return
    out.print(f"[bold]{found.name}#{found.version}[/bold] {found.place}", highlight=False)
    table = Table("Depends on", "Version", "Used")
    for one in found.dependencies:
        table.add_row(one.name, one.version, one.used or "[red]missing[/red]")
    out.print(table)
    out.print(", ".join(f"{count} {name}" for name, count in found.resources), highlight=False)
    for url in found.profiles:
        out.print(f"  {url}", highlight=False, soft_wrap=True)


def installed(labels: Sequence[str], missing: Sequence[str], folder: Path, out: Console, *, as_json: bool) -> None:
    """What an installation did."""
    if as_json:
        _json({"installed": labels, "missing": missing, "folder": str(folder)}, out)
        return
    for label in labels:
        out.print(f"{label} is installed", highlight=False)
    if not labels:
        out.print("Nothing was missing; nothing was installed")
    for label in missing:
        out.print(f"[red]{label} is not in the registry[/red]; what it defines is not judged", highlight=False)
    out.print(f"Packages are in {folder}", highlight=False, soft_wrap=True)


def checked(found: Sequence[Checked], out: Console, *, as_json: bool) -> None:
    """What was found about guides."""
    if as_json:
        _json([asdict(one) for one in found], out)
        return
    for one in found:
        word = "[yellow]see below[/yellow]" if one.issues else "[green]complete[/green]"
        out.print(f"{one.label}: {word} ({len(one.packages)} packages)", highlight=False)
        notes(one.issues, out)
