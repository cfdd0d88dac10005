"""Where findings stand in files, whatever the format."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from gateway.checking import Checker
from gateway.guides import load_guide
from profiles.issue import Issue
from tests.gateway.world import NOVEMBER

OURS = Checker(load_guide("", (), (), NOVEMBER).judge)
SAMPLES = Path(__file__).parents[1] / "messages"
UNKNOWN_STATUS = b"""<Encounter xmlns="http://hl7.org/fhir">
  <status value="in-orbit"/>
  <class>
    <code value="HH"/>
  </class>
</Encounter>"""


def found(body: bytes) -> dict[str, Issue]:
    """The findings of a file, by address."""
    return {issue.where: issue for issue in OURS.check("file", body).issues}


def test_json_has_line_and_column() -> None:
    issue = found(b'{\n "resourceType": "Patient",\n "gender": "many"}')["Patient.gender"]
    assert (issue.line, issue.column) == (3, 12)


def test_fhir_xml_has_lines() -> None:
    assert found(UNKNOWN_STATUS)["Encounter.status"].line == 2


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_segments_have_lines(end: bytes) -> None:
    body = (SAMPLES / "hl7v2" / "refused-fields.hl7").read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = {where: issue.line for where, issue in found(body.replace(b"\n", end)).items()}
    assert (lines["EVN-2"], lines["PID-5"], lines["ZIV-1"]) == (2, 3, 5)


def test_letters_have_lines() -> None:
    body = (SAMPLES / "medcom-xml" / "refused-codes.xml").read_bytes()
    issue = found(body)["/Emessage/ReportOfDischarge//TreatmentCode"]
    assert issue.line is not None
    assert b"<TreatmentCode>" in body.splitlines()[issue.line - 1]


def test_a_letter_inside_an_envelope_has_no_lines_of_the_file() -> None:
    letter = base64.b64encode((SAMPLES / "medcom-xml" / "refused-type.xml").read_bytes()).decode()
    message = f"<Message><Data>{letter}</Data></Message>"
    envelope = f'<VANSEnvelope xmlns="urn:oio:medcom:vans-envelope:1.0.4">{message}</VANSEnvelope>'
    assert {issue.line for issue in found(envelope.encode()).values()} == {None}


def test_a_finding_about_the_whole_has_no_line() -> None:
    assert found(b"")[""].line is None


def test_a_choice_is_found_under_its_name_in_the_file() -> None:
    body = (
        b'{"resourceType": "Observation", "status": "final", "code": {"text": "x"},\n "valueQuantity": {"value": "3"}}'
    )
    issues = found(body)
    assert {issue.line for where, issue in issues.items() if "value" in where} == {2}
