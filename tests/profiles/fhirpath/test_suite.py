"""The public FHIRPath suite, as its scorer sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.fhirpath import TESTS, main
from tests.shared import shared_data

CASES = """<tests><group>
<test name="right" inputfile="p.json"><expression>name.given</expression><output type="string">A</output>
  <output type="string">B</output></test>
<test name="unordered" inputfile="p.json" ordered="false"><expression>name.given</expression>
  <output type="string">B</output><output type="string">A</output></test>
<test name="predicate" inputfile="p.json" predicate="true"><expression>id</expression>
  <output type="boolean">true</output></test>
<test name="invalid" inputfile="p.json"><expression invalid="semantic">nam</expression></test>
<test name="wrong order" inputfile="p.json"><expression>name.given</expression><output type="string">B</output>
  <output type="string">A</output></test>
<test name="wrong type" inputfile="p.json"><expression>name.given.first()</expression>
  <output type="code">A</output></test>
<test name="too many" inputfile="p.json"><expression>name.given</expression><output type="string">A</output></test>
<test name="too few"><expression>{}</expression><output type="string">A</output></test>
<test name="no error"><expression invalid="execution">1</expression></test>
<test name="missing" inputfile="m.json"><expression>1</expression><output type="integer">1</output></test>
<test name="no FHIR" inputfile="n.xml"><expression>1</expression><output type="integer">1</output></test>
<test name="error"><expression>1 +</expression><output type="integer">1</output></test>
</group></tests>"""
WRONG = ["wrong order", "wrong type", "too many", "too few", "no error", "missing", "no FHIR", "error"]


def test_the_scorer_tells_right_from_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / TESTS).write_text(CASES)
    (tmp_path / "p.json").write_text('{"resourceType": "Patient", "id": "p", "name": [{"given": ["A", "B"]}]}')
    (tmp_path / "n.xml").write_text("<ClinicalDocument/>")
    assert main([str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"tests": 12, "passed": 4, "failed": WRONG}


def test_without_a_suite(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2


def test_the_public_suite(capsys: pytest.CaptureFixture[str]) -> None:
    main([str(shared_data("fhirpath-suite")), "--json"])
    score = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert score["passed"] >= 0.99 * score["tests"]
