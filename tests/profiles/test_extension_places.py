"""Where extensions may stand, as far as their definitions say it in FHIRPath."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, R4, Json, found, patient

NAMED = [{"family": "A"}]


def _extension(**more: Any) -> Json:
    return {
        "resourceType": "StructureDefinition",
        "url": f"{BASE}flag",
        "name": "Flag",
        "status": "active",
        "kind": "complex-type",
        "abstract": False,
        "type": "Extension",
        "baseDefinition": f"{R4}Extension",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Extension", "path": "Extension"}]},
        **more,
    }


FLAG = {"extension": [{"url": f"{BASE}flag", "valueBoolean": True}]}
IN_NAMES = [{"type": "fhirpath", "expression": "Patient.name.where(family = 'A')"}]
ANYWHERE = [{"type": "element", "expression": "Element"}]


@pytest.mark.parametrize(
    ("name", "contexts", "rules", "expected"),
    [
        ({"family": "A"}, IN_NAMES, [], []),
        ({"family": "B"}, IN_NAMES, [], ["error extension-context Patient.name[0]"]),
        ({"family": "B"}, [*IN_NAMES, *ANYWHERE], [], []),
        ({"family": "B"}, [{"type": "fhirpath", "expression": "family = 'B'"}], [], []),
        ({"family": "B"}, [{"type": "fhirpath", "expression": "family ="}], [], []),
        ({"family": "B"}, ANYWHERE, ["family = 'B'"], []),
        ({"family": "B"}, ANYWHERE, ["family = 'A'"], ["error extension-context Patient.name[0]"]),
        ({"family": "B"}, ANYWHERE, ["family ="], []),
    ],
)
def test_contexts_and_rules(name: Json, contexts: list[Json], rules: list[str], expected: list[str]) -> None:
    definition = _extension(context=contexts, contextInvariant=rules)
    assert found(patient(name=[{**name, **FLAG}]), definition) == expected


def test_on_a_resource() -> None:
    definition = _extension(context=ANYWHERE, contextInvariant=["active"])
    assert found(patient(active=True, **FLAG), definition) == []
    assert found(patient(**FLAG), definition) == ["error extension-context Patient"]


def test_damaged_definitions_say_nothing() -> None:
    definition = _extension(context=[{"type": "fhirpath"}, "x"], contextInvariant="x")
    assert found(patient(name=NAMED), definition) == []
