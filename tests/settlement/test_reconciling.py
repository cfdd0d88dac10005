"""Reconciling: every course on either side is in the result once, and the amounts are conserved."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.lines import Line, LineKind, Withheld
from settlement.reconciling import Finding, reconcile, tallies
from settlement.registrations import Registration, of_hospital_messages
from tests.settlement.building import DIRECTORY, discharge, folded, treatment, visit

RATES = {"1": 100_000, "2": 200_000, "3": 300_000}


def line(
    start: str = "2026-10-05", category: str = "1", iv_type: str = "fluid", citizen: str = "c", number: int = 1
) -> Line:
    return Line(
        f"l{number}",
        f"k{number}",
        LineKind.CHARGE,
        "",
        "2026-10",
        "iv",
        "course",
        "2026",
        "0751",
        "DK-82",
        f"e{number}",
        citizen,
        date.fromisoformat(start),
        iv_type,
        category,
        RATES[category],
        ("m",),
        {"da": "", "en": ""},
    )


def registered(
    start: str = "2026-10-05", category: str = "1", iv_type: str = "fluid", citizen: str = "c", number: int = 1
) -> Registration:
    return Registration(f"r{number}", citizen, "0751", "DK-82", date.fromisoformat(start), iv_type, category, "import")


def price(one: Registration) -> int | None:
    return RATES.get(one.category)


def findings(lines: list[Line], registrations: list[Registration]) -> list[tuple[Finding, int]]:
    return [(one.finding, one.difference) for one in reconcile(lines, registrations, price)]


def test_each_way_two_sides_can_differ() -> None:
    assert findings([line()], [registered()]) == [(Finding.AGREED, 0)]
    assert findings([line(category="2")], [registered()]) == [(Finding.CATEGORY, 100_000)]
    assert findings([line()], [registered(iv_type="medicine")]) == [(Finding.IV_TYPE, 0)]
    assert findings([line()], [registered("2026-10-08")]) == [(Finding.PERIOD, 0)]
    assert findings([line()], []) == [(Finding.NOT_REGISTERED, 100_000)]
    assert findings([], [registered()]) == [(Finding.NOT_CLAIMED, -100_000)]
    assert findings([line()], [registered("2026-12-08")]) == [
        (Finding.NOT_REGISTERED, 100_000),
        (Finding.NOT_CLAIMED, -100_000),
    ]
    assert findings([line(), line(number=2)], [registered()]) == [(Finding.AGREED, 0), (Finding.DUPLICATE, 100_000)]
    assert findings([line()], [registered(category="")]) == [(Finding.CATEGORY, 100_000)]


def test_an_exact_match_is_never_given_away_to_a_near_one() -> None:
    lines = [line("2026-10-04", number=1), line("2026-10-05", number=2)]
    assert findings(lines, [registered("2026-10-05")]) == [(Finding.DUPLICATE, 100_000), (Finding.AGREED, 0)]
    both = [registered("2026-10-05"), registered("2026-10-09", number=2)]
    assert [finding for finding, _ in findings(lines, both)] == [Finding.PERIOD, Finding.AGREED]


def test_a_reversal_and_its_charge_are_one_course() -> None:
    old = replace(line(), kind=LineKind.REVERSAL, amount=-100_000, reverses="l0", id="l9")
    assert findings([old, line(category="2")], [registered(category="2")]) == [(Finding.AGREED, 0)]
    (alone,) = reconcile([old], [], price)
    assert (alone.finding, alone.claimed, alone.difference) == (Finding.WITHDRAWN, -100_000, 0)


def test_what_is_not_claimed_is_told_with_the_reason_it_is_withheld() -> None:
    item = Withheld(
        "iv", "2026-10", "0751", "DK-82", "e1", "c", "category-missing", {"da": "Mangler", "en": "Missing"}, ()
    )
    (one,) = reconcile([], [registered()], price, [item])
    assert one.explanation["en"].endswith("(import); Missing")


def test_both_sides_are_told() -> None:
    (one,) = reconcile([line(category="2")], [registered()], price)
    assert one.explanation["en"] == (
        "The weight category differs; municipality: 2026-10-05 fluid/2 DKK 2,000.00; "
        "region: 2026-10-05 fluid/1 DKK 1,000.00 (import)"
    )


def test_registrations_of_the_hospitals_messages() -> None:
    episodes = folded(discharge("2026-10-05"), treatment("2026-10-05"), visit("2026-10-06"))
    (one,) = of_hospital_messages(episodes, DIRECTORY)
    assert (one.start, one.iv_type, one.category, one.region) == (date(2026, 10, 5), "antibiotic", "2", "DK-82")
    assert list(of_hospital_messages(folded(discharge("2026-10-05")), DIRECTORY)) == []


DAYS = st.integers(0, 60).map(lambda number: (date(2026, 10, 1) + timedelta(days=number)).isoformat())
COMMON = (DAYS, st.sampled_from(list(RATES)), st.sampled_from(["fluid", "medicine"]), st.sampled_from("ab"))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(*COMMON), max_size=8),
    st.lists(st.tuples(*COMMON), max_size=8),
)
def test_nothing_is_lost_whatever_the_order(
    claimed: list[tuple[str, str, str, str]], known: list[tuple[str, str, str, str]]
) -> None:
    lines = [line(*one, number=number) for number, one in enumerate(claimed)]
    registrations = [registered(*one, number=number) for number, one in enumerate(known)]
    found = reconcile(lines, registrations, price)
    assert sorted(one.id for compared in found for one in compared.lines) == sorted(one.id for one in lines)
    seen = [compared.registration.id for compared in found if compared.registration]
    assert sorted(seen) == sorted(one.id for one in registrations)
    assert sum(one.claimed for one in found) == sum(one.amount for one in lines)
    assert sum(one.expected or 0 for one in found) == sum(price(one) or 0 for one in registrations)
    sums = tallies()
    for one in found:
        sums[one.finding].add(one)
    assert sum(tally.claimed for tally in sums.values()) == sum(one.amount for one in lines)
    assert sum(tally.courses for tally in sums.values()) == len(found)
    assert sum(tally.difference for tally in sums.values()) == sum(one.difference for one in found)
    assert reconcile(lines[::-1], registrations[::-1], price) == found
