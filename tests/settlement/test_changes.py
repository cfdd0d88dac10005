"""Changes: the steps from one month to the next sum to the difference, to the oere."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from settlement.changes import changes
from settlement.lines import Claim, Line, LineKind, Withheld
from tests.settlement.test_reconciling import line


def claim(lines: list[Line], reasons: tuple[str, ...] = (), municipality: str = "0751") -> Claim:
    held = tuple(Withheld("iv", "", municipality, "DK-82", f"e{n}", "c", why, {}, ()) for n, why in enumerate(reasons))
    return Claim("c", "iv", "2026-10", municipality, "DK-82", tuple(lines), held)


def test_more_courses_and_higher_rates_are_told_apart() -> None:
    before = claim([line(number=1), line(number=2)], ("category-missing", "no-visit"))
    now = claim([replace(line(number=number), amount=110_000) for number in (3, 4, 5)], ("no-visit",))
    (change,) = changes([before], [now])
    assert (change.before, change.now, change.volume, change.price) == (200_000, 330_000, 100_000, 30_000)
    assert change.withheld == {"category-missing": (1, 0), "no-visit": (1, 1)}
    (kind,) = change.kinds
    assert (kind.iv_type, kind.category, kind.before, kind.now) == ("fluid", "1", 2, 3)


def test_a_course_of_several_lines_is_one_course() -> None:
    parts = [replace(line(), part=month, key=f"k/{month}", amount=50_000) for month in ("2026-10", "2026-11")]
    (change,) = changes([claim([line()])], [claim(parts)])
    (kind,) = change.kinds
    assert (kind.before, kind.now, kind.volume, kind.price) == (1, 1, 0, 0)


def test_another_rate_version_is_told() -> None:
    (change,) = changes([claim([line()])], [claim([replace(line(number=2), rate_version="2027", amount=101_400)])])
    (kind,) = change.kinds
    assert (kind.volume, kind.price, kind.rates) == (0, 1_400, ((line().rate_version,), ("2027",)))


def test_corrections_are_a_step_of_their_own() -> None:
    back = replace(line(), kind=LineKind.REVERSAL, amount=-100_000, id="l9")
    again = replace(line(category="3"), id="l10")
    (change,) = changes([claim([line(number=2)])], [claim([back, again, line(number=3)])])
    assert (change.corrections, change.volume, change.price) == (200_000, 0, 0)
    assert [one.id for one in change.corrected] == ["l9", "l10"]


def test_a_municipality_of_one_month_only_is_there() -> None:
    first, second = changes([claim([line()])], [claim([line(number=2)], municipality="0730")])
    assert [(one.municipality, one.before, one.now) for one in (first, second)] == [
        ("0730", 0, 100_000),
        ("0751", 100_000, 0),
    ]


LINES = st.lists(
    st.builds(
        lambda category, amount, reverses, number: replace(
            line(category=category, number=number),
            amount=-amount if reverses else amount,
            kind=LineKind.REVERSAL if reverses else LineKind.CHARGE,
        ),
        st.sampled_from("123"),
        st.integers(1, 10**9),
        st.booleans(),
        st.integers(0, 20),
    ),
    max_size=12,
)


@given(LINES, LINES)
def test_the_steps_sum_to_the_difference(before: list[Line], now: list[Line]) -> None:
    for change in changes([claim(before)], [claim(now)]):
        steps = change.volume + change.price + change.corrections - change.corrections_before
        assert change.before + steps == change.now
