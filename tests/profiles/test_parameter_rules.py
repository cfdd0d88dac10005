"""Parameters named like those of R4's own operations."""

from __future__ import annotations

import pytest

from profiles.parameter_rules import check_parameters
from profiles.scope import open_scope
from tests.profiles.samples import Json


@pytest.mark.parametrize(
    ("parameter", "count"),
    [
        ({"name": "own", "valueString": "x"}, 0),
        ({"name": "patient", "valueId": "1"}, 0),
        ({"name": "patient", "valueReference": {"reference": "Patient/1"}}, 1),
        ({"name": "patient", "resource": {"resourceType": "Patient"}}, 1),
        ({"name": "code", "valueCoding": {"code": "a"}}, 0),
        ({"name": "valueSet", "resource": {"resourceType": "ValueSet"}}, 0),
        ({"name": "valueSet", "valueString": "x"}, 1),
        ({"name": 1}, 0),
    ],
)
def test_parameters(parameter: Json, count: int) -> None:
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "own"}, parameter]}
    found = check_parameters(parameters, open_scope(parameters)) or []
    assert [fault.issue("P").where for fault in found] == ["P.parameter[1]"] * count
