"""A small slice of the campaign, and that it finds what it looks for."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from profiles.issue import Issue
from tests.fuzz import validate
from tests.fuzz.mutations import mutate, mutate_bytes
from tests.fuzz.shapes import SHAPES
from tests.fuzz.validate import Bench, document, judge, main, run, set_up


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Our own samples and R4 alone."""
    return set_up(Path("/nowhere"))


def test_a_slice_of_the_campaign_is_clean(bench: Bench) -> None:
    found = run(bench, range(60), seconds=60, seed=1)
    assert (found.raised, found.cases) == ({}, 60)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_judged(bench: Bench, shape: Any) -> None:
    dice = random.Random(1)  # noqa: S311
    for _ in range(4):
        judge(bench, json.dumps(shape(dice)).encode(), dice)


def test_a_case_is_made_by_seed_and_number_alone(bench: Bench) -> None:
    one, other = (document(bench, random.Random("1/5")) for _ in range(2))  # noqa: S311
    assert one == other
    assert len({document(bench, random.Random(f"1/{number}")) for number in range(20)}) > 15  # noqa: S311


def test_mutations_leave_the_seed_alone() -> None:
    tree = {"a": [{"b": 1}, {"c": [2, 3]}], "d": "e"}
    dice = random.Random(3)  # noqa: S311
    mutants = [mutate(tree, dice) for _ in range(50)]
    assert tree == {"a": [{"b": 1}, {"c": [2, 3]}], "d": "e"}
    assert sum(mutant != tree for mutant in mutants) > 40
    assert len({mutate_bytes(b"0123456789", dice) for _ in range(50)}) > 40


def test_what_is_raised_or_slow_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> tuple[Issue, ...]:
        raise RecursionError("planted")

    monkeypatch.setattr(validate, "judge", broken)
    monkeypatch.setattr(validate, "MOST_SECONDS", -1.0)
    monkeypatch.setattr(validate, "set_up", lambda: bench)
    assert main(["--only", "3"]) == 1
    *trace, last = capsys.readouterr().out.splitlines()
    told = json.loads(last)
    assert (told["raised"], list(told["slow"]), told["clean"], told["seed"]) == ([3], ["3"], False, 1)
    assert "planted" in "\n".join(trace)
