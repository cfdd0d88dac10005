"""Quality: exact numbers, the right populations, and totals that are the sum of their strata."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.agreements import SHIPPED as AGREEMENTS
from settlement.agreements import load
from settlement.closing import close_month
from settlement.datafile import DataFileError
from settlement.episodes import Episode
from settlement.indicators import time_band
from settlement.lines import Line
from settlement.measures import Count, Result
from settlement.periods import Month, Quarter
from settlement.quality import SHIPPED, Goal, Measure, evaluate_all, load_measures
from settlement.records import ContactWith, IvType, Record, WeightCategory
from tests.settlement.building import (
    DIRECTORY,
    admission,
    answers,
    contact,
    discharge,
    folded,
    treatment,
    visit,
)

MEASURES = {measure.id: measure for measure in load_measures()}
QUARTER = Quarter(2026, 4)
COURSE: list[Record] = [
    admission("2026-10-01"),
    discharge("2026-10-05"),
    treatment("2026-10-05"),
    visit("2026-10-06", 45),
    visit("2026-10-07", 46),
]


def evaluated(measure: Measure, episodes: tuple[Episode, ...], lines: list[Line] | None = None) -> Result:
    (found,) = evaluate_all((measure,), episodes, QUARTER, lines or [], DIRECTORY)
    return found


def result(name: str, episodes: tuple[Episode, ...], lines: list[Line] | None = None) -> Result:
    return evaluated(MEASURES[name], episodes, lines)


def stratum(found: Result, **keys: str) -> Count | None:
    wanted = {(name.replace("_", "-"), value) for name, value in keys.items()}
    return next((stratum.count for stratum in found.strata if set(stratum.keys) == wanted), None)


def test_number_of_courses_by_type_and_category() -> None:
    other = [discharge("2026-11-05", "stay2"), treatment("2026-11-05", IvType.FLUID, None, "stay2")]
    plain = [discharge("2026-12-05", "stay3"), visit("2026-12-06", iv=None)]
    outside = [discharge("2026-09-30 12:00", "stay4"), treatment("2026-09-30 12:00", stay="stay4")]
    found = result("iv-episodes", folded(*COURSE, *other, *plain, *outside))
    assert found.count == Count(2, 1)
    assert stratum(found, iv_type="antibiotic", category="2") == Count(1, 1)
    assert stratum(found, iv_type="fluid", category="unknown") == Count(1, 1)
    assert stratum(found, municipality="0751") == Count(2, 1)
    assert stratum(found, month="2026-11") == Count(1, 1)
    assert stratum(found, hospital="900000000000001") == Count(2, 1)


@pytest.mark.parametrize(("day", "readmissions"), [("2026-11-04 23:59", 1), ("2026-11-05 00:00", 0)])
def test_day_30_is_a_readmission_and_day_31_is_not(day: str, readmissions: int) -> None:
    found = result("iv-readmission", folded(*COURSE, admission(day, "stay2")))
    assert found.count == Count(readmissions, 1)


def test_a_course_without_a_discharge_cannot_be_readmitted() -> None:
    assert result("iv-readmission", folded(treatment("2026-10-05"))).count == Count(0, 0)


def test_time_spent_is_an_exact_mean() -> None:
    other = [discharge("2026-11-05", "stay2"), treatment("2026-11-05", stay="stay2"), visit("2026-11-06", 11)]
    found = result("iv-time-spent", folded(*COURSE, *other))
    assert found.count == Count(102, 2)
    assert found.count.value == Fraction(51)
    assert stratum(found, category="2") == Count(102, 2)
    spread = result("iv-time-distribution", folded(*COURSE, *other))
    assert stratum(spread, category="2", time_band="0000-0119") == Count(2, 1)


def test_time_bands_sort_as_their_times() -> None:
    bands = [time_band(minutes) for minutes in (0, 119, 120, 299, 300, 599, 600, 1199, 1200, 9999)]
    assert bands == sorted(bands)
    assert len(set(bands)) == 5


def test_economy_is_what_was_claimed_in_the_quarter() -> None:
    agreement = load(AGREEMENTS / "iv-midtjylland.toml")
    october = close_month(Month(2026, 10), folded(*COURSE), agreement, [], DIRECTORY)[0].lines
    changed = folded(*COURSE, treatment("2026-11-03", None, WeightCategory.FOUR))
    november = close_month(Month(2026, 11), changed, agreement, october, DIRECTORY)[0].lines
    late = [replace(line, month="2027-01") for line in october]
    found = result("iv-economy", changed, [*october, *november, *late])
    assert found.count == Count(1_521_000, 1)
    assert stratum(found, month="2026-10") == Count(507_000, 1)
    assert stratum(found, month="2026-11") == Count(1_014_000, 1)
    assert stratum(found, category="2") == Count(0, 1)


def test_contacts_answers_and_completeness() -> None:
    more = [contact("2026-10-06"), contact("2026-10-07", ContactWith.ON_CALL_DOCTOR), contact("2027-01-01")]
    asked = folded(*COURSE, *more, answers("2026-10-20", ("1",)))
    found = result("iv-contacts", asked)
    assert found.count == Count(2, 1)
    assert stratum(found, contact_with="on-call-doctor") == Count(1, 1)
    assert result("iv-pro-participation", asked).count == Count(1, 1)
    assert result("iv-pro-participation", folded(*COURSE, answers("2026-10-20", completed=False))).count == Count(0, 1)
    assert result("iv-completeness", asked).count == Count(1, 1)


def test_nothing_is_nothing() -> None:
    for found in evaluate_all(MEASURES.values(), [], QUARTER, [], DIRECTORY):
        assert (found.count.numerator, found.strata, found.goal_met) == (0, (), None)


COURSES = st.lists(
    st.builds(
        lambda day, iv_type, category, minutes: (day, iv_type, category, minutes),
        st.integers(1, 28),
        st.sampled_from(IvType),
        st.none() | st.sampled_from(WeightCategory),
        st.lists(st.integers(0, 300), max_size=3),
    ),
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(COURSES)
def test_totals_are_the_sum_of_their_strata(
    courses: list[tuple[int, IvType, WeightCategory | None, list[int]]],
) -> None:
    episodes: list[Episode] = []
    for place, (day, iv_type, category, minutes) in enumerate(courses):
        start = f"2026-11-{day:02}"
        visits = [visit(f"{start} {13 + n}:00", spent, key=str(n)) for n, spent in enumerate(minutes)]
        records: list[Record] = [discharge(start), treatment(start, iv_type, category), *visits]
        episodes += folded(*(replace(record, citizen=f"c{place}") for record in records))
    for found in evaluate_all(MEASURES.values(), episodes, QUARTER, [], DIRECTORY):
        kinds = {tuple(name for name, _ in stratum.keys) for stratum in found.strata}
        for names in kinds:
            counts = [s.count for s in found.strata if tuple(name for name, _ in s.keys) == names]
            assert sum(count.numerator for count in counts) == found.count.numerator
            if found.kind in ("mean", "proportion"):
                assert sum(count.denominator for count in counts) == found.count.denominator
    backwards = evaluate_all(MEASURES.values(), reversed(episodes), QUARTER, [], DIRECTORY)
    assert backwards == evaluate_all(MEASURES.values(), episodes, QUARTER, [], DIRECTORY)


@pytest.mark.parametrize(
    ("comparator", "count", "met"),
    [
        (">", Count(1, 2), False),
        (">=", Count(1, 2), True),
        ("<", Count(1, 2), False),
        ("<=", Count(1, 2), True),
        (">=", Count(333_333, 666_667), False),  # 49.99995 %, shown as 50.0 %
        (">", Count(0, 0), None),
    ],
)
def test_goals_are_decided_on_the_exact_fraction(comparator: str, count: Count, met: bool | None) -> None:
    assert Goal(comparator, Fraction(1, 2)).met(count) is met


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "proportion"', 'kind = "share"', "line 3, kind: is not known. Write one of: count, sum, mean"),
        ('subject = "episode"', 'subject = "person"', "episode, contact, line"),
        ('population = ["treated", "discharged"]', 'population = ["lucky"]', "population: has an unknown name"),
        ('"iv-type x category"', '"iv-type x weather"', "stratifiers: has an unknown part"),
        ("within_days = 30", "within_dayz = 30", "within_dayz: unknown key"),
        ("within_days = 30", 'within_days = 30\ngoal = { comparator = "=", value = 0.1 }', "comparator: is not known"),
        ('improvement = "decrease"', "", "improvement: is missing"),
    ],
)
def test_a_wrong_measure_says_what_and_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (SHIPPED / "iv-readmission.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "m.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        load_measures(tmp_path)


def test_measure_ids_are_their_own(tmp_path: Path) -> None:
    text = (SHIPPED / "iv-readmission.toml").read_text(encoding="utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"b\.toml, id"):
        load_measures(tmp_path)


def test_a_goal_gives_a_verdict(tmp_path: Path) -> None:
    text = (SHIPPED / "iv-readmission.toml").read_text(encoding="utf-8")
    (tmp_path / "m.toml").write_text(f'{text}\n[goal]\ncomparator = "<="\nvalue = 0.10\n', encoding="utf-8")
    (measure,) = load_measures(tmp_path)
    episodes = folded(*COURSE, admission("2026-10-20", "stay2"))
    assert evaluated(measure, episodes).goal_met is False
    assert evaluated(measure, folded(*COURSE)).goal_met is True
