"""Places of the validator's findings are found in the JSON they are about."""

from __future__ import annotations

from profiles.places import json_place
from profiles.strict_json import locate


def test_choices_by_their_property() -> None:
    where = "Observation.component[1].value.ofType(base64Binary).extension[0]"
    assert json_place(where) == "Observation.component[1].valueBase64Binary.extension[0]"
    assert json_place("Patient.name[0].given[1]") == "Patient.name[0].given[1]"


def test_they_have_a_line() -> None:
    body = b'{"resourceType": "Observation",\n "valueQuantity": {\n  "value": "x"}}'
    assert locate(body, json_place("Observation.value.ofType(Quantity).value")) == (3, 12)
