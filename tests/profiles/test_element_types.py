"""Types of elements: profiles and targets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, R4, Json, element, found, profile

_EXTENSION = profile("note", "Extension", element("Extension.url", fixedUri=BASE + "note"), kind="complex-type")
_MODIFIER = profile(
    "change",
    "Extension",
    element("Extension", isModifier=True, isModifierReason="x"),
    element("Extension.url", fixedUri=BASE + "change"),
    kind="complex-type",
)
_AT = "StructureDefinition.differential.element[0]"


def _found(path: str, **use: Any) -> list[str]:
    structure = profile("p", "Patient", element(path, type=[use]))
    told = found(structure, _EXTENSION, _MODIFIER)
    return [one for one in told if one.split()[1].startswith("element-")]


@pytest.mark.parametrize(
    ("path", "use", "expected"),
    [
        ("Patient.extension", {"code": "Extension", "profile": [BASE + "note"]}, []),
        ("Patient.modifierExtension", {"code": "Extension", "profile": [BASE + "change"]}, []),
        (
            "Patient.extension",
            {"code": "Extension", "profile": [BASE + "change"]},
            [f"error element-profile {_AT}.type[0].profile[0]"],
        ),
        (
            "Patient.modifierExtension",
            {"code": "Extension", "profile": [BASE + "note"]},
            [f"error element-profile {_AT}.type[0].profile[0]"],
        ),
        (
            "Patient.extension",
            {"code": "Extension", "profile": [BASE + "none"]},
            [f"warning element-profile-unknown {_AT}.type[0].profile[0]"],
        ),
        (
            "Patient.name",
            {"code": "HumanName", "profile": [BASE + "note"]},
            [f"error element-profile {_AT}.type[0].profile[0]"],
        ),
        ("Patient.managingOrganization", {"code": "Reference", "targetProfile": [R4 + "Organization"]}, []),
        (
            "Patient.managingOrganization",
            {"code": "Reference", "targetProfile": [R4 + "HumanName"]},
            [f"error element-profile {_AT}.type[0].targetProfile[0]"],
        ),
        (
            "Patient.managingOrganization",
            {"code": "Reference", "targetProfile": [BASE + "none"]},
            [f"warning element-profile-unknown {_AT}.type[0].targetProfile[0]"],
        ),
        (
            "Patient.name",
            {"code": "HumanName", "targetProfile": [R4 + "Organization"]},
            [f"error element-unfit {_AT}", f"error element-profile {_AT}.type[0].targetProfile[0]"],
        ),
    ],
)
def test_types(path: str, use: Json, expected: list[str]) -> None:
    assert _found(path, **use) == expected
