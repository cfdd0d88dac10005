"""XCTL receipts: valid against MedCom's own schemas, quoting what they answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from mappings.formats import read
from mappings.medcom_receipt import NAMESPACE, short_id
from mappings.reading import Outcome, Stamp, Verdict
from profiles.issue import Issue, error
from tests.mappings.golden_readings import STAMP, judged, samples
from tests.mappings.test_medcom_xml import sample
from tests.shared import shared_data

REFUSED = [path for path in samples("medcom-xml", ".xml") if path.stem.startswith("refused")]


@cache
def schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(path)))


def check(receipt: bytes) -> etree._Element:
    """The receipt, held against the public schema."""
    root = etree.fromstring(receipt)
    found = schema(shared_data("oioxml-xsd/xml/Schemas/2005/08/07/EMessage.xsd"))
    assert found.validate(root), found.error_log
    return root


def value(root: etree._Element, name: str) -> str | None:
    return root.findtext(f".//{{{NAMESPACE}}}{name}")


def test_positive_receipt() -> None:
    root = check(judged(sample("xdis18-discharge-report").encode())[2])
    assert root[1].tag == f"{{{NAMESPACE}}}PositiveReceipt"
    assert value(root, "OriginalEnvelopeIdentifier") == "Kuv180001"
    assert value(root, "OriginalLetterIdentifier") == "Brv180001"
    assert value(root, "OriginalVersionCode") == "XD1830C"
    assert root.findtext(f".//{{{NAMESPACE}}}Sender/{{{NAMESPACE}}}EANIdentifier") == "5799999000027"
    assert root.findtext(f".//{{{NAMESPACE}}}Receiver/{{{NAMESPACE}}}EANIdentifier") == "5799999000010"
    assert (value(root, "Date"), value(root, "Time")) == ("2026-11-01", "13:30")


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_negative_receipt(path: Path) -> None:
    root = check(judged(path.read_bytes())[2])
    assert root[1].tag == f"{{{NAMESPACE}}}NegativeReceipt"
    assert value(root, "RefuseCode")
    assert value(root, "RefuseText")


@pytest.mark.parametrize("body", [b"<", b"<a>", b"<a/>", b"<!DOCTYPE a><a/>", b"<Emessage/>", b"\xff<a/>"])
def test_unreadable_gets_a_vans_receipt(body: bytes) -> None:
    form, reading = read(body if body.startswith(b"<") else b"<" + body, None, "application/xml")
    receipt = form.receipt(reading, Verdict(Outcome.REFUSED, reading.issues), STAMP).body
    root = check(receipt)
    assert root[1].tag == f"{{{NAMESPACE}}}NegativeVansReceipt"
    assert value(root, "RefuseCode") == "syntaksfejl"


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        (error("medcom-version", "", "x"), "problem_med_version"),
        (error("sender-not-authorised", "", "x"), "ukendt_lokationsnummer"),
        (error("letter-id-reused", "", "x"), "ikke_specificeret"),
        (error("medcom-schema", "", "x < & > \x0b".strip()), "syntaksfejl"),
    ],
)
def test_refuse_codes(issue: Issue, code: str) -> None:
    form, reading = read(sample("xdis18-discharge-report").encode(), None, "")
    root = check(form.receipt(reading, Verdict(Outcome.REFUSED, (issue,)), STAMP).body)
    assert value(root, "RefuseCode") == code


def test_parked_is_a_negative_receipt() -> None:
    form, reading = read(sample("xdis18-discharge-report").encode(), None, "")
    root = check(form.receipt(reading, Verdict(Outcome.PARKED), STAMP).body)
    assert root[1].tag == f"{{{NAMESPACE}}}NegativeReceipt"


def test_same_stamp_same_bytes_and_ids_fit() -> None:
    form, reading = read(sample("xdis18-discharge-report").encode(), None, "")
    verdict = Verdict(Outcome.ACCEPTED)
    assert form.receipt(reading, verdict, STAMP) == form.receipt(reading, verdict, STAMP)
    other = Stamp("envelope-2", "letter-2", STAMP.at)
    assert form.receipt(reading, verdict, STAMP) != form.receipt(reading, verdict, other)
    assert len(short_id("anything")) == 14


def test_letters_beyond_the_encoding_are_written_as_references() -> None:
    text = sample("xdis18-discharge-report").replace("–", "-").replace('"utf-8"', '"iso-8859-1"')
    form, reading = read(text.encode("iso-8859-1"), None, "")
    verdict = Verdict(Outcome.REFUSED, (error("x", "", "Ω – tekst"),))
    root = check(form.receipt(reading, verdict, STAMP).body)
    assert value(root, "RefuseText") == "x: Ω – tekst"
