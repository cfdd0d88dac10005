"""Simulating over a gateway: what its courses would have cost, by command and as files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from gateway.cli import app
from gateway.errors import BadRequestError
from gateway.simulating import agreement_of, simulation
from settlement.agreements import SHIPPED, load
from settlement.periods import Month
from tests.gateway.test_changes import use
from tests.gateway.test_months import OTHER, PRICED
from tests.gateway.world import world

RUNNER = CliRunner()
YEAR = (Month(2026, 1), Month(2026, 10))
IN_FORCE = (SHIPPED / "iv-midtjylland.toml").read_text(encoding="utf-8")


def dearer(folder: Path, name: str = "iv-midtjylland") -> Path:
    """The agreement in force with another index: 2.4 instead of 1.4 percent."""
    path = folder / "new.toml"
    text = IN_FORCE.replace("index_percent = 1.4", "index_percent = 2.4").replace('"iv-midtjylland"', f'"{name}"')
    path.write_text(text, encoding="utf-8")
    return path


def test_a_dearer_tariff_costs_more_and_nothing_is_claimed(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        cost = sum(claim.total for claim in gateway.months.preview(Month(2026, 10)))
        found = simulation(gateway, load(dearer(tmp_path)), YEAR)
        assert found.replaced == ("iv-midtjylland",)
        assert (found.total.cost, found.total.courses, found.total.new_courses) == (cost, 2, 2)
        assert found.total.difference * 1014 == cost * 10
        assert gateway.store.months() == []


def test_another_agreement_with_the_same_payer_takes_its_place(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        found = simulation(gateway, load(dearer(tmp_path, "iv-ours")), YEAR)
        assert found.replaced == ("iv-midtjylland",)
        beside = simulation(gateway, load(SHIPPED / "iv-syddanmark.toml"), YEAR)
        assert (beside.replaced, beside.total.difference) == ((), 0)
        with pytest.raises(BadRequestError, match="not in force"):
            simulation(gateway, load(dearer(tmp_path)), YEAR, ["nothing"])
        with pytest.raises(BadRequestError, match="periods"):
            simulation(gateway, load(SHIPPED / "inter-regional.toml"), YEAR)


def test_the_rates_of_a_day_are_taken_for_every_course(tmp_path: Path) -> None:
    """The demo's courses are of 2026; by the rates of 2025 they are 1.4 percent cheaper."""
    with world(tmp_path, PRICED, OTHER) as gateway:
        found = simulation(gateway, load(SHIPPED / "iv-midtjylland.toml"), YEAR, (), date(2025, 6, 1))
        assert found.total.new_cost * 1014 == found.total.cost * 1000


def test_an_agreement_to_come_is_taken_as_on_its_first_day(tmp_path: Path) -> None:
    path = tmp_path / "next.toml"
    next_year = IN_FORCE.replace("2026-01-01", "2027-01-01").replace("2026-12-31", "2027-12-31")
    path.write_text(next_year.replace("valid_from = 2020-06-01", "valid_from = 2027-01-01"), encoding="utf-8")
    with world(tmp_path, PRICED) as gateway:
        found = simulation(gateway, load(path), YEAR)
        assert found.as_on == date(2027, 1, 1)
        assert found.total.new_cost == found.total.cost


def test_the_command_prints_and_writes_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, PRICED, OTHER):
        pass
    use(monkeypatch, tmp_path)
    new = str(dearer(tmp_path))
    sheet, chart = tmp_path / "out.csv", tmp_path / "out.svg"
    arguments = ["simulate", "2026-01..2026-10", "--agreement", new, "--csv", str(sheet), "--chart", str(chart)]
    shown = RUNNER.invoke(app, arguments)
    assert shown.exit_code == 0, shown.output
    answer = json.loads(RUNNER.invoke(app, ["simulate", "2026-Q3", "--agreement", new, "--json"]).output)
    assert answer["total"]["difference"] == sum(cell["difference"] for cell in answer["cells"]) > 0
    rows = sheet.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("month;Code;")
    assert len(rows) == 1 + len(answer["cells"])
    drawing = etree.fromstring(chart.read_bytes())
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing.findall("{*}style")
    assert len(drawing.findall(".//{*}polyline")) == 2


def test_a_wrong_call_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(IN_FORCE.replace('kind = "tariff"', 'kind = "tarif"'), encoding="utf-8")
    with pytest.raises(BadRequestError, match=r"bad\.toml, line"):
        agreement_of(bad)
    use(monkeypatch, tmp_path)
    day = ["simulate", "2026-10", "--agreement", str(dearer(tmp_path)), "--rates-of", "tomorrow"]
    assert RUNNER.invoke(app, day).exit_code == 2
