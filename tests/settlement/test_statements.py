"""Statements: of everything said about one thing, what counts."""

from dataclasses import replace

from settlement.records import Action, StayKind
from settlement.statements import current, event_order
from tests.settlement.building import admission, discharge, stay_event, visit, when

FIRST = admission("2026-10-01")


def test_the_latest_statement_counts() -> None:
    later = replace(FIRST, at=when("2026-10-02"), stated_at=when("2026-10-03"), message="a")
    assert current([FIRST, later]) == current([later, FIRST]) == [later]


def test_at_the_same_time_a_withdrawal_counts_before_a_correction_before_a_first_statement() -> None:
    revised, cancelled = (replace(FIRST, action=action, message="a") for action in (Action.REVISED, Action.CANCELLED))
    assert current([FIRST, revised, cancelled]) == [cancelled]
    assert current([revised, FIRST]) == [revised]


def test_at_the_same_time_the_higher_message_id_counts() -> None:
    one, two = replace(FIRST, message="a"), replace(FIRST, message="b")
    assert current([two, one]) == current([one, two]) == [two]


def test_the_same_key_in_another_class_is_another_thing() -> None:
    assert len(current([FIRST, replace(visit("2026-10-01"), key=FIRST.key)])) == 2


def test_events_of_one_moment_go_in_the_order_they_make_sense() -> None:
    at = "2026-10-01"
    kinds = [StayKind.ADMISSION, StayKind.LEAVE, StayKind.RETURN, StayKind.DISCHARGE, StayKind.DEATH]
    events = [*(stay_event(kind, at) for kind in kinds), visit(at)]
    mixed = [*events[3:], *events[:3]]
    assert sorted(mixed, key=event_order) == events
    assert min([discharge("2026-10-02"), admission("2026-10-03")], key=event_order).at == when("2026-10-02")
