"""Which Observations are vital signs by their code."""

from __future__ import annotations

import pytest

from profiles.vital_signs import vital_sign_profiles
from tests.profiles.samples import observation, validator

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (LOINC, "8310-5", (("bodytemp", "LOINC code 8310-5"),)),
        (LOINC, "76534-7", (("bp", "LOINC code 76534-7"),)),
        (SNOMED, "276885007", (("bodytemp", "SNOMED CT code 276885007"),)),
        (SNOMED, "8310-5", ()),
        ("http://codes.example", "8310-5", ()),
    ],
)
def test_by_code(system: str, code: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert vital_sign_profiles(observation(code={"coding": [{"system": system, "code": code}]})) == expected


def test_a_profile_is_named_once_by_its_code_of_loinc() -> None:
    codings = [{"system": SNOMED, "code": "276885007"}, {"system": LOINC, "code": "8310-5"}]
    assert vital_sign_profiles(observation(code={"coding": codings})) == (("bodytemp", "LOINC code 8310-5"),)


def test_damaged_codes_are_none() -> None:
    assert vital_sign_profiles(observation(code={"coding": ["8310-5", {"code": ["8310-5"]}]})) == ()
    assert vital_sign_profiles({"resourceType": "Patient"}) == ()


def test_other_codes_beside_the_one_of_loinc_are_not_remarked_on() -> None:
    codings = [{"system": LOINC, "code": "8310-5"}, {"system": "http://codes.example", "code": "x"}]
    issues = validator().validate(observation(code={"coding": codings}))
    assert "LOINC code 8310-5" in next(one.text for one in issues if one.code == "profile-implied")
    assert not [one for one in issues if one.code == "slicing-unmatched"]
