"""What is remembered of sliced lists changes no finding."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.validator import Validator
from tests.profiles.samples import BASE, Json, element, patient, profile, sliced, validator

_KNOWN = "http://hl7.org/fhir/ValueSet/contact-point-use"


def _phones(rules: str, *, ordered: bool = False) -> Json:
    return profile(
        "phones",
        "Patient",
        sliced("Patient.telecom", "value", "system", rules, ordered=ordered),
        element("Patient.telecom", slice="phone", min=1, max="2"),
        element("Patient.telecom.system", id="Patient.telecom:phone.system", min=1, fixedCode="phone"),
        element("Patient.telecom.value", id="Patient.telecom:phone.value", min=1),
        element("Patient.telecom", slice="email", max="1"),
        element("Patient.telecom.system", id="Patient.telecom:email.system", min=1, fixedCode="email"),
    )


def _uses() -> Json:
    bound = {"strength": "required", "valueSet": _KNOWN}
    return profile(
        "phones",
        "Patient",
        sliced("Patient.telecom", "value", "use"),
        element("Patient.telecom", slice="known", max="1"),
        element("Patient.telecom.use", id="Patient.telecom:known.use", min=1, binding=bound),
        element("Patient.telecom", slice="mine"),
        element("Patient.telecom.use", id="Patient.telecom:mine.use", min=1, fixedCode="mine"),
    )


PROFILES = (_phones("open"), _phones("closed"), _phones("openAtEnd"), _phones("open", ordered=True), _uses())
KEPT = tuple(map(validator, PROFILES))
TELECOMS: st.SearchStrategy[Any] = st.sampled_from(
    [
        {"system": "phone", "value": "1"},
        {"system": "phone", "use": "home"},
        {"system": "email", "value": "a@b.example", "use": "mine"},
        {"system": "fax", "value": "1"},
        {"value": "1"},
        {"system": ["phone"], "value": "1"},
        {"system": 7},
        None,
        "phone",
    ]
)


def _judged(judge: Validator, telecom: list[Any]) -> object:
    return judge.validate(patient(telecom=telecom), [f"{BASE}phones"])


@given(st.sampled_from(range(len(PROFILES))), st.lists(TELECOMS, max_size=4))
@settings(max_examples=40, deadline=None)
def test_what_is_remembered_changes_nothing(at: int, telecom: list[Any]) -> None:
    expected = _judged(validator(PROFILES[at]), telecom)
    assert [_judged(KEPT[at], telecom) for _ in range(2)] == [expected] * 2


def _languages(rules: str) -> Json:
    """By what stands further in: an object in a list."""
    danish = {"system": "urn:ietf:bcp:47", "code": "da"}
    return profile(
        "phones",
        "Patient",
        sliced("Patient.communication", "value", "$this.language.coding", rules),
        element("Patient.communication", slice="danish", max="1"),
        element("Patient.communication.language", id="Patient.communication:danish.language", min=1),
        element(
            "Patient.communication.language.coding",
            id="Patient.communication:danish.language.coding",
            min=1,
            patternCoding=danish,
        ),
        element("Patient.communication.preferred", id="Patient.communication:danish.preferred", min=1),
    )


LANGUAGES = tuple(map(validator, map(_languages, ("open", "closed"))))
CODINGS = st.sampled_from(
    [
        [{"system": "urn:ietf:bcp:47", "code": "da"}],
        [{"system": "urn:ietf:bcp:47", "code": "da", "display": "Danish"}],
        [{"code": "de"}, {"system": "urn:ietf:bcp:47", "code": "da"}],
        [{"system": "urn:ietf:bcp:47", "code": "de"}],
        [{"code": 7}, {"code": ["da"]}],
        [],
        None,
        {"system": "urn:ietf:bcp:47", "code": "da"},
    ]
)
SPOKEN = st.builds(
    lambda coding, more: {"language": {"coding": coding}, **more}, CODINGS, st.sampled_from([{}, {"preferred": True}])
)


@given(st.integers(0, 1), st.lists(SPOKEN, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_what_is_remembered_by_objects_changes_nothing(at: int, spoken: list[Any]) -> None:
    resource = patient(communication=spoken)
    expected = validator(_languages(("open", "closed")[at])).validate(resource, [f"{BASE}phones"])
    assert [LANGUAGES[at].validate(resource, [f"{BASE}phones"]) for _ in range(2)] == [expected] * 2


@pytest.mark.parametrize("value", ["", "12"])
def test_a_remembered_list_is_judged_by_its_slices(value: str) -> None:
    right = {"system": "phone", "value": "1"}
    for _ in range(2):
        assert _judged(KEPT[1], [right, right]) == ()
        found = validator(PROFILES[1]).validate(patient(telecom=[right, {"system": "phone", "value": value}]), [])
        assert bool(found) is (value == "")
    assert _judged(KEPT[1], [right, {"system": "phone"}]) != ()
