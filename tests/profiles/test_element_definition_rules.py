"""What one element definition may say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import R4, Json, element, found, profile, validator

_AT = "StructureDefinition.differential.element[0]"
_IN = "StructureDefinition.snapshot.element[1]"


def _found(path: str, **rules: Any) -> list[str]:
    structure = profile("p", "Observation", element(path, **rules))
    return [one for one in found(structure) if one.split()[1].startswith("element-")]


_SLICING: Json = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
_BINDING: Json = {"strength": "example", "valueSet": "http://hl7.org/fhir/ValueSet/body-site"}


@pytest.mark.parametrize(
    ("path", "rules", "expected"),
    [
        ("Observation.identifier", {"slicing": _SLICING}, []),
        ("Observation.value[x]", {"slicing": {"discriminator": [{"type": "type", "path": "$this"}]}}, []),
        (
            "Observation.identifier",
            {"slicing": {"discriminator": [{"type": "value", "path": "sys"}]}, "type": [{"code": "Identifier"}]},
            [f"error element-discriminator {_AT}.slicing.discriminator[0]"],
        ),
        (
            "Observation.component",
            {
                "slicing": {"discriminator": [{"type": "value", "path": "code.x"}]},
                "type": [{"code": "BackboneElement"}],
            },
            [f"error element-discriminator {_AT}.slicing.discriminator[0]"],
        ),
        (
            "Observation.hasMember",
            {
                "slicing": {"discriminator": [{"type": "value", "path": "resolve().code"}]},
                "type": [{"code": "Reference"}],
            },
            [],
        ),
        ("Observation.bodySite", {"slicing": _SLICING}, [f"error element-slicing {_AT}.slicing"]),
        ("Observation", {"slicing": _SLICING}, [f"error element-slicing {_AT}"]),
        ("Observation.issued", {"type": [{"code": "instant"}], "maxLength": 5}, []),
        ("Observation.code", {"type": [{"code": "CodeableConcept"}], "maxLength": 5}, [f"error element-unfit {_AT}"]),
        (
            "Observation.value[x]",
            {"type": [{"code": "boolean"}], "minValueInteger": 1},
            [f"error element-unfit {_AT}"],
        ),
        ("Observation.issued", {"type": [{"code": "instant"}], "binding": _BINDING}, [f"error element-unfit {_AT}"]),
        ("Observation.bodySite", {"binding": _BINDING}, []),
        ("Observation.note", {"meaningWhenMissing": "x"}, [f"error element-meaning {_AT}"]),
    ],
)
def test_in_a_differential(path: str, rules: Json, expected: list[str]) -> None:
    assert _found(path, **rules) == expected


def test_advice_on_differentials() -> None:
    marked = {"url": R4 + "elementdefinition-type-must-support", "valueBoolean": True}
    structure = profile(
        "p",
        "Observation",
        element("Observation.identifier", slicing={"discriminator": [{"type": "pattern", "path": "type"}]}),
        element("Observation.subject", type=[{"code": "Reference", "extension": [marked]}]),
        element("Observation.value[x]", type=[{"code": "string"}, {"code": "Quantity"}], binding=_BINDING),
    )
    told = [
        f"{one.code} {one.where.removeprefix('StructureDefinition.differential.')}"
        for one in validator().validate(structure)
        if one.code.startswith("element-") and one.severity == "information"
    ]
    assert told == [
        "element-discriminator element[0].slicing.discriminator[0]",
        "element-support element[1]",
        "element-binding element[2].binding",
    ]


def _in_snapshot(derivation: str = "constraint", **rules: Any) -> list[str]:
    root = element("Observation", min=0, max="*")
    inner = {"min": 0, "max": "1", "type": [{"code": "code"}], **rules}
    kept = {key: value for key, value in inner.items() if value is not None}
    structure = profile(
        "p", "Observation", derivation=derivation, snapshot={"element": [root, element("Observation.status", **kept)]}
    )
    return [one for one in found(structure) if one.split()[1].startswith("element-")]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"fixedCode": "final"}, []),
        ({"fixedString": "final"}, [f"error element-value {_IN}.fixed.ofType(string)"]),
        ({"max": "*", "fixedCode": "final"}, [f"warning element-repeats {_IN}.fixed.ofType(code)"]),
        (
            {"type": [{"code": "Period"}], "fixedPeriod": {"start": "2026"}},
            [f"warning element-fixed {_IN}.fixed.ofType(Period)"],
        ),
        ({"type": None}, [f"error element-typeless {_IN}"]),
        (
            {"type": [{"code": "date"}], "binding": _BINDING},
            [f"error element-unfit {_IN}", f"error element-unfit {_IN}.binding"],
        ),
    ],
)
def test_in_a_snapshot(rules: Json, expected: list[str]) -> None:
    assert _in_snapshot(**rules) == expected


def test_tables_of_a_specialization() -> None:
    assert _in_snapshot("specialization", fixedCode="final") == [f"error element-table {_IN}"]
    assert _in_snapshot("specialization", max=None) == [f"error element-table {_IN}"]


def test_the_root_of_a_profile_has_no_value() -> None:
    structure = profile(
        "p", "Observation", snapshot={"element": [element("Observation", min=0, max="*", slicing=_SLICING)]}
    )
    told = [one for one in found(structure) if " element-table " in one]
    assert told == ["error element-table StructureDefinition.snapshot.element[0]"]
