"""Who may decide about which line, and how much of it may be approved: what the ids of lines tell about a decision.

Lines of closed months never change, so this needs no place in the transaction that keeps the message. What has become
of a line meanwhile is looked at there (gateway/store/ledger.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.organisations import Member
from gateway.store.contract import Store
from mappings.reading import Reading
from profiles.issue import Issue, error
from settlement.decisions import Decision
from settlement.lines import Line, LineKind
from settlement.money import kroner
from settlement.organisations import Directory
from settlement.payments import Payment
from settlement.periods import local_day


@dataclass(frozen=True, slots=True)
class Deciding:
    """The rules for decisions, over the lines of a store."""

    store: Store
    directory: Directory
    now: Callable[[], datetime]

    def __call__(self, reading: Reading, peer: Member | None) -> tuple[Issue, ...]:
        """What is wrong with a message's decisions and payments. peer: who sends them; None asks not who it is.

        Raises StoreError when lines or claims cannot be looked up.
        """
        lines = self.store.lines({one.line for one in reading.decisions}) if reading.decisions else {}
        decided = (issue for one in reading.decisions for issue in self._issues(one, lines.get(one.line), peer))
        return (*decided, *(_unknown_claim(one) for one in reading.payments if not self._pays(one, peer)))

    def _pays(self, payment: Payment, peer: Member | None) -> bool:
        claim = self.store.claim(payment.claim)
        if claim is not None:
            return self._may_see(claim.region, peer)
        invoice = self.store.invoice(payment.claim)
        return invoice is not None and self._may_see(invoice.recipient, peer)

    def _issues(self, decision: Decision, line: Line | None, peer: Member | None) -> Iterator[Issue]:
        if line is None or not self._may_see(line.region, peer):
            yield _unknown(decision)
        elif line.kind is LineKind.REVERSAL and decision.approved != line.amount:
            yield _not_whole(line)
        elif not min(line.amount, 0) <= decision.approved <= max(line.amount, 0):
            yield _beyond(line)
        elif decision.approved != line.amount and not decision.reason:
            yield _unexplained(decision)

    def _may_see(self, payer: str, peer: Member | None) -> bool:
        """Who a line, claim or invoice is addressed to answers it, or the region that has taken over its debts."""
        if peer is None:
            return True
        return peer.role == "region" and payer in self.directory.answers_for(peer.region, local_day(self.now()))


def _unknown(decision: Decision) -> Issue:
    """The same words for a line that is another region's: nobody learns which lines others have."""
    advice = (
        f"Line {decision.line[:80]} is no line of a claim to you. Answer lines of claims that were sent to you, by the "
        "identifier they have there."
    )
    return error("line-unknown", "", advice, kind="not-found")


def _unknown_claim(payment: Payment) -> Issue:
    advice = f"Claim {payment.claim[:80]} is no claim to you. Name the claim by the identifier its bundle has."
    return error("claim-unknown", "", advice, kind="not-found")


def _not_whole(line: Line) -> Issue:
    advice = (
        f"Line {line.id} takes back what was approved of line {line.reverses}: it can only be approved whole, with "
        f"{kroner(line.amount, 'en')}. Raise a dispute if it should not have been taken back."
    )
    return error("reversal-not-whole", "", advice, kind="business-rule")


def _beyond(line: Line) -> Issue:
    advice = (
        f"Of line {line.id} from {kroner(0, 'en')} to {kroner(line.amount, 'en')} can be approved; no more, no less."
    )
    return error("approved-beyond-claim", "", advice, kind="business-rule")


def _unexplained(decision: Decision) -> Issue:
    advice = f"Say why not all of line {decision.line} is approved: a reason code on the adjudication."
    return error("reason-missing", "", advice, kind="required")
