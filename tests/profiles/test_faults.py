"""Faults become issues: placed, without numbers of citizens, and no longer than anybody reads."""

from __future__ import annotations

import pytest

from profiles.faults import Fault, placed
from tests.profiles.samples import patient, validator


def test_a_place_is_written_from_the_outside_in() -> None:
    fault = placed(Fault("a", "Wrong."), "name", 0, "given", 1)
    assert fault.issue("Patient").where == "Patient.name[0].given[1]"
    assert placed(Fault("a", "Wrong."), "010190-1234").issue("Patient").where == "Patient.?"


@pytest.mark.parametrize("number", ["0101901234", "010190-1234"])
def test_a_number_in_a_url_is_not_repeated(number: str) -> None:
    told = validator().validate(
        patient(meta={"profile": [f"http://x.example/{number}"]}, extension=[{"url": f"http://x.example/{number}"}])
    )
    assert {issue.code for issue in told} >= {"profile-unknown", "extension-unknown"}
    assert not [issue for issue in told if number in issue.text]


def test_a_text_of_any_length_is_cut() -> None:
    told = validator().validate(patient(meta={"profile": ["http://x.example/" + "a" * 70_000]}))
    assert all(len(issue.text) < 3_000 for issue in told)
