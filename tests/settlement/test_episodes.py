"""Episodes: the same from the same facts, in whatever order and however often they arrive."""

import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.episodes import EpisodeStatus, fold
from settlement.records import Action, ContactWith, IvType, Organisation, Record, StayKind, WeightCategory
from tests.settlement.building import (
    AARHUS,
    DIRECTORY,
    HOSPITAL,
    NOWHERE,
    OTHER_HOSPITAL,
    RANDERS,
    admission,
    answers,
    contact,
    discharge,
    folded,
    one,
    stay_event,
    treatment,
    visit,
    when,
)

DISCHARGED = (admission("2026-10-01"), discharge("2026-10-05"), treatment("2026-10-05"))


def test_a_discharge_with_type_and_category_makes_an_active_episode() -> None:
    episode = one([*DISCHARGED, visit("2026-10-06 08:00"), visit("2026-10-07 08:00", 45)])
    assert episode.status is EpisodeStatus.ACTIVE
    assert (episode.iv_type, episode.category) == (IvType.ANTIBIOTIC, WeightCategory.TWO)
    assert (episode.admitted_at, episode.started_at) == (when("2026-10-01"), when("2026-10-05"))
    assert (episode.municipality, episode.municipality_name) == ("0751", "Aarhus")
    assert (episode.minutes, len(episode.encounters), episode.missing) == (75, 2, ())
    assert episode.hospital == HOSPITAL


def test_an_admission_alone_is_planned_and_a_discharge_alone_lacks_everything() -> None:
    assert one([admission("2026-10-01")]).status is EpisodeStatus.PLANNED
    alone = one([discharge("2026-10-05", municipality=NOWHERE)])
    assert alone.status is EpisodeStatus.ACTIVE
    assert alone.missing == ("iv-type", "category", "municipality")


def test_discharge_known_before_the_inpatient_admission_ends_discharged() -> None:
    """Test protocol STAA -> SLHJ -> STIN (danish-standards 1.6): event time decides, not arrival."""
    emergency = admission("2026-10-01 08:00", key="STAA")
    inpatient = admission("2026-10-01 12:00", key="STIN")
    out = discharge("2026-10-05")
    assert one([emergency, out, inpatient]) == one([emergency, inpatient, out])
    assert one([emergency, out, inpatient]).status is EpisodeStatus.ACTIVE


def test_latest_statement_counts_and_cancellation_removes() -> None:
    wrong = discharge("2026-10-05")
    cancelled = replace(wrong, action=Action.CANCELLED, stated_at=wrong.stated_at + timedelta(hours=1), message="m2")
    again = replace(wrong, at=when("2026-10-08"), stated_at=when("2026-10-08"), message="m3")
    assert one([admission("2026-10-01"), wrong, cancelled]).status is EpisodeStatus.PLANNED
    assert one([cancelled, again, admission("2026-10-01"), wrong]).started_at == when("2026-10-08")


def test_a_stay_of_which_everything_is_withdrawn_is_cancelled() -> None:
    start = admission("2026-10-01")
    gone = replace(start, action=Action.CANCELLED, stated_at=start.stated_at + timedelta(hours=1))
    assert one([start, gone]).status is EpisodeStatus.CANCELLED
    assert one([gone]).id == one([start]).id


def test_category_change_is_kept_with_its_time() -> None:
    change = treatment("2026-10-09", None, WeightCategory.THREE)
    episode = one([*DISCHARGED, change])
    assert [(a.since, a.iv_type, a.category) for a in episode.assigned] == [
        (when("2026-10-05"), IvType.ANTIBIOTIC, WeightCategory.TWO),
        (when("2026-10-09"), IvType.ANTIBIOTIC, WeightCategory.THREE),
    ]


def test_a_new_admission_ends_the_course_and_begins_another() -> None:
    first, second = folded(*DISCHARGED, admission("2026-10-12", "stay2"), visit("2026-10-13 08:00"))
    assert first.status is EpisodeStatus.FINISHED
    assert first.readmitted_at == first.ended_at == when("2026-10-12")
    assert second.status is EpisodeStatus.PLANNED
    assert first.encounters == second.encounters == ()


def test_a_planned_end_has_passed_when_something_is_heard_after_it() -> None:
    planned = [admission("2026-10-01"), discharge("2026-10-05"), treatment("2026-10-05", ends="2026-10-12")]
    assert one(planned).status is EpisodeStatus.ACTIVE
    heard = one([*planned, visit("2026-10-12 20:00"), visit("2026-10-20 08:00")])
    assert (heard.status, heard.ended_at) == (EpisodeStatus.FINISHED, when("2026-10-12"))
    assert [v.at for v in heard.encounters] == [when("2026-10-12 20:00")]


def test_leave_is_no_discharge_and_death_ends() -> None:
    leave = stay_event(StayKind.LEAVE, "2026-10-02")
    back = stay_event(StayKind.RETURN, "2026-10-04")
    assert one([admission("2026-10-01"), leave]).status is EpisodeStatus.PLANNED
    assert one([*DISCHARGED, leave, back]).started_at == when("2026-10-05")
    dead = one([*DISCHARGED, stay_event(StayKind.DEATH, "2026-10-09", ""), visit("2026-10-10 08:00")])
    assert (dead.status, dead.ended_at, dead.died_at) == (EpisodeStatus.FINISHED, dead.died_at, when("2026-10-09"))
    assert dead.encounters == ()


def test_death_in_hospital_starts_no_course() -> None:
    died = stay_event(StayKind.DEATH, "2026-10-05")
    episode = one([admission("2026-10-01"), discharge("2026-10-05"), died])
    assert (episode.status, episode.started_at, episode.died_at) == (
        EpisodeStatus.FINISHED,
        None,
        when("2026-10-05"),
    )


def test_a_course_begun_after_a_reported_death_is_kept() -> None:
    died = stay_event(StayKind.DEATH, "2026-10-09", "")
    first, second = folded(*DISCHARGED, died, admission("2026-10-20", "stay2"))
    assert (first.died_at, second.died_at) == (when("2026-10-09"), None)
    assert (first.status, second.status) == (EpisodeStatus.FINISHED, EpisodeStatus.PLANNED)


def test_admitted_again_under_the_same_stay_is_on_hold() -> None:
    episode = one([*DISCHARGED, admission("2026-10-06", key="again")])
    assert (episode.status, episode.started_at) == (EpisodeStatus.ONHOLD, when("2026-10-05"))


def test_treatment_stated_with_the_admission_is_still_to_come() -> None:
    stated = treatment("2026-10-01")
    early = one([admission("2026-10-01"), stated])
    assert (early.status, early.started_at, early.category) == (EpisodeStatus.PLANNED, None, WeightCategory.TWO)
    assert one([admission("2026-10-01"), stated, discharge("2026-10-05")]).started_at == when("2026-10-05")
    referred = one([admission("2026-10-01"), treatment("2026-10-04")])
    assert (referred.status, referred.started_at) == (EpisodeStatus.ACTIVE, when("2026-10-04"))


def test_a_discharge_the_citizen_came_back_from_starts_nothing_unless_treatment_was_stated() -> None:
    """From the emergency department home and back within the stay: the course starts at the real discharge."""
    stay = [
        admission("2026-10-01 08:00", key="a1"),
        discharge("2026-10-01 12:00", key="d1"),
        admission("2026-10-01 15:00", key="a2"),
    ]
    assert one(stay).status is EpisodeStatus.PLANNED
    home = [*stay, discharge("2026-10-05", key="d2")]
    assert one([*home, treatment("2026-10-05")]).started_at == when("2026-10-05")
    assert one([*home, treatment("2026-10-01 12:00")]).started_at == when("2026-10-01 12:00")
    assert one([*stay, treatment("2026-10-01 12:00")]).status is EpisodeStatus.ONHOLD
    assert one([*home, treatment("2026-10-01 12:00")]).status is EpisodeStatus.ACTIVE


def test_records_without_stay_find_the_stay_they_fit() -> None:
    ward = Organisation(gln="5790000000012")
    letter = treatment("2026-10-05 15:00", stay="", hospital=OTHER_HOSPITAL)  # another unit, on the day of discharge
    follow = treatment("2026-10-15", None, WeightCategory.FOUR, "", hospital=ward)  # cannot be compared, in 14 days
    episode = one([admission("2026-10-01"), discharge("2026-10-05"), letter, follow])
    assert (episode.stay, episode.category, len(episode.assigned)) == ("stay1", WeightCategory.FOUR, 2)


def test_records_without_stay_that_fit_none_are_a_course_of_their_own() -> None:
    elsewhere = treatment("2026-10-08", stay="", hospital=OTHER_HOSPITAL)
    late = treatment("2026-11-20", stay="")
    assert [e.stay for e in folded(*DISCHARGED, elsewhere, late)] == ["stay1", "", ""]


def test_letters_without_any_stay_make_one_course() -> None:
    loose = [admission("2026-10-01", ""), discharge("2026-10-05", ""), treatment("2026-10-05 13:00", stay="")]
    assert one(loose).status is EpisodeStatus.ACTIVE
    assert len(folded(*loose, admission("2026-10-20", ""))) == 2


def test_treatment_moved_to_another_municipality_is_a_course_in_each() -> None:
    moved = treatment("2026-10-10", municipality=RANDERS)
    first, second = folded(
        *DISCHARGED, moved, visit("2026-10-11 08:00", municipality=RANDERS), visit("2026-10-06 08:00")
    )
    assert (first.municipality, first.ended_at) == ("0751", when("2026-10-10"))
    assert (second.municipality, second.started_at) == ("0730", when("2026-10-10"))
    assert (len(first.encounters), len(second.encounters)) == (1, 1)


def test_visits_find_the_running_episode_of_their_municipality() -> None:
    other = [
        discharge("2026-10-06", "stay2", municipality=RANDERS),
        treatment("2026-10-06", stay="stay2", municipality=RANDERS),
    ]
    episodes = folded(*DISCHARGED, *other, visit("2026-10-07 08:00"), visit("2026-10-08 08:00", municipality=NOWHERE))
    assert [[v.at.day for v in e.encounters] for e in episodes] == [[7], [8]]


def test_visit_on_the_day_of_discharge_before_the_hour_belongs_and_earlier_ones_wait() -> None:
    episode = one([*DISCHARGED, visit("2026-10-05 09:00"), visit("2026-10-04 09:00")])
    assert [v.at.day for v in episode.encounters] == [5]


def test_visits_that_are_no_iv_treatment_are_no_iv_time() -> None:
    episode = one([*DISCHARGED, visit("2026-10-06 08:00", iv=False), visit("2026-10-06 12:00", iv=None)])
    assert (len(episode.encounters), episode.minutes) == (1, 30)
    assert len(episode.records) == 5


def test_an_end_before_the_start_is_no_time() -> None:
    assert one([*DISCHARGED, visit("2026-10-06 08:00", -30)]).minutes == 0


def test_minutes_of_the_night_the_clock_goes_back() -> None:
    """25 October 2026 has 25 hours: 02:30 to 02:30 an hour later is 60 minutes."""
    night = visit("2026-10-25 01:30", 120)
    assert night.end is not None
    assert night.end.isoformat() == "2026-10-25T03:30:00+02:00"
    assert one([*DISCHARGED, night]).minutes == 120


def test_contacts_and_answers_go_by_name_or_time() -> None:
    episode = one([*DISCHARGED, contact("2026-10-06", ContactWith.ON_CALL_DOCTOR), contact("2026-11-06", stay="stay1")])
    assert len(episode.contacts) == 2
    later = (admission("2026-12-01", "stay2"), discharge("2026-12-02", "stay2"))
    named = answers("2026-12-05", episode=f"EpisodeOfCare/{episode.id}")
    by_stay = answers("2026-12-06", episode="urn:uuid:STAY-1")
    by_time = answers("2026-12-07")
    first, second = folded(*DISCHARGED, *later, named, by_stay, by_time)
    assert (len(first.answers), len(second.answers)) == (2, 1)


def test_ids_are_stable_and_hold_no_personal_data() -> None:
    episode = one(DISCHARGED)
    assert episode.id == one([*DISCHARGED, visit("2026-10-06 08:00")]).id
    other = [replace(record, citizen="citizen-2") for record in DISCHARGED]
    assert episode.id != one(other).id


def test_nothing_makes_nothing() -> None:
    assert folded() == ()
    assert folded(visit("2026-10-06 08:00")) == ()


DAYS = st.integers(1, 28).map(lambda day: f"2026-10-{day:02} {day % 24:02}:{day % 3 * 15:02}")
STAYS = st.sampled_from(["stay1", "stay2", ""])
PLACES = st.sampled_from([AARHUS, RANDERS, NOWHERE])
UNITS = st.sampled_from([HOSPITAL, OTHER_HOSPITAL, NOWHERE])
COMMON = {"action": st.sampled_from(Action), "stated": DAYS, "key": st.sampled_from("abcdefgh"), "municipality": PLACES}
EVENTS = st.builds(stay_event, st.sampled_from(StayKind), DAYS, STAYS, hospital=UNITS, **COMMON)
TREATMENTS = st.builds(
    treatment,
    DAYS,
    st.none() | st.sampled_from(IvType),
    st.none() | st.sampled_from(WeightCategory),
    STAYS,
    hospital=UNITS,
    ends=DAYS | st.just(""),
    **COMMON,
)
VISITS = st.builds(visit, DAYS, st.integers(-5, 90), iv=st.sampled_from([True, False, None]), **COMMON)
RECORDS: st.SearchStrategy[Record] = EVENTS | TREATMENTS | VISITS | st.builds(contact, DAYS) | st.builds(answers, DAYS)


@settings(max_examples=300, deadline=None)
@given(st.lists(RECORDS, max_size=25), st.randoms(use_true_random=False), st.integers(0, 25))
def test_order_and_repeats_change_nothing(records: list[Record], chance: random.Random, repeats: int) -> None:
    shuffled = [*records, *records[:repeats]]
    chance.shuffle(shuffled)
    episodes = fold(records, DIRECTORY)
    assert fold(shuffled, DIRECTORY) == episodes
    assert repr(fold(shuffled, DIRECTORY)) == repr(episodes)


@settings(max_examples=300, deadline=None)
@given(st.lists(RECORDS, max_size=25))
def test_episodes_are_whole(records: list[Record]) -> None:
    episodes = fold(records, DIRECTORY)
    assert len({episode.id for episode in episodes}) == len(episodes)
    visits = [v.key for episode in episodes for v in episode.encounters]
    assert len(visits) == len(set(visits))
    for episode in episodes:
        assert (episode.status is EpisodeStatus.FINISHED) == (episode.ended_at is not None) or (
            episode.status is EpisodeStatus.CANCELLED
        )
        assert episode.minutes >= 0
        if episode.started_at and episode.ended_at:
            assert episode.started_at <= episode.ended_at


def test_a_treatment_that_came_back_after_a_move_is_not_ended_by_the_move() -> None:
    elsewhere = Organisation(municipality="0730")
    records: list[Record] = [
        treatment("2026-10-01 08:00", stay="stay1", key="first"),
        replace(treatment("2026-10-02 08:00", stay="stay1", key="second"), municipality=elsewhere),
        stay_event(StayKind.LEAVE, "2026-10-03 08:00", "stay1"),
        treatment("2026-10-04 08:00", stay="stay1", key="third"),
    ]
    for episode in fold(records, DIRECTORY):
        assert not (episode.started_at and episode.ended_at) or episode.started_at < episode.ended_at


@pytest.mark.parametrize("stay", ["stay1", ""])
def test_two_thousand_records_take_little_time(stay: str) -> None:
    records: list[Record] = [admission("2025-01-01", stay), discharge("2025-01-05", stay)]
    start = when("2025-01-06 00:00")
    first = visit("2025-01-06 00:00")
    for place in range(1000):
        at = start + timedelta(hours=3 * place)
        records.append(replace(first, key=f"v{place}", at=at, end=at + timedelta(minutes=20), stated_at=at))
        said = treatment("2025-01-05 12:00", stay=stay, hospital=(HOSPITAL, OTHER_HOSPITAL)[place % 2], key=f"t{place}")
        records.append(replace(said, at=at))
    began = time.process_time()
    fold(records, DIRECTORY)
    assert time.process_time() - began < 1  # 50 ms on a quiet machine; this only catches quadratic work
