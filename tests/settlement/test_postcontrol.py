"""Post-control: errors found in the sample, and what they come to in the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from settlement.postcontrol import ControlNote, controlled
from settlement.sampling import Stratum

AT = datetime(2026, 11, 9, tzinfo=UTC)


def stratum(drawn: tuple[str, ...], amount: int) -> Stratum:
    return Stratum("usual", 40, amount, Fraction(1, 20), drawn)


def note(name: str, due: int, later: int = 0) -> ControlNote:
    return ControlNote(name, due, "", "anna", AT + timedelta(hours=later))


AMOUNTS = dict.fromkeys("abcd", 100_000)


def test_errors_are_carried_to_the_whole_by_the_amounts_checked() -> None:
    drawn = stratum(("a", "b", "c"), 4_000_000)
    (found,) = controlled([drawn], AMOUNTS, [note("a", 100_000), note("b", 50_000)])
    assert (found.drawn, found.checked, found.wrong, found.error) == (3, 2, 1, 50_000)
    assert found.rate == Fraction(1, 2)
    assert found.extrapolated == 1_000_000  # a quarter of what was checked is too much


def test_the_latest_note_counts_and_notes_on_other_lines_do_not() -> None:
    drawn = stratum(("a",), 100_000)
    notes = [note("a", 100_000, later=2), note("a", 0), note("d", 0), note("z", 0)]
    (found,) = controlled([drawn], AMOUNTS, notes)
    assert (found.checked, found.wrong, found.extrapolated) == (1, 0, 0)


def test_nothing_checked_says_nothing() -> None:
    (found,) = controlled([stratum(("a",), 100_000)], AMOUNTS, [])
    assert (found.rate, found.error, found.extrapolated) == (None, 0, 0)


@given(st.lists(st.integers(0, 100_000), min_size=4, max_size=4))
def test_a_whole_sample_extrapolates_to_its_own_error(dues: list[int]) -> None:
    drawn = stratum(tuple(AMOUNTS), sum(AMOUNTS.values()))
    (found,) = controlled([drawn], AMOUNTS, [note(name, due) for name, due in zip(AMOUNTS, dues, strict=True)])
    assert found.extrapolated == found.error == sum(100_000 - due for due in dues)
