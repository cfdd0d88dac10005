"""Who may decide about a line, and what: the region it is claimed from, and no more than was claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.demo.sending import FHIR_JSON, Sending
from gateway.intake import Taken
from gateway.organisations import Member
from mappings.canonical_json import canonical_json
from mappings.payments import payment_reconciliation
from mappings.reading import Outcome
from settlement.lines import Claim, Line
from settlement.payments import Payment
from settlement.periods import Month
from settlement.records import WeightCategory
from tests.gateway.deciding_region import decide, decision_of
from tests.gateway.test_months import PRICED, changed_category
from tests.gateway.world import NOVEMBER, deciding, send, world

SEPTEMBER, OCTOBER = Month.parse("2026-09"), Month.parse("2026-10")
MIDTJYLLAND = Member("Region Midtjylland", "region", region="DK-82")
NEW_YEAR = datetime(2027, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with world(tmp_path, PRICED) as gateway:
        gateway.months.close(SEPTEMBER)
        yield gateway


def line_of(gateway: Gateway, month: Month = SEPTEMBER) -> Line:
    (claim,) = gateway.store.claims(str(month))
    return claim.lines[0]


def codes(taken: Taken) -> list[str]:
    return [issue.code for issue in taken.verdict.issues]


@pytest.mark.parametrize("peer", [None, MIDTJYLLAND])
def test_the_region_asked_decides(gateway: Gateway, peer: Member | None) -> None:
    line = line_of(gateway)
    taken = decide(gateway, decision_of(gateway, line, 100), peer)
    assert (taken.outcome, taken.format, codes(taken)) == (Outcome.ACCEPTED, "claim-response", [])
    (found,) = gateway.store.decisions_of_line(line.id)
    assert (found.approved, found.message) == (100, taken.message_id)


@pytest.mark.parametrize(
    "peer",
    [
        Member("Region Nordjylland", "region", region="DK-81"),
        Member("A region of nowhere", "region"),
        Member("Kommune", "municipality", municipality="0751"),
        Member("Hospital", "hospital", region="DK-82"),
    ],
)
def test_nobody_else_does_or_learns_that_there_is_such_a_line(gateway: Gateway, peer: Member) -> None:
    line = line_of(gateway)
    known = decide(gateway, decision_of(gateway, line), peer)
    unknown = decide(gateway, decision_of(gateway, replace(line, id="no such line")), peer)
    assert known.outcome is unknown.outcome is Outcome.REFUSED
    assert codes(known) == codes(unknown) == ["line-unknown"]
    assert known.verdict.issues[0].text.replace(line.id, "no such line") == unknown.verdict.issues[0].text
    assert gateway.store.decisions_of_line(line.id) == []


def test_who_has_taken_over_a_regions_debts_decides(gateway: Gateway) -> None:
    old = replace(line_of(gateway), region="DK-84")
    rules, after = deciding(gateway), replace(deciding(gateway), now=lambda: NEW_YEAR)
    east = Member("Region Østdanmark", "region", region=rules.directory.successor("DK-84", NEW_YEAR.date()))
    assert east.region != old.region
    assert not rules._may_see(old.region, east)
    assert after._may_see(old.region, east)


@pytest.mark.parametrize(("approved", "code"), [(-1, "approved-beyond-claim"), (253501, "approved-beyond-claim")])
def test_no_more_than_was_claimed_is_approved(gateway: Gateway, approved: int, code: str) -> None:
    assert codes(decide(gateway, decision_of(gateway, line_of(gateway), approved))) == [code]


def test_what_is_not_approved_has_a_reason(gateway: Gateway) -> None:
    assert codes(decide(gateway, decision_of(gateway, line_of(gateway), 0, reason=""))) == ["reason-missing"]


def test_a_reversal_is_approved_whole(gateway: Gateway) -> None:
    send(gateway, changed_category(PRICED, WeightCategory.FOUR))
    gateway.months.close(OCTOBER)
    taken_back = line_of(gateway, OCTOBER)
    assert codes(decide(gateway, decision_of(gateway, taken_back, 0))) == ["reversal-not-whole"]
    assert codes(decide(gateway, decision_of(gateway, taken_back))) == []


def test_the_same_answer_again_is_a_duplicate_also_when_it_was_refused(gateway: Gateway) -> None:
    for sending in (decision_of(gateway, line_of(gateway)), decision_of(gateway, line_of(gateway), -1)):
        first, again = decide(gateway, sending), decide(gateway, sending)
        assert (again.outcome, again.verdict) == (Outcome.DUPLICATE, first.verdict)
    assert len(gateway.store.decisions_of_line(line_of(gateway).id)) == 1


def payment_of(claim: Claim, amount: int) -> Sending:
    payment = Payment(claim.id, "4711", date(2026, 11, 30), amount)
    body = canonical_json(payment_reconciliation(claim, (), payment, NOVEMBER))
    return Sending("payment", "/fhir/PaymentReconciliation", body, FHIR_JSON)


def test_the_region_asked_says_what_it_paid_and_nobody_else(gateway: Gateway) -> None:
    (claim,) = gateway.store.claims("2026-09")
    other = Member("Region Nordjylland", "region", region="DK-81")
    assert codes(decide(gateway, payment_of(claim, claim.total), other)) == ["claim-unknown"]
    assert gateway.store.payments_of_month("2026-09") == []
    assert codes(decide(gateway, payment_of(claim, claim.total - 100), MIDTJYLLAND)) == []
    first, later = decide(gateway, payment_of(claim, claim.total)), gateway.store.payments_of_month("2026-09")
    assert [payment.amount for payment in later] == [claim.total - 100, claim.total]
    assert later[-1].message == first.message_id
    assert gateway.store.payments_of_month("2026-10") == []
    unknown = payment_of(replace(claim, id="no such claim"), 1)
    assert codes(decide(gateway, unknown, MIDTJYLLAND)) == ["claim-unknown"]
