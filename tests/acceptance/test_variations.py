"""The same letter written another way is the same letter: it is read as the first time, and known as a repeat.

Each variation is one a sender's software may make: another character set, syntax, line ending, prefix, transfer coding.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.demo.sending import MLLP, Sending
from profiles.fhir_xml import from_xml, to_xml
from profiles.safe_xml import parse_xml
from tests.acceptance.house import JSON, MEDCOM, PROCESS, REPORT, TEXT_XML, XML, house, word_of

SAMPLES = Path(__file__).parents[1] / "messages"
FOLDERS = {
    "hospital-notification": PROCESS,
    "care-communication": PROCESS,
    "iv-referral": PROCESS,
    "kl-gateway": REPORT,
    "medcom-xml": MEDCOM,
    "hl7v2": MLLP,
}
Vary = Callable[[Sending], Sending | None]


def samples() -> list[Sending]:
    """The project's own samples that are taken in, on their way to their doors."""
    found = []
    for folder, door in FOLDERS.items():
        for path in sorted((SAMPLES / folder).iterdir()):
            if not path.name.startswith(("refused", "receipt")) and not path.name.endswith(".expected.json"):
                media_type = {".json": JSON, ".xml": TEXT_XML if door == MEDCOM else XML}.get(path.suffix, "")
                found.append(Sending(path.name, door, path.read_bytes(), media_type))
    return found


def _is(sending: Sending, *media_types: str) -> bool:
    return sending.media_type in media_types


def _json(write: Callable[[Any], bytes]) -> Vary:
    def vary(sending: Sending) -> Sending | None:
        return replace(sending, body=write(json.loads(sending.body))) if _is(sending, JSON) else None

    return vary


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _to_xml(sending: Sending) -> Sending | None:
    return replace(sending, body=to_xml(json.loads(sending.body)), media_type=XML) if _is(sending, JSON) else None


def _to_json(sending: Sending) -> Sending | None:
    if not _is(sending, XML):
        return None
    root, _ = parse_xml(sending.body)
    assert root is not None
    return replace(sending, body=json.dumps(from_xml(root)[0], default=str).encode(), media_type=JSON)


def _xml(write: Callable[[str], bytes]) -> Vary:
    """Variations of XML text without its declaration."""

    def vary(sending: Sending) -> Sending | None:
        if not _is(sending, XML, TEXT_XML):
            return None
        text = etree.tostring(etree.fromstring(sending.body), encoding="unicode")
        return replace(sending, body=write(text))

    return vary


def _encoded(encoding: str, mark: bytes = b"") -> Vary:
    def write(text: str) -> bytes:
        return mark + f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding, "xmlcharrefreplace")

    return _xml(write)


def _prefixed(text: str) -> bytes:
    """Every element with a prefix in place of the default namespace."""
    text = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1p:", text)
    return re.sub(r"\bxmlns=", "xmlns:p=", text).encode()


def _lines(old: bytes, new: bytes, *media_types: str) -> Vary:
    def vary(sending: Sending) -> Sending | None:
        return replace(sending, body=sending.body.replace(old, new)) if sending.media_type in media_types else None

    return vary


def _between(text: str) -> bytes:
    """Comments and processing instructions where XML allows them."""
    return f'<?xml version="1.0"?><!-- a --><?b c?>{text}<!-- d -->'.encode()


def _typed(media_type: str, *of: str) -> Vary:
    def vary(sending: Sending) -> Sending | None:
        return replace(sending, media_type=media_type) if _is(sending, *of) else None

    return vary


def _fhir_prefixed(sending: Sending) -> Sending | None:
    """FHIR's namespace with a prefix; XHTML keeps its own."""
    if not _is(sending, XML):
        return None
    root = etree.fromstring(sending.body)
    prefixed = etree.Element(root.tag, nsmap={"f": "http://hl7.org/fhir"})
    prefixed.extend(list(root))
    etree.cleanup_namespaces(prefixed, top_nsmap={"f": "http://hl7.org/fhir"})
    body = etree.tostring(prefixed)
    return replace(sending, body=body) if b"<f:Bundle" in body else None


def _medcom_prefixed(sending: Sending) -> Sending | None:
    one_namespace = _is(sending, TEXT_XML) and b"xmlns:" not in sending.body
    return _xml(_prefixed)(sending) if one_namespace else None


VARIATIONS: dict[str, Vary] = {
    "JSON without white space": _json(lambda tree: json.dumps(tree, separators=(",", ":")).encode()),
    "JSON with much white space": _json(lambda tree: json.dumps(tree, indent="\t\t").encode() + b"\r\n \n"),
    "JSON with CRLF": _json(lambda tree: json.dumps(tree, indent=2).replace("\n", "\r\n").encode()),
    "JSON escaped": _json(lambda tree: json.dumps(tree, ensure_ascii=True).replace("/", "\\/").encode()),
    "JSON in another order": _json(lambda tree: json.dumps(_reversed(tree)).encode()),
    "JSON as XML": _to_xml,
    "XML as JSON": _to_json,
    "XML in UTF-8": _encoded("UTF-8"),
    "XML in UTF-8 with a byte order mark": _encoded("utf-8", b"\xef\xbb\xbf"),
    "XML in ISO-8859-1": _encoded("ISO-8859-1"),
    "XML in windows-1252": _encoded("windows-1252"),
    "XML in UTF-16": _encoded("utf-16"),
    "XML without declaration": _xml(lambda text: text.encode()),
    "XML in ASCII": _xml(lambda text: text.encode("ascii", "xmlcharrefreplace")),
    "XML with CRLF": _lines(b"\n", b"\r\n", XML, TEXT_XML),
    "XML with comments": _xml(_between),
    "MedCom XML with a prefix": _medcom_prefixed,
    "FHIR XML with a prefix": _fhir_prefixed,
    "HL7 v2 with LF": _lines(b"\r", b"\n", ""),
    "HL7 v2 with CRLF": _lines(b"\r", b"\r\n", ""),
    "HL7 v2 with blank lines": _lines(b"\rPID", b"\r\rPID", ""),
    "charset in the type": _typed("application/fhir+json; charset=utf-8", JSON),
    "charset in the type, shouted": _typed('Application/FHIR+JSON;charset="UTF-8"', JSON),
    "version in the type": _typed("application/fhir+json; fhirVersion=4.0", JSON),
    "plain JSON": _typed("application/json", JSON),
    "plain XML": _typed("text/xml; charset=utf-8", XML),
}


@pytest.mark.parametrize("name", VARIATIONS)
async def test_written_another_way_it_is_the_same_letter(tmp_path: Path, name: str) -> None:
    wrong, tried = [], 0
    async with house(tmp_path) as served:
        for sending in samples():
            varied = VARIATIONS[name](sending)
            if varied is None:
                continue
            first = await served.send(sending)
            if served.last().outcome.value == "refused":  # a sample that has another sample's letter id
                continue
            again = await served.send(varied)
            tried += 1
            row = served.last()
            if (first.status, first.said, "duplicate") != (again.status, again.said, row.outcome.value):
                codes = [issue.code for issue in row.verdict.issues]
                wrong.append((sending.label, again.status, again.said, row.outcome.value, codes))
    assert wrong == []
    assert tried > 0


async def test_a_byte_order_mark_before_json_is_refused_clearly(tmp_path: Path) -> None:
    """RFC 8259 section 8.1: none may be sent. XML may have one."""
    async with house(tmp_path) as served:
        sending = next(sending for sending in samples() if sending.media_type == JSON)
        answer = await served.send(replace(sending, body=b"\xef\xbb\xbf" + sending.body))
        assert (answer.status, answer.said, served.count("refused")) == (400, "OperationOutcome", 1)
        assert b"byte order mark" in answer.body


async def test_other_separators_are_answered_with_themselves(tmp_path: Path) -> None:
    async with house(tmp_path) as served:
        for sending in (sending for sending in samples() if sending.door == MLLP):
            answer = await served.send(replace(sending, body=sending.body.replace(b"|", b"!")))
            assert re.search(rb"^MSH!.*\rMSA![AC]A!", answer.body, re.DOTALL), sending.label


@pytest.mark.parametrize("wanted", [JSON, XML])
async def test_the_answer_comes_in_the_syntax_asked_for(tmp_path: Path, wanted: str) -> None:
    async with house(tmp_path) as served:
        for sending in (sending for sending in samples() if sending.door in (PROCESS, REPORT)):
            answer = await served.send(sending, Accept=wanted)
            assert answer.media_type.startswith(wanted)
            assert answer.said in ("ok", "OperationOutcome", "fatal-error")
            assert answer.body.startswith(b"<" if wanted == XML else b"{")


async def test_in_pieces_of_any_size(tmp_path: Path) -> None:
    """Chunked transfer coding, as software sends that does not know the length beforehand."""

    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 997):
            yield body[start : start + 997]

    async with house(tmp_path) as served:
        for sending in (sending for sending in samples() if sending.door != MLLP):
            first = await served.send(sending)
            answer = await served.client.post(
                sending.door, content=pieces(sending.body), headers={"Content-Type": sending.media_type}
            )
            assert (answer.status_code, word_of(answer.content)) == (first.status, first.said), sending.label
            assert served.last().size == len(sending.body)
