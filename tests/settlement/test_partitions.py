"""Partitions: what is left out of a month comes to nothing in it, whatever the course."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, Agreement, load_all
from settlement.clauses.conditions import Eligibility
from settlement.closing import close_month
from settlement.episodes import Episode, fold
from settlement.partitions import may_concern
from settlement.periods import Month
from settlement.records import IvType, Organisation, StayKind, WeightCategory
from tests.settlement.building import DIRECTORY, stay_event, treatment, visit

AGREEMENTS = tuple(one for one in load_all(SHIPPED) if one.subject == "course")
IV = tuple(one for one in AGREEMENTS if one.id.startswith("iv-"))
CODES = sorted(DIRECTORY.municipalities)


def episodes(code: str, day: date, iv_type: IvType | None, category: WeightCategory | None) -> list[Episode]:
    at, place = f"{day} 10:00", Organisation(municipality=code)
    records = [
        stay_event(StayKind.DISCHARGE, at, "stay1", municipality=place),
        treatment(at, iv_type, category, "stay1", municipality=place),
        visit(f"{day} 14:00", 30, place),
    ]
    return list(fold(records, DIRECTORY))


@given(
    st.sampled_from(IV),
    st.sampled_from(CODES),
    st.dates(date(2018, 1, 1), date(2028, 12, 31)),
    st.sampled_from([None, *IvType]),
    st.sampled_from([None, *WeightCategory]),
    st.integers(0, 2),
)
def test_an_agreement_that_does_not_concern_a_municipality_claims_and_withholds_nothing(
    agreement: Agreement,
    code: str,
    day: date,
    iv_type: IvType | None,
    category: WeightCategory | None,
    later: int,
) -> None:
    month = Month(day.year, day.month)
    for _ in range(later):
        month = month.next()
    if not may_concern(agreement, code, DIRECTORY):
        assert close_month(month, episodes(code, day, iv_type, category), agreement, (), DIRECTORY) == ()


def test_an_agreement_concerns_its_payers_municipalities_and_unknown_ones() -> None:
    by_id = {one.id: one for one in AGREEMENTS}
    midt = [code for code in CODES if may_concern(by_id["iv-midtjylland"], code, DIRECTORY)]
    assert {DIRECTORY.region_of(code, date(2026, 10, 1)) for code in midt} == {"DK-82"}
    assert len(midt) == 19
    assert may_concern(by_id["iv-midtjylland"], "", DIRECTORY)
    assert may_concern(by_id["iv-midtjylland"], "0999", DIRECTORY)
    assert may_concern(by_id["iv-cooperation-oestdanmark-2027"], "0101", DIRECTORY)
    assert may_concern(by_id["iv-hovedstaden"], "0101", DIRECTORY)


@pytest.mark.parametrize("agreement", IV, ids=[one.id for one in IV])
def test_one_that_does_not_ask_who_pays_concerns_everybody(agreement: Agreement) -> None:
    clauses = tuple(clause for clause in agreement.clauses if not isinstance(clause.rule, Eligibility))
    assert all(may_concern(replace(agreement, clauses=clauses), code, DIRECTORY) for code in CODES)
    late = tuple(replace(clause, valid_from=date(2090, 1, 1)) for clause in agreement.clauses)
    assert all(may_concern(replace(agreement, clauses=late), code, DIRECTORY) for code in CODES)
