"""Months: closing is once and for all, late news are claimed later, and nothing is billed twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.demo.cast import course
from gateway.demo.fhir_messages import care_communication, iv_extension
from gateway.demo.month import course_sendings
from gateway.demo.sending import FHIR_JSON, PROCESS_MESSAGE, Sending, as_json
from gateway.errors import ConflictError
from gateway.store.contract import DocumentSearch
from settlement.lines import LineKind
from settlement.periods import Month
from settlement.records import WeightCategory
from tests.gateway.traffic import interrupted
from tests.gateway.world import send, world

SEPTEMBER, OCTOBER = Month.parse("2026-09"), Month.parse("2026-10")
PRICED, OTHER, WITHOUT_CATEGORY = 0, 3, 4
SENDINGS = [sending for number in (PRICED, OTHER, WITHOUT_CATEGORY) for sending in course_sendings(course(number))]


def changed_category(number: int, category: WeightCategory) -> Sending:
    """The hospital says afterwards that the course was heavier."""
    plan = course(number)
    at = plan.discharged.replace(hour=23)
    said = iv_extension(plan.iv_type, category)
    message = care_communication(plan, at, "Rettelse.", said, category="extended-care-responsibility")
    return Sending("correction", PROCESS_MESSAGE, as_json(message), FHIR_JSON)


def test_a_course_with_category_and_visit_is_one_line(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        (line,) = claim.lines
        assert (line.kind, line.category, line.amount) == (LineKind.CHARGE, "1", 253500)
        assert claim.total == 253500


def test_a_course_without_category_is_withheld_and_says_why(tmp_path: Path) -> None:
    with world(tmp_path, WITHOUT_CATEGORY) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        assert claim.lines == ()
        assert [item.reason for item in claim.withheld] == ["category-missing"]


def test_closing_again_changes_nothing(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        first = list(gateway.months.close(SEPTEMBER))
        bundles = gateway.store.documents(DocumentSearch(kinds=("claim-bundle",)))
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        assert list(gateway.months.close(SEPTEMBER)) == first
        assert gateway.store.documents(DocumentSearch(kinds=("claim-bundle",))) == bundles


def test_a_month_left_open_before_a_closed_one_claims_nothing_and_takes_nothing_back(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        gateway.months.close(OCTOBER)
        assert list(gateway.months.preview(SEPTEMBER)) == []
        with pytest.raises(ConflictError, match="2026-10 is closed"):
            gateway.months.close(SEPTEMBER)


def test_a_change_after_the_close_is_a_reversal_and_a_new_charge_in_the_next_month(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        (after,) = gateway.months.close(OCTOBER)
        assert [(line.kind, line.amount) for line in after.lines] == [
            (LineKind.REVERSAL, -before.total),
            (LineKind.CHARGE, 1521000),
        ]
        assert after.lines[0].reverses == before.lines[0].id
        assert before.total + after.total == 1521000


def test_a_month_without_news_claims_nothing_again(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        gateway.months.close(SEPTEMBER)
        assert list(gateway.months.close(OCTOBER)) == []


def test_a_preview_is_what_closing_gives(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER, WITHOUT_CATEGORY) as gateway:
        assert list(gateway.months.preview(SEPTEMBER)) == list(gateway.months.close(SEPTEMBER))
        assert not gateway.months.is_closed(OCTOBER)


def test_a_month_that_is_not_over_cannot_be_closed(tmp_path: Path) -> None:
    last_instant = datetime(2026, 9, 30, 21, 59, 59, tzinfo=UTC)
    with (
        world(tmp_path / "before", PRICED, now=last_instant) as gateway,
        pytest.raises(ConflictError, match="2026-10-01"),
    ):
        gateway.months.close(SEPTEMBER)
    with world(tmp_path / "after", PRICED, now=last_instant.replace(hour=22, minute=0, second=0)) as gateway:
        assert list(gateway.months.close(SEPTEMBER))


def test_a_month_before_a_closed_one_stays_open_for_good(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        gateway.months.close(OCTOBER)
        with pytest.raises(ConflictError, match="next open month"):
            gateway.months.close(SEPTEMBER)


def test_the_claim_bundle_is_the_same_bytes_in_another_store(tmp_path: Path) -> None:
    bodies = []
    for name, order in (("one", (PRICED, OTHER, WITHOUT_CATEGORY)), ("two", (WITHOUT_CATEGORY, OTHER, PRICED))):
        with world(tmp_path / name, *order) as gateway:
            gateway.months.close(SEPTEMBER)
            documents = gateway.store.documents(DocumentSearch(kinds=("claim-bundle",)))
            bodies.append([document.body for document in documents])
    assert len(bodies[0]) == 2
    assert bodies[0] == bodies[1]


@given(st.permutations(SENDINGS), st.integers(0, len(SENDINGS)))
@settings(max_examples=12, deadline=None)
def test_a_month_is_closed_over_the_messages_that_were_here_and_no_others(ordered: list[Sending], here: int) -> None:
    """Whatever comes while a month is being closed, its claims are those of the messages before, alone."""
    with TemporaryDirectory() as folder:
        with world(Path(folder) / "quiet") as gateway:
            send(gateway, *ordered[:here])
            alone = list(gateway.months.close(SEPTEMBER))
        with world(Path(folder) / "busy") as gateway:
            send(gateway, *ordered[:here])
            assert list(interrupted(gateway, *ordered[here:]).months.close(SEPTEMBER)) == alone
            assert {closed.position for closed in gateway.store.months()} == {here}


def test_what_comes_while_a_month_is_closed_is_claimed_in_the_next(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        late = interrupted(gateway, changed_category(PRICED, WeightCategory.FOUR), *course_sendings(course(OTHER)))
        (september,) = late.months.close(SEPTEMBER)
        october = [line for claim in late.months.close(OCTOBER) for line in claim.lines]
        assert [line.amount for line in september.lines] == [253500]
        assert {line.kind for line in october} == {LineKind.REVERSAL, LineKind.CHARGE}
        assert len({line.episode for line in october}) == 2


def test_a_preview_can_be_of_one_municipality_alone(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER, WITHOUT_CATEGORY) as gateway:
        for _ in range(2):
            every = list(gateway.months.preview(SEPTEMBER))
            assert [claim.municipality for claim in every] == sorted({claim.municipality for claim in every})
            for claim in every:
                assert list(gateway.months.preview(SEPTEMBER, claim.municipality)) == [claim]
            assert list(gateway.months.preview(SEPTEMBER, "0101")) == []
            gateway.months.close(SEPTEMBER)


def test_a_month_can_be_closed_under_one_agreement_alone(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        one = gateway.months.agreements[-1].id
        gateway.months.close(SEPTEMBER, one)
        assert [closed.agreement for closed in gateway.store.months()] == [one]
        assert gateway.months.is_closed(SEPTEMBER) is (len(gateway.months.agreements) == 1)
