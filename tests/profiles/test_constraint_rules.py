"""Profiles narrow their base."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, R4, Json, element, found, profile

_BASE = profile(
    "base",
    "Observation",
    element("Observation.identifier", min=1, max="2", mustSupport=True),
    element("Observation.status", fixedCode="final"),
    element("Observation.code", patternCodeableConcept={"coding": [{"system": "http://own.example/cs"}]}),
    element("Observation.value[x]", type=[{"code": "dateTime"}, {"code": "CodeableConcept"}]),
)


def _found(path: str, **rules: Any) -> list[str]:
    derived = profile("p", "Observation", element(path, **rules), baseDefinition=BASE + "base")
    return [one for one in found(derived, _BASE) if one.split()[1].startswith("constraint-")]


_PATTERN: Json = {"coding": [{"system": "http://own.example/cs", "code": "a"}]}


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("Observation.identifier", {"min": 2, "max": "2"}),
        ("Observation.identifier", {"slice": "one", "min": 0, "max": "1"}),
        ("Observation.note", {"max": "0"}),
        ("Observation.status", {"fixedCode": "final"}),
        ("Observation.code", {"patternCodeableConcept": _PATTERN}),
        ("Observation.code", {"fixedCodeableConcept": _PATTERN}),
        ("Observation.value[x]", {"type": [{"code": "dateTime"}]}),
    ],
)
def test_narrowed(path: str, rules: Json) -> None:
    assert _found(path, **rules) == []


_SETS = tuple(
    {
        "resourceType": "ValueSet",
        "url": f"http://own.example/ValueSet/{name}",
        "status": "active",
        "compose": {"include": [{"system": "http://own.example/cs", "concept": [{"code": code} for code in name]}]},
    }
    for name in ("a", "ab")
)


def _bound(name: str, strength: str = "required") -> Json:
    return {"binding": {"strength": strength, "valueSet": f"http://own.example/ValueSet/{name}"}}


@pytest.mark.parametrize(
    ("base", "derived", "expected"),
    [
        (_bound("ab"), _bound("a"), False),
        (_bound("ab"), _bound("ab"), False),
        (_bound("a"), _bound("ab"), True),
        (_bound("a", "extensible"), _bound("ab"), False),
        (_bound("a"), _bound("unknown"), False),
    ],
)
def test_a_required_binding_takes_no_new_codes(base: Json, derived: Json, expected: bool) -> None:
    first = profile("first", "Observation", element("Observation.method", **base))
    second = profile("second", "Observation", element("Observation.method", **derived), baseDefinition=BASE + "first")
    assert ("error constraint-widened StructureDefinition" in found(second, first, *_SETS)) is expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [(["Device"], False), (["Patient"], True), (["Device", "Patient"], True), ([BASE + "meter"], False)],
)
def test_references_lead_where_the_base_lets_them(targets: list[str], expected: bool) -> None:
    meter = profile("meter", "Device", element("Device.type", min=1))
    urls = [one if ":" in one else R4 + one for one in targets]
    derived = profile(
        "p", "Observation", element("Observation.device", type=[{"code": "Reference", "targetProfile": urls}])
    )
    assert ("error constraint-type StructureDefinition" in found(derived, meter)) is expected


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("Patient.birthDate", "string", True),
        ("Patient.implicitRules", "url", False),
        ("Patient.language", "string", True),
        ("Observation.referenceRange.age", "Quantity", True),
    ],
)
def test_types_that_are_made_from_others(path: str, code: str, expected: bool) -> None:
    derived = profile("p", path.partition(".")[0], element(path, type=[{"code": code}]))
    assert ("error constraint-type StructureDefinition" in found(derived)) is expected


_WIDENED = ["error constraint-widened StructureDefinition"]
_AT = "StructureDefinition.differential.element[0]"


@pytest.mark.parametrize(
    ("path", "rules", "expected"),
    [
        ("Observation.identifier", {"min": 0}, _WIDENED),
        ("Observation.identifier", {"max": "3"}, _WIDENED),
        ("Observation.identifier", {"max": "*"}, _WIDENED),
        ("Observation.identifier", {"mustSupport": False}, _WIDENED),
        ("Observation.status", {"binding": {"strength": "example"}}, _WIDENED),
        ("Observation.status", {"fixedCode": "amended"}, [f"error constraint-value {_AT}.fixed.ofType(code)"]),
        ("Observation.status", {"fixedString": "final"}, [f"error constraint-value {_AT}.fixed.ofType(string)"]),
        (
            "Observation.code",
            {"patternCodeableConcept": {"text": "x"}},
            [f"error constraint-value {_AT}.pattern.ofType(CodeableConcept)"],
        ),
        ("Observation.value[x]", {"type": [{"code": "Period"}]}, ["error constraint-type StructureDefinition"]),
    ],
)
def test_widened(path: str, rules: Json, expected: list[str]) -> None:
    assert _found(path, **rules) == expected
