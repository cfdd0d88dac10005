"""Closing: over any history of late, changed and withdrawn registrations, what is billed net is the truth."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.agreements import SHIPPED, load
from settlement.closing import close_month, outstanding
from settlement.episodes import Episode, fold
from settlement.lines import Claim, Line, LineKind, Withheld
from settlement.periods import Month
from settlement.pricing import price
from settlement.records import Action, IvType, Record, WeightCategory
from tests.settlement.building import (
    AARHUS,
    DIRECTORY,
    NOWHERE,
    RANDERS,
    admission,
    discharge,
    folded,
    treatment,
    visit,
)

AGREEMENT = load(SHIPPED / "iv-midtjylland.toml")
MONTHS = [Month(2026, 10), Month(2026, 11), Month(2026, 12)]
COURSE = [admission("2026-10-01"), discharge("2026-10-05"), treatment("2026-10-05"), visit("2026-10-06")]


def closed(month: Month, records: list[Record], billed: list[Line]) -> list[Line]:
    claims = close_month(month, folded(*records), AGREEMENT, billed, DIRECTORY)
    return [line for claim in claims for line in claim.lines]


def test_a_course_is_billed_once() -> None:
    october = closed(MONTHS[0], COURSE, [])
    assert [(line.kind, line.amount) for line in october] == [(LineKind.CHARGE, 507_000)]
    assert closed(MONTHS[1], COURSE, october) == []


def test_a_changed_category_is_reversed_and_charged_anew() -> None:
    october = closed(MONTHS[0], COURSE, [])
    changed = [*COURSE, treatment("2026-11-03", None, WeightCategory.THREE)]
    november = closed(MONTHS[1], changed, october)
    assert [(line.kind, line.amount) for line in november] == [
        (LineKind.REVERSAL, -507_000),
        (LineKind.CHARGE, 912_600),
    ]
    assert november[0].reverses == october[0].id
    assert closed(MONTHS[2], changed, [*october, *november]) == []


def test_a_vanished_course_is_reversed() -> None:
    october = closed(MONTHS[0], COURSE, [])
    (line,) = closed(MONTHS[1], [], october)
    assert (line.kind, line.amount, line.month) == (LineKind.REVERSAL, -507_000, "2026-11")
    assert "findes ikke længere" in line.explanation["da"]


def test_a_course_that_may_no_longer_be_claimed_is_reversed_and_withheld() -> None:
    october = closed(MONTHS[0], COURSE, [])
    said = COURSE[2]
    gone = replace(said, action=Action.CANCELLED, stated_at=said.stated_at + timedelta(days=30))
    (claim,) = close_month(MONTHS[1], folded(*COURSE, gone), AGREEMENT, october, DIRECTORY)
    assert [line.amount for line in claim.lines] == [-507_000]
    assert [item.reason for item in claim.withheld] == ["iv-type-missing"]
    assert claim.total == -507_000


def test_withheld_is_listed_where_it_is_news() -> None:
    missing = [discharge("2026-10-05"), treatment("2026-10-05", category=None), visit("2026-10-06")]
    episodes = folded(*missing)
    (october,) = close_month(MONTHS[0], episodes, AGREEMENT, [], DIRECTORY)
    assert (october.lines, [item.reason for item in october.withheld]) == ((), ["category-missing"])
    assert close_month(MONTHS[1], episodes, AGREEMENT, [], DIRECTORY) == ()
    assert close_month(MONTHS[0], folded(admission("2026-10-05")), AGREEMENT, [], DIRECTORY) == ()


def test_reclosing_the_same_month_gives_the_same_claims() -> None:
    episodes = folded(*COURSE)
    first = close_month(MONTHS[0], episodes, AGREEMENT, [], DIRECTORY)
    lines = [line for claim in first for line in claim.lines]
    assert close_month(MONTHS[0], episodes, AGREEMENT, lines, DIRECTORY) == first


def test_corrections_go_to_the_region_that_took_over() -> None:
    """From 2027 Region Østdanmark answers for what Region Sjælland was billed (Act 699/2025, section 126)."""
    parties = tuple(replace(party, code="DK-85") if party.role == "payer" else party for party in AGREEMENT.parties)
    zealand = replace(AGREEMENT, parties=parties)
    slagelse = replace(AARHUS, municipality="0330")
    records: list[Record] = [
        discharge("2026-12-05"),
        treatment("2026-12-05", municipality=slagelse),
        visit("2026-12-06", municipality=slagelse),
    ]
    (december,) = close_month(Month(2026, 12), folded(*records), zealand, [], DIRECTORY)
    assert december.region == "DK-85"
    assert close_month(Month(2027, 1), folded(*records), zealand, december.lines, DIRECTORY) == ()
    changed = [*records, treatment("2026-12-09", None, WeightCategory.FOUR, municipality=slagelse)]
    (january,) = close_month(Month(2027, 1), folded(*changed), zealand, december.lines, DIRECTORY)
    assert january.region == "DK-X-OESTDANMARK"
    assert [line.amount for line in january.lines] == [-507_000, 1_521_000]


CITIZENS = st.sampled_from(["c1", "c2", "c3"])
DAYS = st.integers(0, 91).map(lambda day: (MONTHS[0].first_day + timedelta(days=day)).isoformat())
STAYS = st.sampled_from(["s1", "s2"])
PLACES = st.sampled_from([AARHUS, AARHUS, AARHUS, AARHUS, RANDERS, NOWHERE])
ACTIONS = st.sampled_from([Action.NEW, Action.REVISED, Action.NEW, Action.REVISED, Action.REVISED, Action.CANCELLED])
TYPES = st.sampled_from([IvType.ANTIBIOTIC, IvType.FLUID, IvType.CHEMOTHERAPY, None])
CATEGORIES = st.sampled_from(
    [WeightCategory.ONE, WeightCategory.TWO, WeightCategory.FOUR, WeightCategory.CHEMOTHERAPY, None]
)
COMMON = {"action": ACTIONS, "key": st.sampled_from("abc"), "citizen": CITIZENS}
SAID: st.SearchStrategy[Record] = (
    st.builds(discharge, DAYS, STAYS, municipality=PLACES, stated=DAYS, **COMMON)
    | st.builds(
        treatment,
        DAYS,
        TYPES,
        CATEGORIES,
        STAYS,
        municipality=PLACES,
        stated=DAYS,
        **COMMON,
    )
    | st.builds(visit, DAYS, municipality=PLACES, stated=DAYS, **COMMON)
)
USUAL = [
    discharge("2026-10-03", "s1", key="a"),
    treatment("2026-10-03", stay="s1", key="a"),
    visit("2026-10-04", key="z"),
]
HISTORIES = st.lists(st.lists(SAID, max_size=12), min_size=3, max_size=3)


def everything(records: list[Record]) -> list[Episode]:
    citizens = sorted({record.citizen for record in records})
    return [episode for name in citizens for episode in fold((r for r in records if r.citizen == name), DIRECTORY)]


@settings(max_examples=300, deadline=None)
@given(HISTORIES, st.sets(CITIZENS), st.randoms(use_true_random=False))
def test_net_billed_is_the_truth(history: list[list[Record]], treated: set[str], chance: random.Random) -> None:
    known: list[Record] = [replace(record, citizen=name) for name in sorted(treated) for record in USUAL]
    billed: list[Line] = []
    for month, heard in zip(MONTHS, history, strict=True):
        known += heard
        episodes = everything(known)
        claims = close_month(month, episodes, AGREEMENT, billed, DIRECTORY)
        chance.shuffle(episodes)
        chance.shuffle(billed)
        assert close_month(month, episodes, AGREEMENT, billed, DIRECTORY) == claims
        assert by_municipality(month, episodes, billed) == claims
        billed += [line for claim in claims for line in claim.lines]
        priced = [price(episode, AGREEMENT, DIRECTORY, month) for episode in episodes]
        truth = [line for one in priced if not isinstance(one, Withheld) for line in one]
        assert {key: line.amount for key, line in outstanding(billed).items()} == {
            line.key: line.amount for line in truth
        }
        assert sum(line.amount for line in billed) == sum(line.amount for line in truth)
        assert len({line.id for line in billed}) == len(billed)
        assert all(
            line.month == claim.month and line.municipality == claim.municipality
            for claim in claims
            for line in claim.lines
        )


def by_municipality(month: Month, episodes: list[Episode], billed: list[Line]) -> tuple[Claim, ...]:
    codes = sorted({e.municipality for e in episodes} | {line.municipality for line in billed})
    return tuple(
        claim
        for code in codes
        for claim in close_month(
            month,
            [episode for episode in episodes if episode.municipality == code],
            AGREEMENT,
            [line for line in billed if line.municipality == code],
            DIRECTORY,
        )
    )


@pytest.mark.parametrize("month", MONTHS)
def test_ids_are_stable(month: Month) -> None:
    assert close_month(month, folded(*COURSE), AGREEMENT, [], DIRECTORY) == close_month(
        month, folded(*reversed(COURSE)), AGREEMENT, [], DIRECTORY
    )
