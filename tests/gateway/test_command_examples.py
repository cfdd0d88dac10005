"""Examples of commands: each command has one, and it is a call the command takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from gateway.cli import app
from gateway.command_examples import EXAMPLES


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for part, one in inner.items():
        yield from commands(one, f"{name} {part}".strip())


COMMANDS = dict(commands(get_command(app)))


def test_every_command_has_an_example_and_shows_it() -> None:
    assert set(EXAMPLES) == set(COMMANDS)
    assert all(EXAMPLES[name] in (command.epilog or "") for name, command in COMMANDS.items())


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "password"])
def test_the_example_is_a_call_the_command_takes(name: str) -> None:
    words = shlex.split(EXAMPLES[name].rpartition("overgang ")[2])
    parts = name.split()
    assert words[: len(parts)] == parts
    COMMANDS[name].make_context(name, words[len(parts) :])
