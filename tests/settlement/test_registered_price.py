"""What registered courses come to: as claimed where both sides say the same, and by the region's word where not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from settlement.agreements import SHIPPED, Agreement, load
from settlement.closing import close_month
from settlement.lines import Line
from settlement.periods import Month
from settlement.records import Organisation, WeightCategory
from settlement.registered_price import RegisteredPrices, is_paid_by, payer
from settlement.registrations import Registration
from tests.settlement.building import DIRECTORY, admission, discharge, folded, treatment, visit

OCTOBER = Month(2026, 10)
COURSES = load(SHIPPED / "iv-midtjylland.toml")


def claimed(agreement: Agreement, category: WeightCategory = WeightCategory.TWO) -> list[Line]:
    episodes = folded(discharge("2026-10-05"), treatment("2026-10-05", category=category), visit("2026-10-05 20:00"))
    (claim,) = close_month(OCTOBER, episodes, agreement, (), DIRECTORY)
    return list(claim.lines)


def registered(line: Line, category: str = "2") -> Registration:
    return Registration(
        "r", line.citizen, line.municipality, line.region, line.service_date, line.iv_type, category, "s"
    )


def test_the_same_said_on_both_sides_is_the_same_amount() -> None:
    (line,) = claimed(COURSES)
    assert RegisteredPrices(COURSES, [line])(registered(line)) == line.amount
    assert RegisteredPrices(COURSES, [])(registered(line)) == line.amount


def test_the_regions_word_is_priced_by_the_agreement() -> None:
    (line,), (other,) = claimed(COURSES), claimed(COURSES, WeightCategory.THREE)
    assert RegisteredPrices(COURSES, [line])(registered(line, "3")) == other.amount != line.amount


@pytest.mark.parametrize("category", ["", "9"])
def test_what_has_no_rate_has_no_price(category: str) -> None:
    (line,) = claimed(COURSES)
    assert RegisteredPrices(COURSES, [line])(registered(line, category)) is None


@pytest.mark.parametrize(("name", "municipality"), [("iv-hovedstaden", "0101"), ("iv-syddanmark", "0461")])
def test_days_and_visits_are_those_of_the_course_claimed(name: str, municipality: str) -> None:
    agreement, place = load(SHIPPED / f"{name}.toml"), Organisation(municipality=municipality)
    stay = (admission("2026-10-01", municipality=place), discharge("2026-10-05", municipality=place))
    visits = [visit(f"2026-10-{day:02} {hour}:00", municipality=place) for day in range(5, 25) for hour in (10, 20)]
    episodes = folded(*stay, treatment("2026-10-05", municipality=place), *visits)
    (claim,) = close_month(OCTOBER, episodes, agreement, (), DIRECTORY)
    assert claim.total > 0
    one = registered(claim.lines[0])
    assert RegisteredPrices(agreement, claim.lines)(one) == claim.total
    assert RegisteredPrices(agreement, [])(one) is None
    assert RegisteredPrices(COURSES, claim.lines)(one) != claim.total  # another agreement's lines say nothing


def test_a_registration_far_from_every_claim_is_priced_alone() -> None:
    (line,) = claimed(COURSES)
    far = replace(registered(line), start=date(2026, 12, 24))
    assert RegisteredPrices(COURSES, [line])(far) == line.amount


def test_whose_business_a_registration_is() -> None:
    (line,) = claimed(COURSES)
    one = registered(line)
    assert is_paid_by(one, COURSES, DIRECTORY)
    assert not is_paid_by(replace(one, municipality="0101"), COURSES, DIRECTORY)
    assert not is_paid_by(replace(one, start=date(2019, 1, 1)), COURSES, DIRECTORY)
    copenhagen = replace(one, municipality="0101")
    assert payer(copenhagen, DIRECTORY, OCTOBER) == "DK-84"
    assert payer(copenhagen, DIRECTORY, Month(2027, 1)) not in ("", "DK-84")
