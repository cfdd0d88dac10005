"""The scorer of the validator test suite, on a small suite of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.validator import main

RIGHT = {"resourceType": "Patient", "active": True}
WRONG = {"resourceType": "Patient", "active": True, "contact": [{"gender": "male"}]}


def _suite(folder: Path, cases: dict[str, tuple[Any, list[dict[str, Any]]]]) -> None:
    (folder / "outcomes").mkdir()
    for name, (resource, issues) in cases.items():
        (folder / f"{name}.json").write_text(json.dumps(resource))
        outcome = {"resourceType": "OperationOutcome", "issue": issues}
        (folder / "outcomes" / f"{name}.json").write_text(json.dumps(outcome))
    rows = [
        {"name": name, "file": f"{name}.json", "txclass": "A", "checks": {"base": {"ref": f"{name}.json"}}}
        for name in cases
    ]
    (folder / "index.json").write_text(json.dumps(rows))
    manifest = [{"name": name, "file": f"{name}.json", "module": "own"} for name in cases]
    (folder / "manifest.json").write_text(json.dumps({"test-cases": manifest}))


def test_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"severity": "error", "code": "invariant", "expression": ["Patient.contact[0]"], "details": {"text": "x"}}
    _suite(tmp_path, {"right": (RIGHT, []), "wrong": (WRONG, [found]), "other": (RIGHT, [found])})
    assert main([str(tmp_path), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["A"]["checks"] == 3
    assert summary["A"]["L0"] == summary["A"]["L3"] == pytest.approx(2 / 3, abs=1e-3)
    assert summary["A"]["L4"] == pytest.approx(1 / 3, abs=1e-3)
    assert summary["modules"]["own"]["cases"] == 3
    assert summary["B"]["checks"] == 0


def test_what_is_not_in_the_folder_is_named_and_not_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _suite(tmp_path, {"right": (RIGHT, []), "gone": (RIGHT, [])})
    (tmp_path / "gone.json").unlink()
    assert main([str(tmp_path), "--json"]) == 0
    told = capsys.readouterr()
    summary = json.loads(told.out.splitlines()[-1])
    assert (summary["absent"], summary["A"]["checks"], summary["A"]["L0"]) == (["gone"], 1, 1.0)
    assert told.err.startswith("gone: ")


def test_a_folder_that_is_no_suite(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2
