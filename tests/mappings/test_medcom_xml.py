"""MedCom XML letters as they are read and answered: our own samples, public ones, and broken ones."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mappings.reading import Outcome
from settlement.records import Action, StayEvent, StayKind, Treatment
from tests.mappings.golden_readings import compare, judged, samples
from tests.shared import shared_data

SAMPLES = samples("medcom-xml", ".xml")
SUPPORTED = ("XDIS01", "XDIS17", "XDIS18", "XDIS19", "XDIS20", "XREF15", "XREF22")


def sample(name: str) -> str:
    """The text of one of our letters."""
    path = next(path for path in SAMPLES if path.stem == name)
    return path.read_bytes().decode("windows-1252").replace('encoding="windows-1252"', 'encoding="utf-8"')


def errors(text: str) -> set[str]:
    """Codes of the errors found in a letter."""
    return {issue.code for issue in judged(text.encode())[0].issues if issue.severity == "error"}


PUBLIC_KINDS = (
    "xdis01-discharge-letter",
    "xdis17-discharge-advice",
    "xdis18-discharge-report",
    "xdis18-corrected",
    "xdis19-completed-treatment",
    "xdis20-admission-advice",
    "xctl03-receipt",
)
"""Samples of letters that have a public schema."""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_golden(path: Path, update_golden: bool) -> None:
    compare(path, update=update_golden)


@pytest.mark.parametrize("name", PUBLIC_KINDS)
def test_samples_are_valid_by_the_public_schemas(name: str) -> None:
    root = etree.fromstring(next(path for path in SAMPLES if path.stem == name).read_bytes())
    edition = etree.QName(root).namespace.partition("/schemas/")[2]
    schema = etree.XMLSchema(etree.parse(str(shared_data(f"oioxml-xsd/xml/Schemas/{edition}EMessage.xsd"))))
    assert schema.validate(root), schema.error_log


def test_public_letters() -> None:
    """Supported letters are taken in, receipts kept, and every other type refused by name."""
    for path in sorted(shared_data("messages/oioxml/samples").glob("*.xml")):
        reading, verdict, receipt = judged(path.read_bytes())
        if reading.event in SUPPORTED or reading.event.startswith("XCTL"):
            assert verdict.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS), path.name
            assert reading.wants_receipt is not reading.event.startswith("XCTL")
        else:
            assert [issue.code for issue in verdict.issues] == ["medcom-unsupported"], path.name
            assert b"XDIS18" in receipt
            assert b"XCTL02" in receipt


def test_public_envelopes() -> None:
    """An envelope's letter is read; what holds FHIR or no letter is refused; its own receipts are kept."""
    for path in sorted(shared_data("messages/sbdh").glob("*.xml")):
        body = path.read_bytes()
        if b"StandardBusinessDocument" not in body:
            continue
        reading, verdict, _ = judged(body)
        if reading.event == "transport-receipt":
            assert not reading.wants_receipt
            assert verdict.outcome is Outcome.ACCEPTED
        else:
            assert verdict.outcome is Outcome.REFUSED, path.name


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1", "utf-8"])
def test_encodings(encoding: str) -> None:
    text = sample("xdis18-discharge-report").replace("–", "-").replace('"utf-8"', f'"{encoding}"')
    reading, _, receipt = judged(text.encode(encoding))
    assert reading.citizen is not None
    assert reading.citizen.given_name == "Åse Æble"
    assert etree.fromstring(receipt).tag.endswith("Emessage")
    assert f'encoding="{encoding}"'.encode() in receipt


def test_undeclared_latin_is_read() -> None:
    text = sample("xdis18-discharge-report").split("?>", 1)[1].strip()
    reading, verdict, _ = judged(text.encode("windows-1252"), "application/xml")
    assert verdict.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert reading.receiver.name == "Prøvekøbing Kommune"


def test_resend_has_the_same_letter_and_another_envelope() -> None:
    first = sample("xdis18-discharge-report")
    again = first.replace("Kuv180001", "Kuv999999").replace("<Time>14:20</Time></Sent>", "<Time>14:50</Time></Sent>")
    other = first.replace("IVK2", "IVK3")
    readings = [judged(text.encode())[0] for text in (first, again, other)]
    assert readings[0].letter_hash == readings[1].letter_hash != readings[2].letter_hash
    assert readings[0].envelope_id != readings[1].envelope_id
    assert len({reading.letter_id for reading in readings}) == 1


def test_prefixes_do_not_change_the_letter() -> None:
    text = sample("xdis18-municipality-suite")
    plain = text.replace("<m:", "<").replace("</m:", "</")
    assert judged(text.encode())[0].records == judged(plain.encode())[0].records != ()


def test_a_prefix_makes_no_other_letter() -> None:
    bare = sample("xdis18-discharge-report")
    prefixed = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1m:", bare).replace("xmlns=", "xmlns:m=")
    first, again = (judged(text.encode())[0] for text in (bare, prefixed))
    assert (first.letter_hash, first.records) == (again.letter_hash, again.records)


def test_unknown_namespace_is_no_letter() -> None:
    text = sample("xdis18-discharge-report").replace("http://rep.oio.dk/sundcom.dk", "http://example.org")
    assert errors(text) == {"medcom-no-letter"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<TypeCode>XDIS18", "<TypeCode>XDIS19", "medcom-version"),
        ("ReportOfDischarge", "DischargeLetter", "medcom-version"),
        ("XD1830C", "XD9930C", "medcom-unsupported"),
        ("<StatusCode>nytbrev", "<StatusCode>ny", "medcom-schema"),
        ("2512489996", "3512489996", "cpr-date"),
        ("<Date>2026-10-01", "<Date>2026-10-31", "discharge-before-admission"),
        ("Brv180001", "Brv1800010000000", "medcom-schema"),
        ("IVK2", "IVK7", "iv-code-unknown"),
        ("BJFZ99", "IVTFLUID", "iv-code-contradicts"),
        ("CivilRegistrationNumber", "AlternativeIdentifier", ""),
        ("CivilRegistrationNumber", "PersonIdentifier", "citizen-missing"),
        ("2026-10-05</Date><Time>14:15", "2026-13-05</Date><Time>14:15", "medcom-schema"),
    ],
)
def test_errors(old: str, new: str, code: str) -> None:
    found = errors(sample("xdis18-discharge-report").replace(old, new))
    assert code in found if code else not found


def test_schema_findings_have_lines_and_quote_nothing() -> None:
    reading, _, receipt = judged(sample("refused-schema").encode())
    lines = sample("refused-schema").splitlines()
    for issue in reading.issues:
        assert "251248" not in issue.text
        if issue.code == "medcom-schema":
            assert issue.line is not None
            assert issue.where.rpartition("/")[2] in lines[issue.line - 1]
    assert b"251248" not in receipt


def test_replacement_number() -> None:
    text = sample("xdis18-discharge-report").replace("CivilRegistrationNumber", "AlternativeIdentifier")
    reading = judged(text.replace("2512489996", "2512480GH8").encode())[0]
    assert reading.citizen is not None
    assert reading.citizen.system == "urn:oid:1.2.208.176.1.6.1.3"
    assert errors(text.replace("2512489996", "HELT-FORKE")) == {"citizen-system"}


def test_unknown_name_of_a_known_version_is_checked_like_the_rest() -> None:
    text = sample("xref22-acute-referral").replace("EmergencyMunicipalityReferral", "AcuteFunctionReferral")
    assert judged(text.encode())[0].records == judged(sample("xref22-acute-referral").encode())[0].records
    assert errors(text.replace("nytbrev", "slettet")) == {"medcom-schema"}


def test_too_long_ids_take_no_id() -> None:
    text = sample("xdis18-discharge-report").replace("Brv180001", "B" * 3000).replace("Kuv180001", "K" * 3000)
    reading, verdict, receipt = judged(text.encode())
    assert verdict.outcome is Outcome.REFUSED
    assert (reading.letter_id, reading.envelope_id) == ("", "")
    assert b"<OriginalLetterIdentifier>BBBBBBBBBBBBBB<" in receipt


def test_two_letters_in_one_emessage_are_refused() -> None:
    text = sample("xdis18-discharge-report")
    start, end = text.index("  <ReportOfDischarge>"), text.index("</Emessage>")
    assert "medcom-letters" in errors(text[:end] + text[start:end] + text[end:])


def test_three_digit_municipality_and_copy_receiver() -> None:
    text = sample("xdis01-discharge-letter")
    practice = text.replace("<Identifier>740</Identifier>", "<Identifier>012345</Identifier>").replace(
        "kommunenummer", "ydernummer"
    )
    copied = practice.replace(
        "    <Patient>",
        "    <CCReceiver><Identifier>101</Identifier><IdentifierCode>kommunenummer</IdentifierCode></CCReceiver>\n"
        "    <Patient>",
    )
    codes = [_municipality(each) for each in (text, practice, copied)]
    assert codes == ["0740", "", "0101"]


def _municipality(text: str) -> str:
    record = judged(text.encode("utf-8"))[0].records[0]
    assert isinstance(record, StayEvent)
    return record.municipality.municipality


def test_moved_patient_is_not_discharged() -> None:
    text = sample("xdis17-discharge-advice").replace("udskrevet_til_hjemmet", "flyttet_til_sygehusafd")
    assert judged(text.encode())[0].records == ()
    corrected = judged(text.replace("nytbrev", "rettetbrev").encode())[0].records
    assert {(record.kind, record.action) for record in corrected if isinstance(record, StayEvent)} == {
        (StayKind.DISCHARGE, Action.CANCELLED),
        (StayKind.DEATH, Action.CANCELLED),
    }


def test_corrected_report_without_iv_codes_withdraws_them() -> None:
    text = sample("xdis18-corrected").replace("IVTANTIBIOTIC", "X1").replace("IVK3", "X2")
    treatments = [record for record in judged(text.encode())[0].records if isinstance(record, Treatment)]
    assert [record.action for record in treatments] == [Action.CANCELLED]


def test_letters_about_one_stay_have_the_same_keys() -> None:
    names = ("xdis18-discharge-report", "xdis18-corrected", "xdis18-annulled")
    keys = [{record.key for record in judged(sample(name).encode())[0].records} for name in names]
    assert keys[0] == keys[1] == keys[2]


@pytest.mark.parametrize("name", ["xdis18-annulled", "xdis20-admission-advice"])
def test_annulling_letter_need_not_repeat_the_time(name: str) -> None:
    text = sample(name).replace("nytbrev", "annulleretbrev")
    bare = text.replace("Discharge>", "Other>").replace("Admission>", "Other>")
    records = judged(text.encode())[0].records
    assert records
    found = judged(bare.encode())[0].records
    assert [(record.key, record.action) for record in found] == [(record.key, record.action) for record in records]


def test_annulling_letter_must_say_what_it_is_about() -> None:
    text = sample("xdis18-annulled").replace("Discharge>", "Other>").replace("Admission>", "Other>")
    text = text.replace("EpisodeOfCareIdentifier>", "NotificationIdentifier>")
    assert errors(text) == set()
    start, end = text.index("      <NotificationIdentifier>"), text.index("    </Letter>")
    assert errors(text[:start] + text[end:]) == {"medcom-no-stay"}


def test_referral_without_iv_codes_is_still_a_treatment() -> None:
    text = sample("xref15-municipal-referral").replace("IVTFLUID", "DE86")
    (record,) = judged(text.encode())[0].records
    assert isinstance(record, Treatment)
    assert (record.iv_type, record.category) == (None, None)


def test_annulled_referral_must_say_which_one() -> None:
    text = sample("xref22-annulled")
    start, end = text.index("      <EpisodeOfCareIdentifier>"), text.index("    </Letter>")
    assert errors(text[:start] + text[end:]) == {"medcom-no-stay"}


BODIES = [path.read_bytes() for path in SAMPLES]


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(BODIES), st.sampled_from(BODIES), st.data())
def test_broken_letters_are_answered(body: bytes, other: bytes, data: st.DataObject) -> None:
    """Cut, changed and spliced letters: always a verdict and a well-formed receipt, never an exception."""
    cut = data.draw(st.integers(0, len(body)))
    mixed = body[:cut] + data.draw(st.binary(max_size=20)) + other[data.draw(st.integers(0, len(other))) :]
    _check_answered(b"<" + mixed.lstrip(b"<"))


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(BODIES), st.data())
def test_changed_elements_are_answered(body: bytes, data: st.DataObject) -> None:
    """Well-formed letters whose elements are dropped, doubled, emptied or renamed."""
    root = etree.fromstring(body)
    elements = list(root.iter())
    for _ in range(data.draw(st.integers(1, 4))):
        _change(data.draw(st.sampled_from(elements)), data)
    _check_answered(etree.tostring(root))


def _change(element: etree._Element, data: st.DataObject) -> None:
    parent = element.getparent()
    what = data.draw(st.sampled_from(["text", "tag", "drop", "empty"]))
    if what == "text":
        element.text = data.draw(st.text(alphabet="0123456789-:æXIVTK <&", max_size=20))
    elif what == "tag":
        element.tag = data.draw(st.sampled_from(["Letter", "Discharge", "{x}Patient", "Emessage", "Date", "Sender"]))
    elif what == "drop" and parent is not None:
        parent.remove(element)
    else:
        for child in list(element):
            element.remove(child)


def _check_answered(body: bytes) -> None:
    _, verdict, receipt = judged(body, "application/xml")
    assert etree.fromstring(receipt) is not None
    assert verdict.outcome in Outcome


@pytest.mark.parametrize(
    ("place", "many"),
    [
        ("    </Treatments>", "<Treatment><TreatmentCode>IVK2</TreatmentCode></Treatment>" * 16_000),
        ("    </Treatments>", "<Treatment><TreatmentCode>IVK9</TreatmentCode></Treatment>" * 5_000),
        ("  </ReportOfDischarge>", "<Discharge><Date>x</Date></Discharge>" * 5_000),
        ("  </ReportOfDischarge>", "<a " + "".join(f"a{n}='' " for n in range(20_000)) + "/>"),
        ("  </ReportOfDischarge>", "<DiagnoseCode>IVK9</DiagnoseCode>" * 10_000),
    ],
    ids=["too-many-codes", "unknown-codes", "bad-dates", "attributes", "diagnoses"],
)
def test_much_of_a_kind_costs_little(place: str, many: str) -> None:
    body = sample("xdis18-discharge-report").replace(place, many + place).encode()
    started = time.process_time()
    _, verdict, receipt = judged(body)
    assert time.process_time() - started < 2
    assert verdict.outcome is Outcome.REFUSED
    assert len(verdict.issues) < 100
    assert len(receipt) < 20_000
