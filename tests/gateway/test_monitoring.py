"""Monitoring over a gateway: numbers that hold, and the episodes behind each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.build import Gateway, build
from gateway.cli import app
from gateway.errors import SettingsError
from gateway.monitoring import behind, monitored
from gateway.settings import Settings
from settlement.periods import Month
from tests.gateway.test_changes import use
from tests.gateway.test_months import OTHER, PRICED, SEPTEMBER, WITHOUT_CATEGORY
from tests.gateway.world import NOVEMBER, world

RUNNER = CliRunner()
YEAR = (Month(2026, 1), Month(2026, 10))
BUDGETS = """
[[budget]]
year = 2026
agreement = "iv-midtjylland"
municipality = "{municipality}"
kroner = 10140.00
"""


def with_budgets(gateway: Gateway, folder: Path, text: str) -> Gateway:
    """The same gateway with a file of budgets."""
    (folder / "budgets.toml").write_text(text, encoding="utf-8")
    settings = Settings(
        data_folder=folder,
        organisations=folder / "organisations.toml",
        pseudonym_key="test",
        budgets=folder / "budgets.toml",
    )
    return build(settings, now=lambda: NOVEMBER)


def test_every_number_has_as_many_episodes_behind_it(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER, WITHOUT_CATEGORY) as gateway:
        found = monitored(gateway, YEAR)
        assert found.open_months == (str(SEPTEMBER),)
        assert sum(row.courses for row in found.activity) == 3
        for row in found.activity:
            wanted = {name: getattr(row, name) for name in ("month", "municipality", "hospital", "iv_type", "category")}
            assert len(list(behind(gateway, YEAR, wanted))) == row.courses
        assert len(list(behind(gateway, YEAR, {"category": ""}))) == 1
        assert list(behind(gateway, (Month(2025, 1), Month(2025, 2)), {})) == []


def test_closed_months_count_against_the_budget_and_open_ones_are_named(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        other = with_budgets(gateway, tmp_path, BUDGETS.format(municipality=claim.municipality))
        try:
            found = monitored(other, YEAR)
        finally:
            other.close()
        last = found.economy[-1]
        assert (last.month, last.so_far, last.budget) == ("2026-10", claim.total, 1_014_000)
        assert last.spent == 25
        assert found.open_months == ()


def test_time_is_compared_with_as_many_months_before(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        assert monitored(gateway, (Month(2026, 7), Month(2026, 9))).before == (Month(2026, 4), Month(2026, 6))


def test_budgets_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        other = with_budgets(gateway, tmp_path, "[[budget]]\nyear = 2026\n")
        try:
            with pytest.raises(SettingsError, match=r"budgets\.toml"):
                monitored(other, YEAR)
        finally:
            other.close()


def test_the_command_prints_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        gateway.months.close(SEPTEMBER)
    use(monkeypatch, tmp_path)
    shown = RUNNER.invoke(app, ["monitor", "2026-Q3", "--csv", str(tmp_path / "out.csv")])
    assert shown.exit_code == 0, shown.output
    assert "Aarhus" in shown.output
    rows = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "what;month;agreement;municipality;hospital;iv-type;category;value"
    assert {row.split(";")[0] for row in rows[1:]} == {"courses", "minutes", "claimed", "claimed-this-year"}
    answer = json.loads(RUNNER.invoke(app, ["monitor", "2026-01..2026-10", "--json"]).output)
    assert sum(row["courses"] for row in answer["activity"]) == 2
    assert answer["before"] == ["2025-03", "2025-12"]
