"""Additional bindings: what their purposes ask of codes, and for which resources they count."""

from __future__ import annotations

import pytest

from tests.profiles.archives import code_system, value_set
from tests.profiles.samples import BASE, Json, element, found, observation, profile

TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/additional-binding"
LETTERS = "http://example.dk/CodeSystem/letters"
DEFINED = (
    code_system("letters", "a", "b", "c"),
    value_set("few", {"system": LETTERS, "concept": [{"code": "a"}]}),
)
FEW = "http://example.dk/ValueSet/few"


def binding(purpose: str, *usages: Json, form: str = TOOLS, **more: Json) -> Json:
    parts: list[Json] = [
        {"url": "purpose", "valueCode": purpose},
        {"url": "valueSet", "valueCanonical": FEW},
        *({"url": "usage", "valueUsageContext": one} for one in usages),
    ]
    return {
        "strength": "example",
        "valueSet": "http://hl7.org/fhir/ValueSet/observation-codes",
        "extension": [{"url": form, "extension": parts}],
        **more,
    }


def usage(path: str, code: str) -> Json:
    value = {"coding": [{"system": LETTERS, "code": code}]}
    return {"code": {"system": f"{BASE}p", "code": path}, "valueCodeableConcept": value}


def said(bound: Json, code: str = "b", path: str = "Observation.code", more: Json | None = None) -> list[str]:
    """The findings on an Observation whose code is that letter."""
    given = profile("p", "Observation", element(path, binding=bound))
    coded = {"coding": [{"system": LETTERS, "code": code}]}
    return found(observation(code=coded, **(more or {})), given, *DEFINED, profiles=("p",))


@pytest.mark.parametrize(
    ("purpose", "code", "expected"),
    [
        ("required", "a", []),
        ("required", "b", ["error binding-required Observation.code"]),
        ("maximum", "b", ["error binding-required Observation.code"]),
        ("extensible", "b", ["warning binding-extensible Observation.code"]),
        ("preferred", "b", []),
        ("candidate", "b", []),
        ("ui", "b", []),
    ],
)
def test_purposes(purpose: str, code: str, expected: list[str]) -> None:
    assert said(binding(purpose), code) == expected


def test_the_elements_and_the_extension_of_r5_are_read_too() -> None:
    backport = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional"
    assert said(binding("required", form=backport)) == ["error binding-required Observation.code"]
    own = {"strength": "example", "additional": [{"purpose": "required", "valueSet": FEW}]}
    assert said(own) == ["error binding-required Observation.code"]


def test_codes_without_a_system_are_held_against_them() -> None:
    assert said(binding("required"), path="Observation.language", more={"language": "da"}) == [
        "error binding-system Observation.language",
        "error binding-required Observation.language",
    ]


def test_one_that_any_repetition_may_satisfy_is_not_held_against_each() -> None:
    bound = binding("required")
    bound["extension"][0]["extension"].append({"url": "any", "valueBoolean": True})
    assert said(bound) == []


@pytest.mark.parametrize(
    ("usages", "category", "is_held"),
    [
        ([usage("Observation.category", "c")], "c", True),
        ([usage("Observation.category", "c")], "a", False),
        ([usage("Observation.category", "c"), usage("Observation.category", "a")], "c", False),
        ([usage("Observation.code", "b")], "a", True),
        ([usage("Observation.method", "b")], "a", False),
        ([{"code": {"system": "http://example.dk/other", "code": "venue"}}], "c", False),
    ],
)
def test_usages(usages: list[Json], category: str, is_held: bool) -> None:
    more = {"category": [{"coding": [{"system": LETTERS, "code": category}]}]}
    expected = ["error binding-required Observation.code"] if is_held else []
    assert said(binding("required", *usages), more=more) == expected
