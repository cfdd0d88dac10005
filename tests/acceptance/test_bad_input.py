"""Bad input: a clear refusal in the sender's format, never a fault of ours, and the next message is taken in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.demo import hl7v2
from gateway.demo.cast import course
from gateway.demo.sending import Sending, as_json, as_xml
from tests.acceptance.bad_messages import ADT, BAD, LETTER, NOTIFICATION, NOTIFICATION_XML, VISIT, Bad
from tests.acceptance.house import JSON, MEDCOM, PROCESS, SECONDS, TEXT_XML, XML, Answer, House, house
from tests.gateway.running import notification, visit

MOST = 300_000
REFUSALS = ("OperationOutcome", "fatal-error", "NegativeVansReceipt", "NegativeReceipt", "AE", "AR")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, max_message_bytes=MOST, request_seconds=0.5) as made:
        yield made


async def require_alive(served: House) -> None:
    """The next message of each door is taken in as if nothing had been."""
    number = served.count() + 5
    assert (await served.post(PROCESS, as_json(notification(number)), JSON)).said == "ok"
    assert (await served.send_mllp(hl7v2.admission(course(number)))).said == "AA"


def told(answer: Answer) -> str:
    """The words of an answer, whichever its format."""
    return answer.body.decode("utf-8" if "1252" not in answer.media_type else "windows-1252")


@pytest.mark.parametrize("family", ["FHIR", "XML", "letter", "HL7 v2"])
async def test_refused_with_a_reason(served: House, family: str) -> None:
    wrong = []
    for name, bad in BAD.items():
        if name.startswith(f"{family}: "):
            before = served.count("refused")
            answer = await served.send(Sending(name, bad.door, bad.body, bad.media_type))
            if not _refused(answer, bad) or served.count("refused") != before + 1:
                wrong.append((name, answer.status, answer.said, told(answer)))
            assert served.gateway.store.raw(served.last().id) == bad.body
            await require_alive(served)
    assert wrong == []


def _refused(answer: Answer, bad: Bad) -> bool:
    return answer.said in REFUSALS and answer.status in (0, 200, 400, 415, 422) and bad.says in told(answer)


@pytest.mark.parametrize(("body", "media_type"), [(NOTIFICATION_XML, JSON), (NOTIFICATION, XML)], ids=["JSON", "XML"])
async def test_what_a_message_is_decides_not_what_it_is_called(served: House, body: bytes, media_type: str) -> None:
    answer = await served.post(PROCESS, body, media_type)
    assert (answer.said, served.count("accepted")) == ("ok", 1)


ELSEWHERE = {
    "a visit as a message": ("POST", PROCESS, VISIT, JSON, 400),
    "a message as a report": ("POST", "/fhir", NOTIFICATION, JSON, 400),
    "a message as a visit": ("POST", "/fhir/Encounter", NOTIFICATION, JSON, 400),
    "an XML message as a visit, called JSON": ("POST", "/fhir/Encounter", NOTIFICATION_XML, JSON, 400),
    "a visit under another id": ("PUT", "/fhir/Encounter/other", VISIT, JSON, 400),
    "an XML visit under another id, called JSON": ("PUT", "/fhir/Encounter/other", as_xml(visit(0)), JSON, 400),
    "a transaction": ("POST", "/fhir", b'{"resourceType":"Bundle","type":"transaction"}', JSON, 400),
    "plain text": ("POST", PROCESS, NOTIFICATION, "text/plain", 415),
    "a form": ("POST", MEDCOM, LETTER, "application/x-www-form-urlencoded", 415),
    "no type": ("POST", PROCESS, NOTIFICATION, "", 415),
    "a charset that is none": ("POST", PROCESS, NOTIFICATION, "application/fhir+json; charset=klingon", 415),
    "a letter as JSON": ("POST", MEDCOM, LETTER, JSON, 415),
    "GET": ("GET", PROCESS, b"", JSON, 405),
    "DELETE": ("DELETE", "/fhir/Encounter/x", b"", JSON, 405),
    "PUT a letter": ("PUT", MEDCOM, LETTER, TEXT_XML, 405),
    "PATCH": ("PATCH", "/fhir/Encounter/x", b"[]", "application/json-patch+json", 405),
    "nowhere": ("POST", "/fhir/Patient", b"{}", JSON, 404),
    "far away": ("GET", "/fhir/%2e%2e/%2e%2e/etc/passwd", b"", JSON, 404),
    "no such claim": ("GET", "/fhir/Bundle/nobody", b"", JSON, 404),
    "an unknown parameter": ("GET", "/fhir/Bundle?colour=red", b"", JSON, 400),
}


async def test_sent_to_the_wrong_place(served: House) -> None:
    wrong = []
    for name, (method, path, body, media_type, status) in ELSEWHERE.items():
        answer = await served.send(Sending(name, path, body, media_type, method))
        if (answer.status, answer.said, served.count()) != (status, "OperationOutcome", 0):
            wrong.append((name, answer))
    assert wrong == []
    await require_alive(served)


async def test_a_body_too_long_is_refused_before_it_is_read(served: House) -> None:
    head = f"POST {PROCESS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\n"
    announced = await served.raw_http(f"{head}Content-Length: {MOST + 1}\r\n\r\n".encode())
    chunk = f"{MOST // 2:x}\r\n".encode() + b"x" * (MOST // 2) + b"\r\n"
    chunked = await served.raw_http(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 3)
    for answer in (announced, chunked):
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"OperationOutcome" in answer
        assert str(MOST).encode() in answer
    assert served.count() == 0
    await require_alive(served)


async def test_a_compressed_body_is_refused(served: House) -> None:
    answer = await served.post(PROCESS, b"\x1f\x8b\x08", JSON, Content_Encoding="gzip")
    assert (answer.status, answer.said, served.count()) == (415, "OperationOutcome", 0)


async def test_a_frame_too_long_is_rejected_and_the_connection_goes_on(served: House) -> None:
    too_long = ADT + b"NTE|1||" + b"x" * MOST + b"\r"
    answers = await served.send_frames([too_long, hl7v2.admission(course(2))], 2)
    assert [answer.said for answer in answers] == ["AR", "AA"]
    assert str(MOST).encode() in answers[0].body
    assert served.count() == 1


async def test_a_sender_who_never_finishes_is_let_go(served: House) -> None:
    head = f"POST {PROCESS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\nContent-Length: 1000\r\n\r\n"
    answer = await served.raw_http(head.encode() + b'{"resourceType":')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"OperationOutcome" in answer
    await require_alive(served)


@pytest.mark.parametrize("half", [b"\x0b", b"\x0b" + ADT, b"\x0b" + ADT + b"\x1c", b"\x0b\x0b\x0bMSH|"])
async def test_half_a_frame_is_not_a_message(served: House, half: bytes) -> None:
    reader, writer = await served.connect()
    writer.write(half)
    assert await asyncio.wait_for(reader.read(), SECONDS) == b""
    writer.close()
    assert served.count() == 0
    await require_alive(served)


async def test_noise_between_frames_is_passed_over(served: House) -> None:
    reader, writer = await served.connect()
    writer.write(b"\r\nnoise" + b"\x0b" + ADT + b"\x1c\r" + b"\r\n" + b"\x0b" + ADT + b"\x1c\r")
    answers = [await asyncio.wait_for(reader.readuntil(b"\x1c\r"), SECONDS) for _ in range(2)]
    writer.close()
    assert all(b"\rMSA|AA|" in answer for answer in answers)
    assert (served.count("accepted"), served.count("duplicate")) == (1, 1)


HTTP_NOISE = {
    "HL7 v2": b"\x0b" + ADT + b"\x1c\r",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "two lengths": f"POST {PROCESS} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc".encode(),
    "a length that is none": f"POST {PROCESS} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".encode(),
    "length and chunks": (
        f"POST {PROCESS} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ).encode(),
    "a header without end": b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000,
}


async def test_what_is_not_http(served: House) -> None:
    for name, noise in HTTP_NOISE.items():
        answer = await served.raw_http(noise)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), name
    assert served.count() == 0
    await require_alive(served)
