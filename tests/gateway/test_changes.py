"""What changed since last month: over a gateway, by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.changes import month_changes
from gateway.cli import app
from settlement.periods import Month
from settlement.records import WeightCategory
from tests.gateway.test_months import OCTOBER, OTHER, PRICED, SEPTEMBER, WITHOUT_CATEGORY, changed_category
from tests.gateway.world import send, world

RUNNER = CliRunner()


def test_a_correction_takes_one_total_to_the_next(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER, WITHOUT_CATEGORY) as gateway:
        gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        gateway.months.close(OCTOBER)
        found = month_changes(gateway, OCTOBER)
        assert found.is_closed == (True, True)
        for change in found.changes:
            steps = change.volume + change.price + change.corrections - change.corrections_before
            assert change.before + steps == change.now
        assert sum(change.corrections for change in found.changes) == 1_521_000 - 253_500
        assert ("category-missing", (1, 0)) in [pair for change in found.changes for pair in change.withheld.items()]


def test_open_months_are_compared_as_they_would_be_closed_one_after_the_other(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER, WITHOUT_CATEGORY) as gateway:
        open_months = month_changes(gateway, OCTOBER)
        gateway.months.close(SEPTEMBER)
        half = month_changes(gateway, OCTOBER)
        gateway.months.close(OCTOBER)
        closed = month_changes(gateway, OCTOBER)
    assert (open_months.is_closed, half.is_closed, closed.is_closed) == ((False, False), (True, False), (True, True))
    assert sum(change.now for change in open_months.changes) == 0 < sum(change.before for change in open_months.changes)
    assert open_months.changes == half.changes == closed.changes


def test_before_the_first_month_that_is_closed_there_was_nothing(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        (change,) = month_changes(gateway, SEPTEMBER).changes
    assert (change.before, change.volume, change.corrections_before, change.now) == (0, claim.total, 0, claim.total)


def test_the_command_tells_steps_and_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, PRICED) as gateway:
        gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
    use(monkeypatch, tmp_path)
    shown = RUNNER.invoke(app, ["changes", str(OCTOBER)])
    assert shown.exit_code == 0, shown.output
    assert "DKK 12,675.00" in shown.output
    assert "the course has changed since" in shown.output
    (change,) = json.loads(RUNNER.invoke(app, ["changes", str(OCTOBER), "--json"]).output)["changes"]
    assert (change["before"], change["corrections"], change["now"]) == (253_500, 1_267_500, 1_267_500)
    assert (change["volume"], change["price"]) == (-253_500, 0)


def test_a_month_to_come_has_no_changes(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        assert month_changes(gateway, Month(2027, 3)).changes == ()


def use(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let commands open the store of a world in this folder."""
    monkeypatch.setenv("OVERGANG_DATA_FOLDER", str(folder))
    monkeypatch.setenv("OVERGANG_ORGANISATIONS", str(folder / "organisations.toml"))
    monkeypatch.setenv("OVERGANG_PSEUDONYM_KEY", "test")
    monkeypatch.setenv("COLUMNS", "200")
