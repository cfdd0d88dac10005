"""Simulating: the same agreement changes nothing; another changes exactly what its rates say."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, load, problems
from settlement.periods import Month
from settlement.records import WeightCategory
from settlement.simulating import as_on, simulate, summed
from tests.settlement.building import DIRECTORY, discharge, folded, treatment, visit

NOW = load(SHIPPED / "iv-midtjylland.toml")
MONTHS = (Month(2026, 9), Month(2026, 11))
WRITTEN = [path.read_text(encoding="utf-8").split("\n") for path in sorted(SHIPPED.glob("iv-*.toml"))]
VALUES = (
    *('""', '"x"', "1", "-1", "1.5", "true", "[]", "{}", '["a"]', "2026-01-01", "08:00:00", "nan", "inf", "1e400"),
    *('"days"', '"category"', '"days-by-month"', '"first-dose-in-hospital"', '"tariff"', "9999-12-31", "{ a = 1 }"),
)
EPISODES = [
    *folded(discharge("2026-10-05"), treatment("2026-10-05"), visit("2026-10-06")),
    *folded(discharge("2026-11-05"), treatment("2026-11-05", category=WeightCategory.ONE), visit("2026-11-06")),
    *folded(discharge("2026-08-05"), treatment("2026-08-05"), visit("2026-08-06")),
]


def test_the_same_agreement_changes_nothing() -> None:
    cells = simulate(EPISODES, [NOW], [NOW], MONTHS, DIRECTORY)
    assert [(one.month, one.category, one.courses, one.cost, one.difference) for one in cells] == [
        ("2026-10", "2", 1, 507_000, 0),
        ("2026-11", "1", 1, 253_500, 0),
    ]


def test_another_rate_changes_what_it_is_about(tmp_path: Path) -> None:
    text = (
        (SHIPPED / "iv-midtjylland.toml")
        .read_text(encoding="utf-8")
        .replace("index_percent = 1.4", "index_percent = 2.4")
    )
    (tmp_path / "new.toml").write_text(text, encoding="utf-8")
    cells = simulate(EPISODES[::-1], [NOW], [load(tmp_path / "new.toml")], MONTHS, DIRECTORY)
    assert [one.difference for one in cells] == [5_000, 2_500]


def test_what_an_agreement_does_not_pay_is_no_course_of_it() -> None:
    cells = simulate(EPISODES, [NOW], [load(SHIPPED / "iv-syddanmark.toml")], MONTHS, DIRECTORY)
    assert [(one.courses, one.new_courses, one.difference) for one in cells] == [(1, 0, -507_000), (1, 0, -253_500)]


def test_cells_are_gathered_by_any_of_their_names() -> None:
    cells = simulate(EPISODES, [NOW], [NOW], MONTHS, DIRECTORY)
    assert [(one.month, one.cost) for one in summed(cells, "month")] == [("2026-10", 507_000), ("2026-11", 253_500)]
    (total,) = summed(cells)
    assert (total.month, total.municipality, total.courses, total.cost, total.new_cost) == ("", "", 2, 760_500, 760_500)
    assert summed(cells, "month", "municipality", "category") == cells
    assert summed([]) == ()


def test_an_agreement_as_on_a_day_has_the_rates_of_that_day_always() -> None:
    cells = simulate(EPISODES, [NOW], [as_on(NOW, date(2025, 6, 1))], MONTHS, DIRECTORY)
    assert [one.new_cost for one in cells] == [500_000, 250_000]
    before = simulate(EPISODES, [NOW], [as_on(NOW, date(2019, 1, 1))], MONTHS, DIRECTORY)
    assert [one.new_courses for one in before] == [0, 0]


@given(st.sampled_from(WRITTEN), st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(VALUES)), max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_has_its_mistakes_told_or_can_be_simulated(
    written: list[str], changes: list[tuple[int, str]]
) -> None:
    lines = [*written]
    for place, value in changes:
        number = place % len(lines)
        lines[number] = f"{lines[number].partition('=')[0]}= {value}" if "=" in lines[number] else ""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "agreement.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        if not problems(path) and (agreement := load(path)).subject == "course":
            then = [agreement], [as_on(agreement, date(2026, 6, 1))]
            cells = [cell for new in then for cell in simulate(EPISODES, [NOW], new, MONTHS, DIRECTORY)]
            assert all(cell.cost >= 0 for cell in cells)
