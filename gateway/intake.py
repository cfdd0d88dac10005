"""Intake: the way of one message from bytes to receipt, whichever door it came through.

bytes -> read -> judge -> place -> receipt -> one durable commit -> answer. Everything before the commit is a
function of the bytes; what depends on what has come before (duplicates, reused ids) the store decides inside the
transaction that keeps the message.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from gateway.ids import new_id
from gateway.organisations import Member
from gateway.store.contract import Answer, Arrival, Store
from mappings.formats import FALLBACKS, read, sniff
from mappings.reading import NOWHERE, Family, Format, Outcome, Reading, Receipt, Stamp, Verdict
from profiles.digest import sha256_hex
from profiles.issue import Issue, error, fatal, refuses

log = structlog.get_logger()
MESSAGE_NAMESPACE = uuid.UUID("5b0b9f0c-5d0e-5c39-9f5e-0d6c2a1f6a11")
WRONG_SENDER = "sender-not-authorised"
REUSED_IDS = frozenset(("letter-id-reused", "envelope-id-reused"))
"""Findings that raise an alarm: one id names two letters, so one of them may be missing somewhere."""

PARKED = Verdict(
    Outcome.PARKED,
    (
        fatal(
            "reading-failed",
            "",
            "The message is kept, but the gateway failed to read it; a person has been told. Do not send it again.",
            kind="exception",
        ),
    ),
)
"""The verdict for a message that is kept but could not be read for a reason of ours."""


Review = Callable[[Reading, Member | None], tuple[Issue, ...]]
"""What is found about a reading beyond its own bytes: whether its decisions are about lines their sender may answer."""


class Reader(Protocol):
    """Bytes to format and reading; `mappings.formats.read` in the program."""

    def __call__(self, body: bytes, family: Family | None, media_type: str) -> tuple[Format, Reading]: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message: the id of its row, its state, the verdict and the receipt (None for receipts).

    format: name of the format it was read as.
    """

    message_id: str
    outcome: Outcome
    verdict: Verdict
    receipt: Receipt | None
    format: str = ""

    @property
    def reuses_id(self) -> bool:
        """Whether it was refused because its letter or envelope id belongs to another letter."""
        return any(issue.code in REUSED_IDS for issue in self.verdict.issues)


class Intake:
    """Takes messages in. Holds no state of its own."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        pseudonym_key: bytes,
        review: Review,
        reader: Reader = read,
    ) -> None:
        self._store = store
        self._review = review
        self._now = now
        self.pseudonym_key = pseudonym_key
        self._read = reader

    def citizen_key(self, identifier: str) -> str:
        """The opaque key of a citizen: HMAC-SHA-256 of the identifier under the installation's key, 32 hex digits."""
        return hmac.new(self.pseudonym_key, identifier.encode(), hashlib.sha256).hexdigest()[:32]

    async def take(
        self, body: bytes, *, channel: str, family: Family | None, media_type: str, peer: Member | None
    ) -> Taken:
        """Take one message in, durably; returns when its receipt may be sent.

        channel: "http", "mllp" or "file". peer: the authenticated organisation, None in open mode. Bad data is a
        verdict, not an exception. Raises StoreError when nothing could be stored.
        """
        form, arrival = self.examine(body, channel=channel, family=family, media_type=media_type, peer=peer)
        kept = await self._store.keep(arrival, self.answering(form, arrival.reading))
        log.info("message", id=kept.id, format=arrival.reading.format, outcome=kept.outcome.value, channel=channel)
        taken = Taken(kept.id, kept.outcome, kept.verdict, kept.receipt, arrival.reading.format)
        if taken.reuses_id:
            log.warning("id-reused", id=kept.id, format=taken.format, channel=channel, caller=arrival.peer)
        return taken

    def examine(
        self, body: bytes, *, channel: str, family: Family | None, media_type: str, peer: Member | None
    ) -> tuple[Format, Arrival]:
        """Read and judge one message without storing anything; parked messages are read again by it."""
        form, reading, verdict = self._judge(body, family, media_type, peer)
        trusted = not any(issue.code == WRONG_SENDER for issue in verdict.issues)
        letter_key = _scoped("letter", reading, reading.letter_id) if trusted else ""
        message_id = str(uuid.uuid5(MESSAGE_NAMESPACE, letter_key) if letter_key else new_id())
        citizen_key = self.citizen_key(reading.citizen.identifier) if reading.citizen else ""
        records = tuple(replace(record, citizen=citizen_key, message=message_id) for record in reading.records)
        payments = tuple(replace(payment, message=message_id) for payment in reading.payments)
        decisions = tuple(replace(decision, message=message_id) for decision in reading.decisions)
        arrival = Arrival(
            id=message_id,
            received_at=self._now(),
            channel=channel,
            peer=peer.name if peer else "",
            media_type=media_type,
            raw=body,
            sha256=sha256_hex(body),
            letter_key=letter_key,
            envelope_key=_scoped("envelope", reading, reading.envelope_id) if trusted else "",
            citizen_key=citizen_key,
            reading=replace(reading, records=records, decisions=decisions, payments=payments),
            verdict=verdict,
        )
        return form, arrival

    def _judge(
        self, body: bytes, family: Family | None, media_type: str, peer: Member | None
    ) -> tuple[Format, Reading, Verdict]:
        try:
            form, reading = self._read(body, family, media_type)
        except Exception as fault:  # noqa: BLE001  a fault of ours must not lose a message: it is kept, and a person told
            log.error("reading-failed", family=family, fault=type(fault).__name__)
            form = FALLBACKS[family or sniff(body, media_type)]
            return form, Reading(form.name, form.family), PARKED
        sender_issues = _sender_issues(peer, reading)
        if peer and reading.sender == NOWHERE:  # resources that name no sender come from whoever is logged in
            reading = replace(reading, sender=peer.organisation)
        issues = reading.issues + sender_issues + self._review(reading, peer)
        return form, reading, _verdict(issues, reading.guide)

    def answering(self, form: Format, reading: Reading) -> Answer:
        """How a message is answered once its verdict is final."""

        def answer(verdict: Verdict) -> Receipt | None:
            if not reading.wants_receipt:
                return None
            return form.receipt(reading, verdict, Stamp(new_id(), new_id(), self._now()))

        return answer


def _verdict(issues: tuple[Issue, ...], guide: str) -> Verdict:
    if refuses(issues):
        return Verdict(Outcome.REFUSED, issues, guide)
    return Verdict(Outcome.ACCEPTED_WITH_WARNINGS if issues else Outcome.ACCEPTED, issues, guide)


def _sender_issues(peer: Member | None, reading: Reading) -> tuple[Issue, ...]:
    """Access control binds a caller to its SOR and GLN numbers (trust: item 8)."""
    if peer is None or reading.sender == NOWHERE or peer.is_sender(reading.sender):
        return ()
    text = "The sender in the message is not the organisation that is logged in; send with the sender's own token."
    return (error(WRONG_SENDER, "sender", text, kind="forbidden"),)


def _scoped(what: str, reading: Reading, value: str) -> str:
    """Ids are unique per family and sender: OIOXML's 14 characters and HL7 v2's MSH-10 are not so across senders."""
    if not value:
        return ""
    sender = reading.sender.sor or reading.sender.gln or reading.sender.name
    return "|".join((what, reading.family.value, sender, value))
