"""Profiles that claim to comply with others."""

from __future__ import annotations

import pytest

from profiles.complying_profiles import check_claims
from profiles.issue import Severity
from profiles.terminology import Terminology
from profiles.validator import Options
from tests.profiles.samples import BASE, Json, core, element, found, profile, sliced

CLAIM = "http://hl7.org/fhir/StructureDefinition/structuredefinition-compliesWithProfile"
SUBJECT = element("Observation.subject", min=1)
WRONG = ["error definition-claim StructureDefinition"]
STRING = [{"code": "string"}]


def _claiming(*elements: Json, of: str = "Observation", other: str = "other") -> Json:
    return profile("own", of, *elements, extension=[{"url": CLAIM, "valueCanonical": BASE + other}])


def _judged(definition: Json, other: Json) -> list[str]:
    return found(definition, other, options=Options(tolerated=("structuredefinition-compliesWithProfile",)))


def _told(mine: list[Json], theirs: list[Json], *more: Json) -> list[str]:
    other = profile("other", "Observation", *theirs)
    context = core().adding([other, *more])

    def find(canonical: str) -> Json | None:
        made = context.structure(canonical)
        return made.resource if made else None

    faults = check_claims(_claiming(*mine), find, Terminology(context).codes_of)
    start = f"This does not comply with {BASE}other, as it claims. "
    return [f"{fault.severity} {fault.text.removeprefix(start)}" for fault in faults]


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        ({"min": 1}, {"min": 1}, ""),
        ({"min": 1}, {}, ""),
        ({}, {"min": 1}, "min is 0, and 1 there"),
        ({"max": "1"}, {"max": "2"}, ""),
        ({}, {"max": "2"}, "max is *, and 2 there"),
        ({"max": "3"}, {"max": "2"}, "max is 3, and 2 there"),
    ],
)
def test_counts(mine: Json, theirs: Json, told: str) -> None:
    path = "Observation.category"
    assert _told([element(path, **mine)], [element(path, **theirs)]) == ([f"error {path}: {told}."] if told else [])


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        ({"fixedCode": "final"}, {"fixedCode": "final"}, ""),
        ({"fixedCode": "final"}, {"patternCode": "final"}, ""),
        ({"patternCode": "final"}, {"fixedCode": "final"}, "its value is not fixed as it is there"),
        ({"fixedCode": "amended"}, {"fixedCode": "final"}, "its value is not fixed as it is there"),
        ({}, {"patternCode": "final"}, "its value has not the pattern it has there"),
    ],
)
def test_values(mine: Json, theirs: Json, told: str) -> None:
    path = "Observation.status"
    assert _told([element(path, **mine)], [element(path, **theirs)]) == ([f"error {path}: {told}."] if told else [])


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        ({"type": STRING}, {"type": STRING}, ""),
        ({"type": [*STRING, {"code": "boolean"}]}, {"type": STRING}, "type boolean is none it has there"),
        ({"type": STRING, "maxLength": 5}, {"type": STRING, "maxLength": 5}, ""),
        ({"type": STRING}, {"type": STRING, "maxLength": 5}, "its longest value is not limited to 5, as it is there"),
        ({"minValueInteger": 2}, {"minValueInteger": 1}, ""),
        ({"minValueInteger": 1}, {"minValueInteger": 2}, "its smallest value is below the one there"),
        ({}, {"maxValueInteger": 2}, "its largest value is above the one there"),
    ],
)
def test_types_and_limits(mine: Json, theirs: Json, told: str) -> None:
    path = "Observation.value[x]"
    assert _told([element(path, **mine)], [element(path, **theirs)]) == ([f"error {path}: {told}."] if told else [])


def test_invariants() -> None:
    rule = {"key": "own-1", "severity": "error", "human": "One.", "expression": "code.exists()"}
    theirs = [element("Observation", constraint=[rule])]
    assert _told([], theirs) == ["error Observation: invariant own-1 there is not here."]
    assert _told([element("Observation", constraint=[rule | {"key": "own-2"}])], theirs) == []
    assert _told([], [element("Observation", constraint=[rule | {"severity": "warning"}])]) == []


def _value_set(name: str, *codes: str) -> Json:
    include = {"system": "http://own.example/a", "concept": [{"code": code} for code in codes]}
    url = f"http://own.example/ValueSet/{name}"
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": {"include": [include]}}


SYSTEM: Json = {
    "resourceType": "CodeSystem",
    "url": "http://own.example/a",
    "status": "active",
    "content": "complete",
    "concept": [{"code": "a"}, {"code": "b"}],
}


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("required small", "required wide", []),
        ("required wide", "required small", ["error"]),
        ("extensible wide", "extensible small", ["warning"]),
        ("extensible small", "required small", ["error"]),
        ("preferred small", "extensible small", ["error"]),
        ("required gone", "required small", ["warning"]),
        ("required small", "preferred wide", []),
    ],
)
def test_bindings(mine: str, theirs: str, expected: list[str]) -> None:
    def bound(said: str) -> list[Json]:
        strength, _, name = said.partition(" ")
        binding = {"strength": strength, "valueSet": f"http://own.example/ValueSet/{name}"}
        return [element("Observation.code", binding=binding)]

    told = _told(bound(mine), bound(theirs), SYSTEM, _value_set("small", "a"), _value_set("wide", "a", "b"))
    assert [one.partition(" ")[0] for one in told] == expected


def test_an_element_bound_to_nothing() -> None:
    binding = {"strength": "required", "valueSet": "http://own.example/ValueSet/small"}
    theirs = [element("Observation.bodySite.text", binding=binding)]
    assert len(_told([], theirs, SYSTEM, _value_set("small", "a"))) == 1
    assert _told([element("Observation.bodySite", max="0")], theirs, SYSTEM, _value_set("small", "a")) == []


def _parts(rules: str, *codes: str) -> list[Json]:
    path = "Observation.component"
    parts = [
        part
        for code in codes
        for part in (
            element(path, slice=f"own{code}", min=1),
            element(f"{path}.code", id=f"{path}:own{code}.code", patternCodeableConcept={"text": code}),
        )
    ]
    return [sliced(path, "pattern", "code", rules), *parts]


def _named(parts: list[Json], name: str) -> list[Json]:
    """The same slices under another name."""
    renamed = []
    for one in parts:
        other = one | {"id": one["id"].replace("own", name)}
        renamed.append(other | ({"sliceName": one["sliceName"].replace("own", name)} if "sliceName" in one else {}))
    return renamed


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        (_parts("open", "a"), _parts("open", "a"), []),
        (_named(_parts("open", "a", "b"), "other"), _parts("open", "a"), []),
        ([], _parts("open", "a"), ["that has slices, and this has none"]),
        (_parts("open", "a"), [], []),
        (_parts("open", "b"), _parts("open", "a"), ["that has a slice owna this has nothing for"]),
        (_parts("open", "a"), _parts("closed", "a"), ["its slices are open, and closed there"]),
        (
            _parts("closed", "a", "b"),
            _parts("closed", "a"),
            ["ownb: that has no such slice, and allows no more than it has"],
        ),
    ],
)
def test_slices(mine: list[Json], theirs: list[Json], told: list[str]) -> None:
    faults = [one for one in _told(mine, theirs) if "min is" not in one]
    assert [one.partition("Observation.component:")[2].strip(" .") for one in faults] == told


def test_slices_told_apart_otherwise() -> None:
    theirs = [sliced("Observation.component", "value", "value", ordered=True), *_parts("open", "a")[1:]]
    assert _told(_parts("open", "a"), theirs) == [
        "error Observation.component: its slices are in no order, and are there."
    ]
    theirs = [sliced("Observation.component", "value", "value"), *_parts("open", "a")[1:]]
    assert _told(_parts("open", "a"), theirs) == [
        "error Observation.component: its slices are not told apart by value value."
    ]


def test_what_a_slice_says_counts() -> None:
    theirs = [*_parts("open", "a"), element("Observation.component.value[x]", id="Observation.component:owna.value[x]")]
    theirs[-1]["min"] = 1
    assert _told(_parts("open", "a"), theirs) == ["error Observation.component:owna.value[x]: min is 0, and 1 there."]


def test_a_claim_that_cannot_be_checked() -> None:
    faults = check_claims(_claiming(other="gone"), lambda _: None, lambda _: None)
    assert [fault.severity for fault in faults] == [Severity.ERROR]
    assert _judged(_claiming(SUBJECT), profile("other", "Patient", element("Patient.name", min=1))) == WRONG


def test_it_is_told_of_the_definition() -> None:
    other = profile("other", "Observation", SUBJECT)
    assert _judged(_claiming(SUBJECT), other) == []
    assert _judged(_claiming(element("Observation.subject", max="0")), other) == WRONG
    assert _judged(profile("own", "Observation", element("Observation.subject", max="0")), other) == []


def test_claims_count_once_and_come_to_an_end() -> None:
    many = _claiming() | {"extension": [{"url": CLAIM, "valueCanonical": f"{BASE}gone{at % 40}"} for at in range(80)]}
    assert len(list(check_claims(many, lambda _: None, lambda _: None))) == 20
    twice = _claiming() | {"extension": _claiming()["extension"] * 2}
    assert len(list(check_claims(twice, lambda _: None, lambda _: None))) == 1
