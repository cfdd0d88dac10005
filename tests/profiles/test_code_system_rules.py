"""Rules of code systems, their properties, concepts and supplements."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, found

CS: Json = {
    "resourceType": "CodeSystem",
    "url": "http://own.example/cs",
    "status": "active",
    "caseSensitive": True,
    "content": "complete",
    "concept": [{"code": "a", "display": "Ay", "definition": "The letter a."}],
}
HL7 = {"url": "http://hl7.org/fhir/x"}
STANDARD = "http://hl7.org/fhir/concept-properties#"


def properties(*them: Json, **of_concept: Any) -> Json:
    """A system with these properties, and a concept that has one."""
    concept = {"code": "a", "display": "Ay", "property": [of_concept]} if of_concept else {"code": "a"}
    return CS | {"property": list(them), "concept": [concept]}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (CS | {"count": 2}, "error code-system-count CodeSystem.count"),
        (CS | {"count": 1, "content": "fragment"}, "warning code-system-count CodeSystem.count"),
        (CS | {"content": "not-present"}, "error code-system-content CodeSystem.concept[0]"),
        (CS | HL7 | {"concept": [{"code": "a", "display": "a"}]}, "warning concept-definition CodeSystem.concept[0]"),
        (CS | HL7 | {"concept": [{"code": "a", "definition": "a"}]}, "warning concept-display CodeSystem.concept[0]"),
        (CS | {"concept": [{"code": "a"}, {"code": "a"}]}, "error concept-double CodeSystem.concept[1]"),
        (
            CS | {"concept": [{"code": "a", "display": "Ay", "designation": [{"value": "Alpha"}]}]},
            "warning designation-display CodeSystem.concept[0].designation[0]",
        ),
        (
            CS | {"hierarchyMeaning": "classified-with"},
            "warning code-system-version-needed CodeSystem.hierarchyMeaning",
        ),
        (CS | {"content": "supplement"}, "error supplement-system CodeSystem.content"),
        (CS | {"supplements": "http://none"}, "error supplement-content CodeSystem.content"),
        (CS | {"supplements": "http://none", "content": "supplement"}, "warning supplement-unknown CodeSystem"),
        (
            CS | {"supplements": "http://none", "content": "supplement"},
            "error supplement-says CodeSystem.caseSensitive",
        ),
        (
            CS | {"supplements": "http://hl7.org/fhir/administrative-gender", "content": "supplement"},
            "error supplement-code CodeSystem.concept[0]",
        ),
        (
            properties({"code": "x", "uri": "http://x", "type": "code"}, {"code": "x", "uri": "http://y"}),
            "error property-double CodeSystem.property[1]",
        ),
        (properties({"code": "x", "uri": "x", "type": "code"}), "error property-uri CodeSystem.property[0]"),
        (
            properties({"code": "x", "uri": f"{STANDARD}own", "type": "code"}),
            "error property-standard CodeSystem.property[0]",
        ),
        (
            properties({"code": "inactive", "uri": f"{STANDARD}inactive", "type": "code"}),
            "error property-type CodeSystem.property[0]",
        ),
        (
            properties({"code": "inactive", "uri": f"{STANDARD}notSelectable", "type": "boolean"}),
            "error property-code CodeSystem.property[0]",
        ),
        (properties({"code": "inactive", "type": "boolean"}), "warning property-uri CodeSystem.property[0]"),
        (properties({"code": "inactive", "type": "code"}), "warning property-type CodeSystem.property[0]"),
        (
            properties({"code": "old", "type": "boolean"}, code="old", valueString="yes"),
            "error property-value CodeSystem.concept[0].property[0]",
        ),
        (
            properties(code="old", valueString="yes"),
            "warning property-undefined CodeSystem.concept[0].property[0]",
        ),
        (
            properties({"code": "parent", "type": "code"}, code="parent", valueCode="z"),
            "error property-reference CodeSystem.concept[0].property[0]",
        ),
        (
            properties({"code": "synonym", "type": "Coding"}, code="synonym", valueCoding={"code": "z"}),
            "warning property-synonym CodeSystem.concept[0].property[0]",
        ),
        (
            properties({"code": "synonym", "type": "code"}, code="synonym", valueCode="z"),
            "warning property-synonym CodeSystem.concept[0].property[0]",
        ),
    ],
)
def test_what_is_wrong_with_a_code_system(resource: Json, expected: str) -> None:
    assert expected in found(resource)


def test_code_systems_that_are_right() -> None:
    codes = {"code": "parent", "uri": f"{STANDARD}parent", "type": "code"}
    right = properties(codes, code="parent", valueCode="a")
    gender = {"url": "http://own.example/gender", "content": "supplement", "concept": [{"code": "male"}]}
    supplement = {**CS, **gender, "supplements": "http://hl7.org/fhir/administrative-gender|4.0.1"}
    del supplement["caseSensitive"]
    assert [one for resource in (CS, right, supplement) for one in found(resource)] == []


def test_a_supplement_says_the_language_of_its_names() -> None:
    gender = "http://hl7.org/fhir/administrative-gender"
    supplement = {**CS, "url": "http://own.example/x", "content": "supplement", "supplements": gender}
    del supplement["caseSensitive"]

    def told(concept: Json, **more: Any) -> list[str]:
        return found({**supplement, "concept": [{"code": "male", **concept}], **more})

    wrong = ["warning supplement-language CodeSystem"]
    assert told({"display": "Mand"}) == wrong
    assert told({"designation": [{"value": "Mand"}]}) == wrong
    assert told({"display": "Mand"}, language="da") == []
    assert told({"designation": [{"value": "Mand", "language": "da"}]}) == []
