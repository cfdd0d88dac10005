"""The list of formats: families, fallbacks, and answers to what cannot be read."""

from __future__ import annotations

import json

import pytest

from mappings.codes import table, translate
from mappings.formats import FALLBACKS, FORMATS, PARSERS, read, sniff
from mappings.reading import Family, Outcome, Verdict
from profiles.issue import refuses
from tests.mappings.editing import body, load
from tests.mappings.golden import STAMP

UNREADABLE = [
    b"",
    b"   ",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"{}",
    b'{"resourceType": "Bundle", "resourceType": "Bundle"}',
    b'{"resourceType": NaN}',
    b'{"resourceType": "Nonsense"}',
    b'{"resourceType": "Bundle", "type": "message"}',
    b'{"resourceType": "Bundle", "type": "message", "entry": [{}]}',
    b'{"resourceType": "Bundle", "type": "collection"}',
    b'{"resourceType": "Patient"}',
    b"[" * 100_000,
    b"\xff\xfe\x00",
    b"hello",
]


def test_names_are_unique_and_titles_are_given() -> None:
    everyone = (*FORMATS, *FALLBACKS.values())
    assert len({form.name for form in everyone}) == len(everyone)
    assert all(form.title for form in everyone)


def test_every_family_that_is_parsed_has_a_fallback() -> None:
    assert set(PARSERS) == set(FALLBACKS) == set(Family)


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_used_is_refused_with_an_outcome(content: bytes) -> None:
    form, reading = read(content, Family.FHIR, "application/fhir+json")
    assert refuses(reading.issues)
    assert reading.records == ()
    answer = form.receipt(reading, Verdict(Outcome.REFUSED, reading.issues), STAMP)
    outcome = json.loads(answer.body)
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["severity"] in ("error", "fatal")


@pytest.mark.parametrize("family", [Family.FHIR, Family.MEDCOM_XML])
@pytest.mark.parametrize("content", [b"", b" \r\n"])
def test_nothing_is_called_nothing(family: Family, content: bytes) -> None:
    form, reading = read(content, family, "application/xml")
    assert [issue.code for issue in reading.issues] == ["empty"]
    answer = form.receipt(reading, Verdict(Outcome.REFUSED, reading.issues), STAMP)
    assert answer.body.startswith(b"<?xml")


def test_a_message_without_header_is_told_so() -> None:
    _, reading = read(b'{"resourceType": "Bundle", "type": "message", "entry": []}', Family.FHIR, "")
    assert [issue.code for issue in reading.issues] == ["header-missing"]


def test_an_unreadable_xml_is_answered_in_xml() -> None:
    form, reading = read(b"<Bundle xmlns='http://hl7.org/fhir'>", None, "")
    answer = form.receipt(reading, Verdict(Outcome.REFUSED, reading.issues), STAMP)
    assert answer.media_type == "application/fhir+xml"
    assert b"OperationOutcome" in answer.body


@pytest.mark.parametrize(
    ("content", "media_type", "family"),
    [
        (b'{"resourceType": "Bundle"}', "", Family.FHIR),
        (b"  \r\n{", "application/json", Family.FHIR),
        (b'<?xml version="1.0"?>\n<!-- x --><Bundle xmlns="http://hl7.org/fhir">', "", Family.FHIR),
        ('<Bundle xmlns="http://hl7.org/fhir"/>'.encode("utf-16"), "", Family.FHIR),
        (b"<Emessage xmlns='http://rep.oio.dk/medcom'>", "text/xml", Family.MEDCOM_XML),
        (b"\x0bMSH|^~\\&|", "", Family.HL7V2),
        (b"MSH|^~\\&|", "text/plain", Family.HL7V2),
        (b"anything", "application/hl7-v2; charset=utf-8", Family.HL7V2),
        (b"<anything/>", "application/fhir+xml", Family.FHIR),
    ],
)
def test_sniffing(content: bytes, media_type: str, family: Family) -> None:
    assert sniff(content, media_type) is family


def test_content_decides_between_json_and_xml_whatever_the_media_type_says() -> None:
    bundle = load("hospital-notification/discharge")
    _, reading = read(body(bundle), Family.FHIR, "application/fhir+xml")
    assert not refuses(reading.issues)


def test_an_unknown_code_is_an_issue() -> None:
    row, issues = translate("encounter-kinds", "nonsense", "Encounter.type")
    assert row is None
    assert refuses(issues)
    assert "784275f1-6822-4a88-b361-d958007d5253" in issues[0].text


@pytest.mark.parametrize(
    "name", ["stay-activities", "communication-activities", "encounter-kinds", "practitioner-roles"]
)
def test_code_tables_have_no_empty_codes(name: str) -> None:
    assert table(name)
    assert all(code and code == code.strip() for code in table(name))
