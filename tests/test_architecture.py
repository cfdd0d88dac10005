"""The wall between the rooms: imports go downwards only, and each library stays in the rooms it may be used in."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("gateway", "mappings", "profiles", "settlement")
MAY_IMPORT = {
    "gateway": {"gateway", "mappings", "profiles", "settlement"},
    "mappings": {"mappings", "profiles", "settlement"},
    "profiles": {"profiles"},
    "settlement": {"settlement"},
}
TOP_LEVEL = {
    *ROOMS,
    "tests",
    "docker-compose.yml",
    "README.md",
    ".ci",
    ".gitignore",
    ".dockerignore",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
}
MADE_HERE = {".git", ".venv", "out", "data", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "uv.lock"}
LONGEST_FILE = 500


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """First parts of the names of everything a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_downwards(room: str) -> None:
    for path in sources(room):
        upwards = (imported(path) & {*ROOMS, "tests"}) - MAY_IMPORT[room]
        assert not upwards, f"{path.relative_to(ROOT)} imports {upwards}"


def test_settlement_needs_only_the_standard_library() -> None:
    for path in sources("settlement"):
        foreign = imported(path) - set(sys.stdlib_module_names) - {"settlement"}
        assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


def test_profiles_and_mappings_know_no_web_and_no_database() -> None:
    for path in sources("profiles") + sources("mappings"):
        found = imported(path) & {"fastapi", "starlette", "sqlalchemy", "sqlmodel", "sqlite3", "psycopg", "httpx2"}
        assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_top_level_holds_only_what_was_agreed() -> None:
    assert {path.name for path in ROOT.iterdir()} - MADE_HERE <= TOP_LEVEL


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_no_file_is_a_heap(room: str) -> None:
    for path in sources(room):
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= LONGEST_FILE, f"{path.relative_to(ROOT)} has {lines} lines; split it by concern"


def test_no_module_hides_an_error() -> None:
    for room in ROOMS:
        for path in sources(room):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ExceptHandler):
                    silent = all(isinstance(step, ast.Pass) for step in node.body)
                    assert not (silent and node.type is None), f"{path.relative_to(ROOT)}:{node.lineno}"
