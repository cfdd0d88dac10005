"""The kinds of the public messages, as nobody has sent them: other ids, citizens, years and syntax."""

from __future__ import annotations

import re
import uuid
import zlib
from dataclasses import replace
from pathlib import Path

from gateway.demo.cast import person
from gateway.demo.sending import Sending
from gateway.store.contract import EpisodeSearch
from mappings.canonical_json import canonical_json
from profiles.fhir_xml import from_xml, to_xml
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json
from tests.acceptance.house import JSON, PROCESS, REPORT, XML, house
from tests.acceptance.test_public_messages import Public, problem, public

_ID = re.compile(rb"(\"code\"\s*:\s*\")?[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}")
_CPR = re.compile(rb"(?<=\")[0-3]\d[01]\d{7}(?=\")")
_YEAR = re.compile(rb"(?<=\")20[12]\d(?=-[01]\d-[0-3]\dT)")


def stranger(message: Public) -> Public:
    """The same kind of message as nobody has sent it: other ids, another citizen, four years later."""
    citizen = person(zlib.crc32(message.path.name.encode()) % 10_000).cpr.encode()

    def new_id(old: re.Match[bytes]) -> bytes:
        if old[1]:  # KL's codes look like ids
            return old[0]
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{message.path.name}/{old[0].decode()}")).encode()

    body = _ID.sub(new_id, message.sending.body)
    body = _YEAR.sub(lambda year: b"%d" % (int(year[0]) + 4), _CPR.sub(citizen, body))
    return replace(message, sending=replace(message.sending, body=body))


async def test_the_same_kinds_as_nobody_has_sent_them(tmp_path: Path) -> None:
    """And each once more in FHIR's other syntax: the same letter, whichever way it is written.

    Without narratives: they are text to be shown, and their white space and escapes may change on the way.
    """
    known = [message for message in public() if message.sending.door in (PROCESS, REPORT)]
    problems = []
    async with house(tmp_path) as served:
        for message in map(without_narratives, map(stranger, known)):
            answer = await served.send(message.sending)
            problems.append(problem(message, message.expected, answer, served))
            if served.last().outcome.value == "refused":
                continue
            again = await served.send(other_syntax(message.sending))
            if (again.said, served.last().outcome.value) != (answer.said, "duplicate"):
                problems.append(f"{message.path.name} in the other syntax: {again.said}, {served.last().outcome}")
    assert [text for text in problems if text] == []


def without_narratives(message: Public) -> Public:
    """The same message in JSON without the text of its resources; XML as it is."""
    if message.sending.media_type != JSON:
        return message
    bundle = parse_json(message.sending.body)[0]
    for entry in bundle["entry"]:
        entry["resource"].pop("text", None)
    return replace(message, sending=replace(message.sending, body=canonical_json(bundle)))


def other_syntax(sending: Sending) -> Sending:
    """A FHIR sending, XML for JSON and JSON for XML."""
    if sending.media_type == JSON:
        return replace(sending, body=to_xml(parse_json(sending.body)[0]), media_type=XML)
    root = parse_xml(sending.body)[0]
    assert root is not None
    return replace(sending, body=canonical_json(from_xml(root)[0] or {}), media_type=JSON)


def in_denmark(message: Public, number: int) -> bytes:
    """A public HL7 v2 message with what it lacks: a CPR number in PID-3 and a municipality in MSH-6."""
    lines = [
        line.split(b"|") for line in re.split(rb"[\r\n]+", message.sending.body.removeprefix(b"\xef\xbb\xbf")) if line
    ]
    for fields in lines:
        if fields[0] == b"MSH":
            fields[5], fields[9] = b"Prove Kommune^740^KOM", b"DANISH%d" % number
        if fields[0] == b"PID":
            fields[3] = person(number).cpr.encode() + b"^^^CPR"
    return b"\r".join(map(b"|".join, lines)) + b"\r"


async def test_public_hl7_with_a_danish_citizen_is_taken_in(tmp_path: Path) -> None:
    read = [message for message in public() if message.expected.format in ("hl7v2-adt", "hl7v2-referral")]
    assert len(read) >= 8
    async with house(tmp_path) as served:
        for number, message in enumerate(read):
            answer = await served.send_mllp(in_denmark(message, number))
            assert answer.said in ("AA", "CA"), message.path.name
        served.gateway.projection.refresh()
        assert served.gateway.store.count_episodes(EpisodeSearch()) > 0
