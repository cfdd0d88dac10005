"""Operations and the profiles of what goes in and out of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import BASE, Json, element, found, profile, sliced

_PARAMETER = "Parameters.parameter"


def _slice(name: str, code: str, **rules: Any) -> list[Json]:
    key = f"{_PARAMETER}:{name}"
    return [
        element(_PARAMETER, slice=name, min=0, max="1", **rules),
        element(f"{_PARAMETER}.name", id=f"{key}.name", fixedString=name),
        element(f"{_PARAMETER}.value[x]", id=f"{key}.value[x]", min=1, type=[{"code": code}]),
        element(f"{_PARAMETER}.resource", id=f"{key}.resource", max="0"),
        element(f"{_PARAMETER}.part", id=f"{key}.part", max="0"),
    ]


_IN = profile(
    "in", "Parameters", sliced(_PARAMETER, "value", "name"), *_slice("day", "date"), *_slice("who", "Identifier")
)


def _found(*parameters: Json, **more: Any) -> list[str]:
    operation = {
        "resourceType": "OperationDefinition",
        "name": "Own",
        "status": "active",
        "kind": "operation",
        "code": "own",
        "system": True,
        "type": False,
        "instance": False,
        "inputProfile": BASE + "in",
        "parameter": list(parameters),
        **more,
    }
    return [one for one in found(operation, _IN) if one.split()[1].startswith("operation-")]


def _parameter(name: str, code: str, **more: Any) -> Json:
    return {"name": name, "use": "in", "min": 0, "max": "1", "type": code, **more}


_DAY, _WHO = _parameter("day", "date"), _parameter("who", "Identifier")
_FIRST = "error operation-parameter OperationDefinition.parameter[0]"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ((_DAY, _WHO), []),
        ((_DAY, _WHO, _parameter("out", "date", use="out")), []),
        ((_DAY,), ["warning operation-parameter OperationDefinition.inputProfile"]),
        (
            (_DAY, _WHO, _parameter("more", "date")),
            ["warning operation-parameter OperationDefinition.parameter[2]"],
        ),
        ((_DAY | {"min": 1}, _WHO), [_FIRST]),
        ((_DAY | {"max": "*"}, _WHO), [_FIRST]),
        ((_DAY | {"type": "dateTime"}, _WHO), [_FIRST, _FIRST]),
    ],
)
def test_parameters(parameters: tuple[Json, ...], expected: list[str]) -> None:
    assert _found(*parameters) == expected


def test_several_types_are_said_by_an_extension() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/operationdefinition-allowed-type"
    marks = [{"url": url, "valueUri": "date"}]
    assert _found(_parameter("day", "Element", extension=marks), _WHO) == []


def test_profiles_that_cannot_be_used() -> None:
    error = "error operation-profile OperationDefinition.inputProfile"
    assert _found(_DAY, _WHO, inputProfile=BASE + "none") == [error]
    assert _found(_DAY, _WHO, inputProfile="http://hl7.org/fhir/StructureDefinition/Patient") == [error]


@pytest.mark.parametrize(
    "damage",
    [
        {"max": "many"},
        {"slicing": {"discriminator": ["value"]}},
        {"type": [{"code": "Reference", "targetProfile": [[]]}]},
    ],
)
def test_damaged_profiles_stop_nothing(damage: Json) -> None:
    damaged = profile("in", "Parameters", sliced(_PARAMETER, "value", "name") | damage, *_slice("day", "date"))
    operation = {"resourceType": "OperationDefinition", "inputProfile": BASE + "in", "parameter": [_DAY]}
    assert found(operation, damaged)


def test_an_operation_made_from_itself() -> None:
    url = "http://own.example/OperationDefinition/own"
    assert _found(url=url, base=url, inputProfile=None) == ["error operation-circular OperationDefinition"]
    assert _found(url=url, base=f"{url}-other", inputProfile=None) == []
