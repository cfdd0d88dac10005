"""Activity models: what is paid never falls with activity, and never exceeds its limit."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from settlement.clauses.activity import Baseline, CarryOver, Clawback, GrowthLimit, GrowthPassThrough, Report
from settlement.clauses.sheet import Sheet, Worked
from tests.settlement.clauses.working import DAY, OERE, PERCENT, amount, done

MODEL = Baseline("a", "b", "r", "k", "c")


@given(OERE, OERE, PERCENT, PERCENT, OERE)
def test_baseline_grows_with_activity_and_stays_under_its_limit(
    activity: Fraction, baseline: Fraction, rate: Fraction, above: Fraction, limit: Fraction
) -> None:
    found = amount(MODEL, a=activity, b=baseline, r=rate, k=above, c=limit)
    assert found <= amount(MODEL, a=activity + 100, b=baseline, r=rate, k=above, c=limit)
    assert found <= baseline * rate / 100 + limit
    if activity <= baseline:
        assert found == activity * rate / 100


@given(OERE, OERE, PERCENT)
def test_clawback_and_baseline_are_the_full_grant(activity: Fraction, baseline: Fraction, rate: Fraction) -> None:
    paid = amount(Baseline("a", "b", "r"), a=activity, b=baseline, r=rate)
    back = amount(Clawback("a", "b", "r"), a=activity, b=baseline, r=rate)
    assert paid - back == baseline * rate / 100
    assert back <= 0


def test_the_documents_models() -> None:
    million = Fraction(100_000_000)
    assert amount(Clawback("a", "b", Fraction(50)), a=95 * million, b=100 * million) == Fraction(-5, 2) * million
    nord = Baseline("a", "b", Fraction(40), Fraction(40), 11 * million)
    assert amount(nord, a=120 * million, b=100 * million) == 48 * million
    assert amount(nord, a=130 * million, b=100 * million) == 51 * million
    assert "højst 11.000.000,00 kr." in done(nord, a=130 * million, b=100 * million).steps["da"]


@given(OERE, OERE, OERE)
def test_growth_limit(value: Fraction, contacts: Fraction, before: Fraction) -> None:
    found = amount(GrowthLimit("v", "n", "w", Fraction("1.5")), v=value, n=contacts, w=before)
    assert found == min(value, contacts * before * Fraction("1.015"))


@given(OERE, OERE, OERE)
def test_growth_is_passed_on_to_its_ceiling_and_never_taken_back(
    now: Fraction, before: Fraction, most: Fraction
) -> None:
    assert amount(GrowthPassThrough("n", "b"), n=now, b=before) == max(now - before, 0)
    assert 0 <= amount(GrowthPassThrough("n", "b", Fraction(100), "m"), n=now, b=before, m=most) <= most


def test_carry_over_and_report() -> None:
    carried = done(CarryOver("x"), x=Fraction(-500))
    assert (int(carried.amount), carried.carried) == (-500, True)
    assert amount(Report(("x",)), x=Fraction(28_361)) == 0
    assert "28.361" in done(Report(("x",)), x=Fraction(28_361)).steps["da"]
    assert done(Report()).steps["en"] == "Followed without settlement"


@given(OERE, st.booleans())
def test_what_is_carried_over_is_the_amount_and_due_later(value: Fraction, owed: bool) -> None:
    carried = done(CarryOver("x"), x=-value if owed else value)
    assert (carried.amount, carried.carried) == (-value if owed else value, True)


@given(st.dictionaries(st.sampled_from("abc"), OERE))
def test_a_report_pays_nothing_and_shows_every_number(numbers: dict[str, Fraction]) -> None:
    found = Report(tuple(numbers)).work(Sheet(DAY, numbers))
    assert isinstance(found, Worked)
    assert found.amount == 0
    assert all(f"{name} " in found.steps["en"] for name in numbers)
