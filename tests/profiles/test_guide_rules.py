"""Implementation guides."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.guide_rules import check_guide
from profiles.scope import open_scope
from tests.profiles.samples import Json


def _found(**more: Any) -> list[str]:
    guide: Json = {"resourceType": "ImplementationGuide", "url": "http://own.example/ig", **more}
    faults = check_guide(guide, open_scope(guide)) or []
    return [f"{fault.severity} {fault.issue('IG').where}" for fault in faults]


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [
        ({"packageId": "hl7.fhir.dk.core", "version": "3.7.0"}, []),
        ({"packageId": "hl7.fhir.dk.core"}, ["warning IG.dependsOn[0]"]),
        ({"packageId": "core", "version": "3.7.0"}, ["error IG.dependsOn[0]"]),
        ({"packageId": "hl7.fhir.dk.core", "version": "3.7 0"}, ["error IG.dependsOn[0]"]),
    ],
)
def test_dependencies(dependency: Json, expected: list[str]) -> None:
    assert _found(dependsOn=[dependency]) == expected


def test_guides_of_hl7_say_more_of_themselves() -> None:
    url = "http://hl7.org/fhir/uv/own/ImplementationGuide/own"
    assert _found(url=url) == ["error IG", "error IG", "warning IG"]
    home = "http://hl7.org/fhir/StructureDefinition/structuredefinition-"
    marks = [{"url": home + name} for name in ("standards-status", "wg", "fmm")]
    assert _found(url=url, extension=marks) == []
