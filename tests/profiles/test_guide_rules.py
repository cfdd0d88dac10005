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


GUIDE = "http://own.example/ImplementationGuide/a"


@pytest.mark.parametrize(
    ("uri", "wrong"),
    [
        (GUIDE, 0),
        (f"{GUIDE}|1.0.0", 0),
        (f"{GUIDE}|1.0.1", 1),
        (f"{GUIDE}|", 1),
        ("http://own.example/a", 1),
        ("http://own.example/a|2", 2),
    ],
)
def test_guides_depended_on_are_named_by_their_own_url(uri: str, wrong: int) -> None:
    dependency = {"packageId": "own.example.a", "version": "1.0.0", "uri": uri}
    assert _found(dependsOn=[dependency]) == ["error IG.dependsOn[0]"] * wrong


def test_guides_of_hl7_say_more_of_themselves() -> None:
    url = "http://hl7.org/fhir/uv/own/ImplementationGuide/own"
    assert _found(url=url) == ["error IG", "error IG", "warning IG"]
    home = "http://hl7.org/fhir/StructureDefinition/structuredefinition-"
    marks = [{"url": home + name} for name in ("standards-status", "wg", "fmm")]
    assert _found(url=url, extension=marks) == []
