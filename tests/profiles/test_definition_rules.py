"""Rules of code systems, value sets, structure definitions and questionnaires."""

from __future__ import annotations

import pytest

from tests.profiles.samples import Json, found

CS: Json = {"resourceType": "CodeSystem", "url": "http://own.example/cs", "status": "active", "caseSensitive": True}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (
            CS | {"content": "complete", "count": 2, "concept": [{"code": "a"}]},
            "error code-system-count CodeSystem.count",
        ),
        (
            CS | {"content": "complete", "url": "http://hl7.org/fhir/x", "concept": [{"code": "a"}]},
            "warning concept-definition CodeSystem.concept[0]",
        ),
        (
            CS | {"content": "complete", "property": [{"code": "a", "type": "code"}, {"code": "a", "type": "code"}]},
            "error property-double CodeSystem.property[1]",
        ),
        (
            CS
            | {
                "content": "complete",
                "property": [{"code": "old", "type": "boolean"}],
                "concept": [{"code": "a", "property": [{"code": "old", "valueString": "yes"}]}],
            },
            "error property-value CodeSystem.concept[0].property[0]",
        ),
        (
            {"resourceType": "ValueSet", "status": "active", "compose": {"include": [{"system": "#a"}]}},
            "error value-set-system ValueSet.compose.include[0]",
        ),
        (
            {
                "resourceType": "Questionnaire",
                "status": "active",
                "item": [
                    {
                        "linkId": "a",
                        "type": "group",
                        "item": [{"linkId": "b", "type": "boolean"}],
                        "enableWhen": [{"question": "b", "operator": "exists", "answerBoolean": True}],
                    }
                ],
            },
            "error enable-inner Questionnaire.item[0]",
        ),
    ],
)
def test_definitions(resource: Json, expected: str) -> None:
    assert expected in found(resource)


def test_paths_start_with_the_type() -> None:
    structure = {
        "resourceType": "StructureDefinition",
        "url": "http://own.example/sd",
        "name": "Own",
        "status": "active",
        "kind": "logical",
        "abstract": False,
        "type": "http://own.example/Thing",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Element",
        "derivation": "specialization",
        "differential": {"element": [{"id": "Other", "path": "Other"}]},
    }
    assert "error definition-path StructureDefinition.differential.element[0]" in found(structure)
