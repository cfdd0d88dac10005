"""Structure definitions and their bases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, R4, Json, element, found, profile, sliced, validator


def _own(structure: Json, *others: Json) -> list[str]:
    """Findings of the rules of definitions alone."""
    codes = ("definition-", "constraint-", "element-", "context-", "invariant-definition", "obligation-")
    return [one for one in found(structure, *others) if one.split()[1].startswith(codes)]


def _logical(name: str, **more: Any) -> Json:
    return {
        "resourceType": "StructureDefinition",
        "url": BASE + name,
        "name": name,
        "status": "active",
        "kind": "logical",
        "abstract": False,
        "type": BASE + name,
        "baseDefinition": R4 + "Element",
        "derivation": "specialization",
        "differential": {"element": [element(name, min=0, max="*")]},
        **more,
    }


def _extension(**fixed: Any) -> Json:
    context = [{"type": "element", "expression": "Patient"}]
    return profile("ext", "Extension", element("Extension.url", **fixed), kind="complex-type", context=context)


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        (profile("p", "Patient", element("Patient.name", min=1)), []),
        (_logical("Boo"), []),
        (_extension(fixedUri=BASE + "ext"), []),
        (_extension(), ["error definition-extension StructureDefinition"]),
        (_extension(fixedUri=BASE + "other"), ["error definition-extension StructureDefinition"]),
        (profile("p", "Patient", baseDefinition=BASE + "none"), ["warning definition-base StructureDefinition"]),
        (profile("p", "Patient", derivation=None), ["error definition-derivation StructureDefinition"]),
        (profile("p", "Patient", type="Person"), ["error definition-derivation StructureDefinition"]),
        (profile("p", "Patient", kind="logical"), ["error definition-derivation StructureDefinition"] * 2),
        (_logical("Boo", type="Boo"), ["error definition-type StructureDefinition.type"]),
        (
            profile("Patient", "Patient", derivation="specialization"),
            ["error definition-type StructureDefinition.type", "error definition-derivation StructureDefinition"],
        ),
        (_logical("Boo", type="http://other.example/Boo"), ["warning definition-namespace StructureDefinition.type"]),
        (
            _logical("Boo", type=R4 + "Foo"),
            [
                "warning definition-namespace StructureDefinition.type",
                "error definition-path StructureDefinition.differential.element[0]",
            ],
        ),
        (
            profile("p", "Patient", element("Patient.birthDate"), element("Patient.name")),
            [
                "error definition-misplaced StructureDefinition.differential.element[0]",
                "error definition-misplaced StructureDefinition",
            ],
        ),
        (
            profile("p", "Observation", element("Observation.valueBla")),
            ["error definition-choice StructureDefinition"],
        ),
    ],
)
def test_definition(structure: Json, expected: list[str]) -> None:
    kept = {key: value for key, value in structure.items() if value is not None}
    assert _own(kept) == expected


def test_a_type_is_not_that_of_its_base() -> None:
    base = _logical("Boo")
    again = _logical("Boo", url=BASE + "Again", baseDefinition=BASE + "Boo")
    assert "error definition-derivation StructureDefinition" in _own(again, base)


def test_what_builds_on_an_experiment_says_so() -> None:
    base = profile("base", "Patient", experimental=True)
    derived = profile("p", "Patient", baseDefinition=BASE + "base")
    assert _own(derived, base) == ["warning definition-experimental StructureDefinition"]
    assert _own(derived | {"experimental": True}, base) == []


def test_slices_are_supported_like_their_element() -> None:
    whole = sliced("Patient.identifier", "value", "system") | {"mustSupport": True}
    one = element("Patient.identifier", slice="cpr", min=1)
    structure = profile("p", "Patient", whole, one)
    assert "warning definition-slice-support StructureDefinition.differential" in _own(structure)
    assert _own(profile("p", "Patient", whole, one | {"mustSupport": True})) == []
    base = profile("base", "Patient", whole)
    assert _own(profile("p", "Patient", whole, one, baseDefinition=BASE + "base"), base) == []


@pytest.mark.parametrize("damage", [{"differential": []}, {"snapshot": {"element": [1]}}, {"type": 1}, {"context": {}}])
def test_damaged_definitions_never_raise(damage: Json) -> None:
    assert validator().validate(profile("p", "Patient") | damage)


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


def test_a_definition_is_not_made_from_itself() -> None:
    first = profile("first", "Patient", baseDefinition=BASE + "second")
    second = profile("second", "Patient", baseDefinition=BASE + "first")
    assert "error definition-circular StructureDefinition" in found(first, first, second)
    assert "error definition-circular StructureDefinition" not in found(profile("p", "Patient"))
