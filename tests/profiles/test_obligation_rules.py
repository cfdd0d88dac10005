"""Obligations taken over from other profiles."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.obligation_rules import inherited, own_elements
from tests.profiles.samples import BASE, R4, Json, core, element, profile

_MARK = {"url": R4 + "obligation-profile", "valueBoolean": True}


def _found(canonical: str | None, **more: Any) -> list[str]:
    other: Json = profile("other", "Patient", **more)
    extension = {"url": R4 + "inherit-obligations", **({"valueCanonical": canonical} if canonical else {})}
    structure = profile("p", "Patient", extension=[{"url": R4 + "x"}, extension])
    faults = inherited(structure, lambda url: other if url == other["url"] else None)
    return [f"{fault.code} {fault.issue('S').where}" for fault in faults]


def test_a_profile_of_obligations() -> None:
    assert _found(BASE + "other", extension=[_MARK]) == []


@pytest.mark.parametrize(
    ("canonical", "more"),
    [
        (None, {}),
        (BASE + "none", {}),
        (BASE + "other", {}),
        (BASE + "other", {"extension": [_MARK | {"valueBoolean": False}]}),
        (BASE + "other", {"extension": [_MARK], "baseDefinition": BASE + "another"}),
    ],
)
def test_no_profile_of_obligations(canonical: str | None, more: Json) -> None:
    assert _found(canonical, **more) == ["obligation-profile S.extension[1]"]


def _own(*elements: Json, **more: Any) -> list[str]:
    base = core().structure(R4 + "Patient")
    assert base is not None
    structure = profile("p", "Patient", *elements, extension=[_MARK], **more)
    return [fault.issue("S").where for fault in own_elements(structure, base.resource)]


_AT = "S.differential.element[0]"
_OBLIGATION = {"url": R4 + "obligation", "extension": []}
_PURPOSE = {"url": "purpose", "valueCode": "ui"}
_MORE = {"url": "http://hl7.org/fhir/tools/StructureDefinition/additional-binding", "extension": [_PURPOSE]}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (element("Patient.name", mustSupport=True, min=1, extension=[_OBLIGATION]), []),
        (element("Patient.nickname"), [_AT]),
        (element("Patient.name", extension=[_MARK]), [f"{_AT}.extension[0]"]),
        (element("Patient.name", short="x"), [f"{_AT}.short"]),
        (element("Patient.name.x", id="Patient.name"), [f"{_AT}.path"]),
        (element("Patient.gender", binding={"strength": "required", "extension": [_MORE]}), []),
        (element("Patient.gender", binding={"strength": "extensible"}), [f"{_AT}.binding.strength"]),
        (element("Patient.gender", binding={"valueSet": "x"}), [f"{_AT}.binding.valueSet"]),
        (element("Patient.name", binding={"strength": "required"}), [f"{_AT}.binding"]),
        (
            element(
                "Patient.gender", binding={"extension": [_MORE | {"extension": [_PURPOSE | {"valueCode": "required"}]}]}
            ),
            [f"{_AT}.binding.extension[0]"],
        ),
    ],
)
def test_what_a_profile_of_obligations_may_say(one: Json, expected: list[str]) -> None:
    assert _own(one) == expected


def test_only_profiles_of_something_have_obligations() -> None:
    assert _own(derivation="specialization") == ["S"]
