"""README is the shop window: its tables are true."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from gateway.cli import app
from gateway.settings import Settings
from mappings.formats import FORMATS
from settlement.agreements import load_all
from settlement.quality import load_measures

ROOT = Path(__file__).parents[1]
ROOMS = ("gateway", "mappings", "profiles", "settlement")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first heading is `first`, without backticks."""
    lines = README.split(f"\n| {first} |", 1)[1].split("\n")
    rows = [line for line in lines[2:] if line.startswith("|") or not line]
    end = rows.index("") if "" in rows else len(rows)
    return [[cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[:end]]


def test_formats() -> None:
    assert table("format") == [[form.name, form.title] for form in FORMATS]


def test_agreements() -> None:
    assert table("agreement") == [[agreement.id, agreement.title["en"]] for agreement in load_all()]


def test_measures() -> None:
    assert table("measure") == [[measure.id, measure.title["en"]] for measure in load_measures()]


def test_settings() -> None:
    expected = [
        [name, str(field.default if field.default is not None else ""), field.description]
        for name, field in Settings.model_fields.items()
    ]
    assert table("setting") == expected


def test_commands() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert {row[0].split()[0] for row in table("command")} == set(commands)


def test_commands_that_texts_name_exist() -> None:
    """What a page, an error or README tells somebody to run is there to run."""
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.*") if path.suffix in (".py", ".html", ".toml")]
    texts = [README, *(path.read_text(encoding="utf-8") for path in files)]
    named = {name for text in texts for name in re.findall(r"(?:`|with: )overgang ([a-z][a-z-]*)", text)}
    assert len(named) > 5
    assert not named - commands


def test_rooms() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert {row[0] for row in table("room")} == rooms


def test_files_and_links_it_names_exist() -> None:
    named = re.findall(r"`((?:gateway|mappings|profiles|settlement|tests)/[\w./-]+)`", README)
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert named
    assert pictures
    missing = [name for name in (*named, *pictures) if not (ROOT / name).exists()]
    assert not missing


def test_make_targets_it_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert targets
    assert not [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)]


def test_iv_slots_it_names_are_codes() -> None:
    listed = (ROOT / "mappings/codes/iv-treatment-slots.csv").read_text(encoding="utf-8")
    slots = set(re.findall(r"`(IV[TK][A-Z0-9]+)`", README))
    assert len(slots) > 5
    assert not [slot for slot in slots if f",{slot}," not in listed]
