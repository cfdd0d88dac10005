"""Pricing: what is paid, exactly, and why the rest is not."""

from datetime import date

import pytest

from settlement.agreements import SHIPPED, load
from settlement.evaluating import recalculated
from settlement.lines import Line, Withheld
from settlement.periods import Month
from settlement.pricing import price
from settlement.records import Action, IvType, Organisation, Record, StayKind, WeightCategory
from tests.settlement.building import DIRECTORY, NOWHERE, admission, discharge, folded, stay_event, treatment, visit

AGREEMENT = load(SHIPPED / "iv-midtjylland.toml")
OCTOBER = Month(2026, 10)
IN, OUT, SEEN = admission("2026-10-01"), discharge("2026-10-05"), visit("2026-10-06 08:00")
ODENSE = Organisation(municipality="0461")


def priced(*records: Record, month: Month = OCTOBER) -> Line | Withheld:
    """The one line of the course, or why there is none."""
    found = price(folded(*records)[0], AGREEMENT, DIRECTORY, month)
    if isinstance(found, Withheld):
        return found
    (line,) = found
    return line


@pytest.mark.parametrize(
    ("iv_type", "category", "amount"),
    [
        (IvType.ANTIBIOTIC, WeightCategory.ONE, 253_500),
        (IvType.FLUID, WeightCategory.TWO, 507_000),
        (IvType.NUTRITION, WeightCategory.THREE, 912_600),
        (IvType.MEDICINE, WeightCategory.FOUR, 1_521_000),
        (IvType.CHEMOTHERAPY, WeightCategory.CHEMOTHERAPY, 659_100),
    ],
)
def test_the_category_sets_the_amount(iv_type: IvType, category: WeightCategory, amount: int) -> None:
    line = priced(IN, OUT, treatment("2026-10-05", iv_type, category), SEEN)
    assert isinstance(line, Line)
    assert (line.amount, line.rate_version, line.clause) == (amount, "2026", "course-tariff")
    assert (line.municipality, line.region, line.month) == ("0751", "DK-82", "2026-10")
    assert line.service_date == date(2026, 10, 5)
    assert recalculated(line, AGREEMENT) == amount


def test_a_line_explains_itself() -> None:
    said = treatment("2026-10-05")
    line = priced(IN, OUT, said, SEEN)
    assert isinstance(line, Line)
    assert line.inputs == (OUT.message, said.message, SEEN.message)
    for text in line.explanation.values():
        assert all(message in text for message in line.inputs)
        assert "2026-01-01 - 2026-12-31" in text
    assert "Forløbstakst efter tyngdekategori: 2: 1 x 5.070,00 kr. = 5.070,00 kr." in line.explanation["da"]
    assert "5.000,00 kr. (2025) + 1,4 % = 5.070,00 kr." in line.explanation["da"]
    assert "Course tariff by weight category: 2: 1 x DKK 5,070.00 = DKK 5,070.00" in line.explanation["en"]
    assert "Region Midtjylland" in line.explanation["en"]


GONE = treatment("2026-10-05", action=Action.CANCELLED, stated="2026-10-06")
CHEMO = WeightCategory.CHEMOTHERAPY


@pytest.mark.parametrize(
    ("reason", "records"),
    [
        ("category-missing", [OUT, treatment("2026-10-05", category=None), SEEN]),
        ("iv-type-missing", [OUT, treatment("2026-10-05", iv_type=None), SEEN]),
        ("iv-type-missing", [OUT, SEEN]),
        (
            "municipality-unknown",
            [discharge("2026-10-05", municipality=NOWHERE), treatment("2026-10-05", municipality=NOWHERE)],
        ),
        (
            "region-not-party",
            [OUT, treatment("2026-10-05", municipality=ODENSE), visit("2026-10-06", municipality=ODENSE)],
        ),
        ("no-visit", [OUT, treatment("2026-10-05")]),
        ("no-visit", [OUT, treatment("2026-10-05"), visit("2026-11-01 08:00")]),
        ("no-visit", [OUT, treatment("2026-10-05"), visit("2026-10-06", iv=False)]),
        ("still-admitted", [IN]),
        ("cancelled", [GONE]),
        ("died-before-discharge", [IN, stay_event(StayKind.DEATH, "2026-10-03")]),
        ("not-begun", [discharge("2026-11-01 08:00"), treatment("2026-11-01 08:00")]),
        ("chemotherapy-mismatch", [OUT, treatment("2026-10-05", IvType.CHEMOTHERAPY), SEEN]),
        ("chemotherapy-mismatch", [OUT, treatment("2026-10-05", IvType.FLUID, CHEMO), SEEN]),
        ("no-rate-in-force", [discharge("2024-05-01"), treatment("2024-05-01"), visit("2024-05-02")]),
    ],
)
def test_what_is_not_paid_says_why(reason: str, records: list[Record]) -> None:
    outcome = priced(*records)
    assert isinstance(outcome, Withheld)
    assert outcome.reason == reason
    assert all(outcome.explanation[language] for language in ("da", "en"))


def test_the_last_day_of_the_month_is_danish() -> None:
    """A course begun at 23:30 on 31 October belongs to October, though it is November in UTC plus two."""
    records = [discharge("2026-10-31 23:30"), treatment("2026-10-31 23:30"), visit("2026-10-31 23:45")]
    line = priced(*records)
    assert isinstance(line, Line)
    assert line.service_date == date(2026, 10, 31)


def test_a_course_of_another_region_is_no_business_of_the_agreement_whatever_else_is_wrong_with_it() -> None:
    hovedstaden = load(SHIPPED / "iv-hovedstaden.toml")
    (episode,) = folded(IN, OUT, GONE)
    found = price(episode, hovedstaden, DIRECTORY, OCTOBER)
    assert isinstance(found, Withheld)
    assert found.reason == "region-not-party"
    here = price(episode, AGREEMENT, DIRECTORY, OCTOBER)
    assert isinstance(here, Withheld)
    assert here.reason != "region-not-party"
