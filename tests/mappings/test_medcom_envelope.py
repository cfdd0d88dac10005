"""VANS and SBDH envelopes: the letter inside is read as if it had come bare."""

from __future__ import annotations

import base64

import pytest

from mappings.medcom_envelope import MEDCOM_NAMESPACE, encoding_of
from mappings.reading import Outcome
from tests.mappings.golden_readings import judged
from tests.mappings.test_medcom_xml import sample

VANS = "urn:oio:medcom:vans-envelope:1.0.4"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
TICC = "http://peppol.eu/xsd/ticc/envelope/1.0"


def in_vans(*payloads: bytes) -> bytes:
    """A VANS envelope around payloads."""
    data = "".join(
        f"<Message><MetaInformation><Document><Format>XML</Format></Document></MetaInformation>"
        f"<Data>{base64.encodebytes(payload).decode()}</Data></Message>"
        for payload in payloads
    )
    sender = '<SenderID EndPointType="EAN">5799999000010</SenderID>'
    return f'<?xml version="1.0" encoding="UTF-8"?><VANSEnvelope xmlns="{VANS}">{sender}{data}</VANSEnvelope>'.encode()


def in_sbdh(payload: bytes, encoding: str = "", kind: str = "XDIS18") -> bytes:
    """An SBDH envelope around a payload."""
    said = f' encoding="{encoding}"' if encoding else ""
    header = f"<StandardBusinessDocumentHeader><DocumentIdentification><Type>{kind}</Type></DocumentIdentification>"
    content = base64.b64encode(payload).decode()
    return (
        f'<StandardBusinessDocument xmlns="{SBDH}">{header}</StandardBusinessDocumentHeader>'
        f'<BinaryContent xmlns="{TICC}" mimeType="text/xml"{said}>{content}</BinaryContent></StandardBusinessDocument>'
    ).encode()


@pytest.mark.parametrize(
    "body",
    [
        in_vans(sample("xdis18-discharge-report").encode()),
        in_sbdh(sample("xdis18-discharge-report").encode()),
        in_sbdh(sample("xdis18-discharge-report").split("?>")[1].encode("windows-1252"), "windows-1252"),
        in_sbdh(sample("xdis18-discharge-report").replace("–", "-").split("?>")[1].encode("iso-8859-1"), "ISO-8859-1"),
        in_sbdh(sample("xdis18-discharge-report").split("?>")[1].encode("windows-1252")),
    ],
    ids=["vans", "sbdh", "sbdh-windows-1252", "sbdh-iso-8859-1", "sbdh-no-encoding"],
)
def test_letter_in_an_envelope(body: bytes) -> None:
    bare, _, _ = judged(sample("xdis18-discharge-report").encode())
    reading, verdict, receipt = judged(body)
    assert verdict.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert (reading.records, reading.citizen, reading.letter_id) == (bare.records, bare.citizen, bare.letter_id)
    assert b"XCTL03" in receipt


@pytest.mark.parametrize(
    "body",
    [
        in_vans(),
        in_vans(sample("xdis18-discharge-report").encode(), sample("xdis18-corrected").encode()),
        in_vans(b"UNA:+.? 'UNB+UNOC:3'"),
        in_vans(b"\xff\xfe\x00"),
        in_vans(b""),
        in_vans(b"<Bundle xmlns='http://hl7.org/fhir'/>"),
        in_sbdh(b"not xml"),
        in_vans(in_vans(in_vans(in_vans(in_vans(b"<a/>"))))),
        in_vans(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        in_vans(b"<a/>").replace(b"<Data>", b"<Data>*"),
    ],
)
def test_envelope_without_a_letter_is_refused_with_xctl01(body: bytes) -> None:
    reading, verdict, receipt = judged(body)
    assert verdict.outcome is Outcome.REFUSED
    assert reading.records == ()
    assert b"<StatisticalCode>XCTL01<" in receipt


@pytest.mark.parametrize(
    "body",
    [
        in_sbdh(b"anything", kind="ReceiptAcknowledgement"),
        in_sbdh(b"anything", kind="ReceiptException"),
        f'<VANSEnvelope xmlns="{VANS}"><Receipt><PositiveMessage/></Receipt></VANSEnvelope>'.encode(),
    ],
)
def test_transport_receipts_are_kept_and_not_answered(body: bytes) -> None:
    reading, verdict, _ = judged(body)
    assert verdict.outcome is Outcome.ACCEPTED
    assert not reading.wants_receipt


@pytest.mark.parametrize(
    ("namespace", "known"),
    [
        ("http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/", True),
        ("http://rep.oio.dk/medcom.dk/xml/schemas/2020/03/30/", True),
        ("urn:oio:medcom:municipality:1.0.4", True),
        ("http://rep.oio.dk/medcom.dk/xml/schemas/", False),
        ("http://example.org/medcom.dk/xml/schemas/2020/03/30/", False),
        ("", False),
    ],
)
def test_namespaces(namespace: str, known: bool) -> None:
    assert (MEDCOM_NAMESPACE.fullmatch(namespace) is not None) is known


@pytest.mark.parametrize(
    ("body", "hint", "encoding"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "utf-8", "iso-8859-1"),
        (b"<a/>", "Windows-1252", "windows-1252"),
        (b"<a/>", None, "utf-8"),
        (b"<a>\xe6</a>", None, "windows-1252"),
    ],
)
def test_encoding(body: bytes, hint: str | None, encoding: str) -> None:
    assert encoding_of(body, hint) == encoding
