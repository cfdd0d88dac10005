"""Elements of a differential and their place in the base."""

from __future__ import annotations

import pytest

from profiles.differentials import Misplaced, misplaced
from tests.profiles.samples import R4, Json, core, element


def _find(canonical: str) -> Json | None:
    found = core().structure(canonical)
    return found.resource if found is not None else None


def _misplaced(type_name: str, *paths: str) -> Misplaced:
    base = _find(R4 + type_name)
    assert base is not None
    return misplaced([element(path) for path in (type_name, *paths)], base, _find)


@pytest.mark.parametrize(
    "paths",
    [
        ("Patient.identifier", "Patient.name", "Patient.name.family", "Patient.birthDate"),
        ("Patient.identifier", "Patient.identifier.value", "Patient.identifier", "Patient.identifier.system"),
        ("Patient.name.family", "Patient.contact.name.family", "Patient.contact.gender"),
        ("Patient.deceasedBoolean", "Patient.deceasedDateTime", "Patient.multipleBirth[x]"),
        ("Patient.deceased[x]", "Patient.deceased[x]", "Patient.link.other.identifier"),
    ],
)
def test_in_order(paths: tuple[str, ...]) -> None:
    assert _misplaced("Patient", *paths) == Misplaced(())


def test_slices_are_read_one_after_another() -> None:
    paths = ("Observation.component", "Observation.component.code", "Observation.component.value[x]")
    assert _misplaced("Observation", *paths, *paths) == Misplaced(())


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("Patient.birthDate", "Patient.identifier"), (1,)),
        (("Patient.birthDate", "Patient.birthDate.extension", "Patient.identifier"), (1, 2)),
        (("Patient.nickname", "Patient.name"), (1,)),
        (("Patient.name.surname",), (1,)),
        (("Patient.name", "Patient.name.given", "Patient.name.family"), (2,)),
        (("Patient.contact.gender", "Patient.contact.name"), (1,)),
    ],
)
def test_out_of_place(paths: tuple[str, ...], expected: tuple[int, ...]) -> None:
    assert _misplaced("Patient", *paths) == Misplaced(expected)


def test_a_name_that_is_none_of_its_choice() -> None:
    assert _misplaced("Observation", "Observation.valueBla").misnamed == ("valueBla", "value[x]")


def test_content_references_are_followed() -> None:
    assert _misplaced("Questionnaire", "Questionnaire.item.item.linkId") == Misplaced(())
    assert _misplaced("Questionnaire", "Questionnaire.item.item.link") == Misplaced((1,))


def test_types_the_differential_gives_are_followed() -> None:
    base = _find(R4 + "Bundle")
    assert base is not None
    inner = element("Bundle.entry.resource", type=[{"code": "Organization", "profile": ["http://own.example/unknown"]}])
    elements = [element("Bundle"), element("Bundle.entry"), inner, element("Bundle.entry.resource.type")]
    assert misplaced(elements, base, _find) == Misplaced(())
    assert misplaced([*elements, element("Bundle.entry.resource.gender")], base, _find) == Misplaced((4,))
