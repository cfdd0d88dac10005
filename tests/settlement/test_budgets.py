"""Budgets: read to the oere, and every mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement.budgets import read_budgets
from settlement.datafile import DataFileError

GOOD = """
[[budget]]
year = 2026
agreement = "iv-midtjylland"
municipality = "0751"
kroner = 1250000.50
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "budgets.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_budget_is_of_a_year_an_agreement_and_a_municipality(tmp_path: Path) -> None:
    assert read_budgets(written(tmp_path, GOOD)) == {("iv-midtjylland", "0751", 2026): 125_000_050}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + GOOD, "line 11, .*twice"),
        (GOOD.replace("0751", "751"), "line 5, .*four digits"),
        (GOOD.replace(".50", ".505"), "line 6, .*two decimals"),
        (GOOD.replace("1250000.50", "1e999999999"), "line 6, .*too large or too small"),
        (GOOD.replace("year", "jahr"), "line 3, .*unknown key"),
        ("[[budgets]]\n", "unknown key"),
        ("x = " + "[" * 100_000, "not valid TOML"),
        ("x = " + "1" * 10_000, "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DataFileError, match=told):
        read_budgets(written(tmp_path, text))
