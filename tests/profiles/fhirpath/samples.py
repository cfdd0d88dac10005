"""Data the FHIRPath tests share: an invented citizen, and random elements of R4 types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from profiles.fhirpath import Node, resource_node
from profiles.r4.facts import Element, facts

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "name": [
        {"use": "official", "family": "Holm", "given": ["Asta", "Bo"]},
        {"use": "nickname", "given": [None, "As"], "_given": [{"extension": [{"url": "u", "valueCode": "c"}]}, None]},
    ],
    "gender": "female",
    "birthDate": "1970-03",
    "_birthDate": {"extension": [{"url": "http://e/time", "valueDateTime": "1970-03-05T10:00:00+01:00"}]},
    "multipleBirthInteger": 2,
    "contact": [{"name": {"family": "Lund"}}, {"gender": "male"}],
    "contained": [{"resourceType": "Organization", "id": "o1", "name": "Sygehus"}],
    "managingOrganization": {"reference": "#o1"},
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "valueQuantity": {
        "value": Decimal("80.50"),
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    },
}


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


def patient() -> Node:
    """The invented citizen."""
    return resource_node(PATIENT)


def observation() -> Node:
    """A weight."""
    return resource_node(OBSERVATION)


_TEXTS = st.sampled_from(["", "a", "b", "entered-in-error", "home", "#o1", "http://unitsofmeasure.org", "1", "group"])
_DATES = st.sampled_from(["2024", "2024-02", "2024-02-29", "2023-13-01", "2024-02-29T10:00:00Z", "10:30:00", "x"])
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "decimal": st.decimals(-10, 10, places=2) | st.integers(-3, 3),
    "integer": st.integers(-3, 3),
    "positiveInt": st.integers(1, 3),
    "unsignedInt": st.integers(0, 3),
    **dict.fromkeys(("date", "dateTime", "instant", "time"), _DATES),
}
_JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, {}, [], [None], "junk", 0, True, [{}], {"value": "x"}, ["a", {"id": "i"}]]
)


@st.composite
def elements(draw: st.DrawFn, type_name: str, depth: int = 3) -> dict[str, Any]:
    """A JSON object with some of a type's elements; now and then one that is malformed."""
    found = facts().types[type_name].elements
    chosen = draw(st.lists(st.sampled_from(found), max_size=6, unique_by=lambda element: element.name)) if found else []
    content: dict[str, Any] = {}
    for element in chosen:
        key, use = draw(st.sampled_from(element.properties()))
        content[key] = draw(_JUNK) if draw(st.integers(0, 9)) == 0 else draw(_value(element, use.code, depth))
        if use.code in facts().primitives and draw(st.booleans()):
            content[f"_{key}"] = draw(
                st.sampled_from([{"id": "i"}, {"extension": [{"url": "u"}]}, [None, {"id": "i"}]])
            )
    return content


def _value(element: Element, code: str, depth: int) -> st.SearchStrategy[Any]:
    if code in facts().primitives:
        one = _VALUES.get(code, _TEXTS)
    elif depth <= 0 or code not in facts().types:
        one = st.just({})
    elif code == "Resource":
        one = elements("Basic", 0).map(lambda content: {"resourceType": "Basic", **content})
    else:
        one = elements(code, depth - 1)
    return st.lists(one, min_size=1, max_size=3) if element.repeats else one
