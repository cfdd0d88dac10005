"""The life of a claim: its state follows from decisions, disputes and payments alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.decisions import Decision, Verdict
from settlement.life import Life, State, draft, least, life_of, verdicts
from settlement.lines import Claim, LineKind
from settlement.payments import Payment
from tests.settlement.building import when
from tests.settlement.test_decisions import LINE

ONE, TWO = replace(LINE, id="l1", amount=1000), replace(LINE, id="l2", amount=500)
BACK = replace(LINE, id="l3", kind=LineKind.REVERSAL, amount=-300)
CLAIM = Claim("claim", "iv", "2026-09", "0751", "DK-82", (ONE, TWO, BACK), ())
WHOLE = tuple(Decision(each.id, each.amount, "", "", when("2026-11-10"), "m") for each in CLAIM.lines)


def payment(amount: int, reference: str = "1") -> Payment:
    return Payment("claim", reference, date(2026, 11, 30), amount)


def life(
    decisions: tuple[Decision, ...] = (),
    disputed: tuple[str, ...] = (),
    payments: tuple[Payment, ...] = (),
    *,
    silence: bool = False,
) -> Life:
    return life_of(CLAIM, decisions, disputed, payments, silence_approves=silence)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (draft(CLAIM), State.DRAFT),
        (life(), State.SUBMITTED),
        (life(WHOLE[:2]), State.SUBMITTED),
        (life(WHOLE, ("l1",)), State.ANSWERED),
        (life(WHOLE), State.CLOSED),
        (life(WHOLE, ("another",)), State.CLOSED),
        (life(WHOLE, (), (payment(1199),)), State.CLOSED),
        (life(WHOLE, (), (payment(1200),)), State.PAID),
        (life(WHOLE, (), (payment(700), payment(500, "2"))), State.PAID),
        (life(WHOLE, ("l1",), (payment(1200),)), State.ANSWERED),
        (life((), (), (payment(0),)), State.SUBMITTED),
        (life((), (), (payment(1200),), silence=True), State.PAID),
        (life((), (), (payment(1100),), silence=True), State.SUBMITTED),
    ],
)
def test_how_far_a_claim_has_come(found: Life, state: State) -> None:
    assert found.state is state


def test_the_latest_decision_counts_and_says_what_is_owed() -> None:
    rejected = Decision("l1", 0, "not-registered", "", when("2026-11-12"), "m2")
    found = life((*WHOLE, rejected), (), (payment(250),))
    assert (found.approved, found.owed, found.undecided, found.difference) == (200, 200, 0, 50)
    assert verdicts(CLAIM, found) == {"l1": Verdict.REJECTED, "l2": Verdict.APPROVED, "l3": Verdict.APPROVED}


def test_lines_nobody_decided_are_owed_where_silence_approves() -> None:
    assert [life(WHOLE[:1], silence=silence).owed for silence in (False, True)] == [1000, 1200]


def test_all_claims_of_a_month_have_come_as_far_as_the_last_of_them() -> None:
    assert least([State.PAID, State.ANSWERED, State.CLOSED]) is State.ANSWERED
    assert least([]) is State.PAID


@given(st.lists(st.sampled_from(WHOLE), max_size=3, unique=True), st.integers(-500, 2000), st.booleans())
def test_a_claim_is_paid_only_by_what_is_owed(decided: list[Decision], amount: int, silence: bool) -> None:
    found = life(tuple(decided), (), (payment(amount),), silence=silence)
    settled = silence or len(decided) == 3
    assert (found.state is State.PAID) == (settled and amount == found.owed == 1200)
