"""Every public message through its real door: the right receipt in its own format, the right state, nothing lost.

What must come of a message follows from what it says it is, never from its name: see `expected`. Where the standard's
own test files are wrong on purpose, FAULTY says what is wrong with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.demo.sending import MLLP, Sending
from tests.acceptance.house import JSON, MEDCOM, PROCESS, REPORT, TEXT_XML, XML, Answer, House, house
from tests.shared import shared_data

FAULTY = {
    "CareCommunication_Ex_receive_Tek-V-new-dublicate-invalid.json": "payload-incomplete",
    "CareCommunication_Ex_receive_Tek-X-new-dublicate-invalid.json": "payload-incomplete",
    "CareCommunication_Ex_receive_Tek-Y-new-invalid.json": "structure-required",
}
"""Certification examples that are meant to be refused, and the code of what is wrong in them."""


@dataclass(frozen=True)
class Expected:
    """What must come of a message. code: a finding that must be among those of the verdict, "" for any."""

    status: int
    said: str
    format: str
    taken: bool
    code: str = ""


FHIR_EVENTS = {
    "hospital-notification-message": Expected(200, "ok", "medcom-hospital-notification", taken=True),
    "care-communication-message": Expected(200, "ok", "medcom-care-communication", taken=True),
    "empty-message": Expected(200, "ok", "medcom-empty", taken=True),
    "acknowledgement-message": Expected(204, "", "medcom-acknowledgement", taken=True),
    "homecareobservation-message": Expected(
        200, "fatal-error", "fhir-message-unsupported", taken=False, code="event-unsupported"
    ),
}
"""By MessageHeader.eventCoding."""

LETTERS = {
    "XD01": "medcom-xdis01",
    "XD17": "medcom-xdis17",
    "XD18": "medcom-xdis18",
    "XD19": "medcom-xdis19",
    "XD20": "medcom-xdis20",
    "XH15": "medcom-xref15",
    "XH22": "medcom-xref22",
}
"""By the beginning of Letter/VersionCode; every other letter is refused as one not received here."""

HL7_READ = {
    *(f"ADT^{event}" for event in ("A01", "A02", "A03", "A08", "A11", "A13")),
    *(f"REF^{event}" for event in ("I12", "I13", "I14")),
}
"""By MSH-9. The public ones are American: no CPR number, so their content is refused, not their kind."""


@dataclass(frozen=True)
class Public:
    """A public message on its way to its door."""

    path: Path
    sending: Sending

    @property
    def expected(self) -> Expected:
        """What must come of it when it is the first of its letter id."""
        if self.sending.door == MLLP:
            return _expected_hl7(self.sending.body)
        if self.sending.door == MEDCOM:
            return _expected_letter(self.sending.body)
        if self.sending.door == REPORT:
            return Expected(200, "OperationOutcome", "kl-gateway", taken=True)
        found = re.search(rb"eventCoding.*?code\W+(?:value=\W*)?([a-z-]+)\"", self.sending.body, re.DOTALL)
        assert found, self.path.name
        of_kind = FHIR_EVENTS[found[1].decode()]
        if self.path.name not in FAULTY:
            return of_kind
        return Expected(200, "fatal-error", of_kind.format, taken=False, code=FAULTY[self.path.name])

    @property
    def ids(self) -> frozenset[bytes]:
        """What may be an id of the envelope or the letter: two messages that share one are not independent."""
        body = self.sending.body
        if self.sending.door == MLLP:
            return frozenset(body.split(b"|")[9:10])
        if self.sending.door == MEDCOM:
            wrapped = max(re.findall(rb"[A-Za-z0-9+/=]{60,}", body), key=len, default=body)
            return frozenset(re.findall(rb"<Identifier>(\w+)</Identifier>", body) or (wrapped[:100],))
        return frozenset(re.findall(rb"\b[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}\b", body[:3000]))

    def renumbered(self, number: int) -> Public:
        """The same, with a control id of its own where it is HL7 v2: most of the public ones share MSG00001."""
        if self.sending.door != MLLP:
            return self
        fields = self.sending.body.split(b"|", 10)
        fields[9] = b"PUBLIC%d" % number
        return replace(self, sending=replace(self.sending, body=b"|".join(fields)))


def _expected_hl7(body: bytes) -> Expected:
    header = body.splitlines()[0].decode("latin-1").split("|") + [""] * 8
    kind = "^".join(header[8].split("^")[:2])
    accept_only = header[14].strip() not in ("", "NE") and header[15].strip() in ("", "NE")
    how = "C" if accept_only else "A"
    if kind in HL7_READ:
        form = "hl7v2-adt" if kind.startswith("ADT") else "hl7v2-referral"
        return Expected(0, f"{how}E", form, taken=False, code="hl7-no-cpr")
    code = "hl7-event" if kind[:3] in ("ADT", "REF") else "hl7-type"
    return Expected(0, f"{how}R", "hl7v2-unknown", taken=False, code=code)


def _expected_letter(body: bytes) -> Expected:
    if re.search(rb"<(\w+:)?Type>Receipt(Acknowledgement|Exception)<", body):
        return Expected(204, "", "medcom-xctl", taken=True)
    version = re.search(rb"<VersionCode>(X\w\d\d)\d\d\w</VersionCode>", body)
    name = version[1].decode() if version else ""
    if name in ("XC01", "XC02", "XC03"):
        return Expected(204, "", "medcom-xctl", taken=True)
    if name in LETTERS:
        return Expected(200, "PositiveReceipt", LETTERS[name], taken=True)
    if name:
        return Expected(200, "NegativeReceipt", "medcom-unknown", taken=False, code="medcom-unsupported")
    return Expected(200, "NegativeVansReceipt|NegativeReceipt", "medcom-unknown", taken=False)


def public() -> list[Public]:
    """Every public message, by path."""
    root = shared_data("messages")
    return [Public(path, _sending(path, root)) for path in sorted(root.rglob("*.*")) if path.is_file()]


def _sending(path: Path, root: Path) -> Sending:
    body, folder = path.read_bytes(), path.relative_to(root).parts[0]
    if folder == "hl7v2":
        return Sending(path.name, MLLP, body)
    if folder in ("oioxml", "sbdh"):
        return Sending(path.name, MEDCOM, body, TEXT_XML)
    door = REPORT if folder == "kl-gateway" else PROCESS
    return Sending(path.name, door, body, XML if path.suffix == ".xml" else JSON)


def rounds(messages: list[Public]) -> Iterator[list[Public]]:
    """The messages in as few rounds as it takes for no two of a round to share an id."""
    left = messages
    while left:
        seen: set[bytes] = set()
        now: list[Public] = []
        later: list[Public] = []
        for message in left:
            (later if message.ids & seen else now).append(message)
            seen |= message.ids
        yield now
        left = later


def problem(message: Public, expected: Expected, answer: Answer, served: House) -> str:
    """What is wrong with what came of a message; "" for nothing."""
    row = served.last()
    codes = {issue.code for issue in row.verdict.issues}
    taken = row.outcome.value in ("accepted", "accepted-with-warnings")
    wrong = [
        f"{what} is {found}, not {meant}"
        for what, found, meant in (
            ("status", answer.status, expected.status),
            ("format", row.format, expected.format),
            ("taken", taken, expected.taken),
        )
        if found != meant
    ]
    if answer.said not in expected.said.split("|"):
        wrong.append(f"the receipt says {answer.said}, not {expected.said}")
    if expected.code and expected.code not in codes:
        wrong.append(f"the findings are {sorted(codes)}, without {expected.code}")
    return f"{message.path.name}: {'; '.join(wrong)}" if wrong else ""


async def test_every_public_message_is_answered_as_its_kind_deserves(tmp_path: Path) -> None:
    problems: list[str] = []
    kinds: Counter[str] = Counter()
    every = [message.renumbered(number) for number, message in enumerate(public())]
    for number, messages in enumerate(rounds(every)):
        async with house(tmp_path / str(number)) as served:
            for message in messages:
                answer = await served.send(message.sending)
                problems.append(problem(message, message.expected, answer, served))
                kinds[message.expected.format] += 1
            assert served.count() == len(messages)
    assert [text for text in problems if text] == []
    assert kinds["medcom-hospital-notification"] >= 32
    assert len(kinds) >= 10


async def test_all_of_them_twice_at_one_gateway(tmp_path: Path) -> None:
    """Nothing is lost; an id used before refuses another letter; what comes again gets the answer it got."""
    messages = public()
    seen: set[bytes] = set()
    async with house(tmp_path) as served:
        first, nameless = [], 0  # nameless: receipts of the transport, which have no letter id
        for message in messages:
            first.append(await served.send(message.sending))
            row = served.last()
            if "letter-id-reused" in {issue.code for issue in row.verdict.issues}:
                assert message.ids & seen, message.path.name
            seen |= message.ids
            nameless += row.outcome.value == "accepted" and not row.letter_id
        taken = served.count("accepted") + served.count("accepted-with-warnings")
        again = [await served.send(message.sending) for message in messages]
        assert [(answer.status, answer.said) for answer in again] == [(answer.status, answer.said) for answer in first]
        assert served.count() == 2 * len(messages)
        assert served.count("accepted") + served.count("accepted-with-warnings") == taken + nameless
        assert served.count("parked") == 0
