"""Placeholders of matchetypes stand where a value of their type belongs."""

from __future__ import annotations

import pytest

from profiles.validator import Options
from tests.profiles.samples import Json, found, observation, patient

MARK = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"
PATTERNS = Options(patterns=True, tolerated=(MARK,))


def pattern(**more: object) -> Json:
    return patient(extension=[{"url": MARK, "valueCode": "partial"}], **more)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"birthDate": "$date$", "gender": "$token$", "id": "$id$"}, []),
        ({"name": [{"family": "$string$", "given": ["$$", "$choice:a|b"]}]}, []),
        ({"birthDate": "$instant$"}, ["warning placeholder-type Patient.birthDate"]),
        ({"name": [{"given": ["x", "$uuid$"]}]}, ["warning placeholder-type Patient.name[0].given[1]"]),
        ({"deceasedDateTime": "$id$"}, ["warning placeholder-type Patient.deceased.ofType(dateTime)"]),
        ({"birthDate": "$day$"}, ["error placeholder-unknown Patient.birthDate"]),
        ({"birthDate": "yesterday"}, ["error format-date Patient.birthDate"]),
        (
            {"contained": [observation(id="o", effectiveDateTime="$date$", status="$date$")]},
            ["error dom-3 Patient.contained[0]", "warning placeholder-type Patient.contained[0].status"],
        ),
    ],
)
def test_placeholders(more: Json, expected: list[str]) -> None:
    assert sorted(found(pattern(**more), options=PATTERNS)) == expected


def test_where_no_pattern_is_asked_for_a_placeholder_is_a_wrong_value() -> None:
    allowed = Options(tolerated=(MARK,))
    assert found(pattern(birthDate="$date$"), options=allowed) == ["error format-date Patient.birthDate"]


def test_a_pattern_says_that_it_is_one() -> None:
    assert found(patient(), options=PATTERNS) == ["error matchetype-needed Patient"]
