"""Rules that stand in R4's text alone: narratives, attachments, contained resources."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.issue import Severity
from profiles.validator import Options
from tests.profiles.samples import found, observation, patient, validator

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def _told(inner: str, attributes: str = "") -> dict[str, Any]:
    return {"text": {"status": "generated", "div": f"<div {XHTML}{attributes}>{inner}</div>"}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (_told('<p id="a">x</p><a href="#a">y</a>'), []),
        (_told('<a href="#a">y</a>'), ["error narrative-link Patient.text.div"]),
        (_told('<a href="#a">y</a><a href="#b">y</a>'), ["error narrative-link Patient.text.div"] * 2),
        ({"name": [{"text": "a < b > c, 1<2 and </b>"}]}, []),
        ({"photo": [{"contentType": "text/plain", "data": "AAAA", "size": 3}]}, []),
        (
            {"photo": [{"contentType": "text/plain", "data": "AAAA", "size": 4}]},
            ["error attachment-size Patient.photo[0]"],
        ),
        ({"photo": [{"title": "x"}]}, ["warning attachment-empty Patient.photo[0]"]),
        (
            {"contained": [{"resourceType": "Basic", "id": "a", "code": {"text": "x"}}]},
            ["error dom-3 Patient.contained[0]"],
        ),
        ({"name": [{"given": [None]}]}, ["error structure-null Patient.name[0].given"]),
        ({"name": [{"given": ["A"], "_given": [{"id": "x"}, None]}]}, ["error structure-null Patient.name[0].given"]),
    ],
)
def test_resources(more: dict[str, Any], expected: list[str]) -> None:
    assert found(patient(**more)) == expected


def test_texts_shown_as_pages_hold_no_tags() -> None:
    shown = Options(errors=frozenset({"text-html"}))
    assert found(patient(name=[{"text": "<b >x"}]), options=shown) == ["error text-html Patient.name[0].text"]
    assert [one.severity for one in validator().validate(patient(name=[{"text": "<b >x"}]))] == [Severity.INFORMATION]


def test_ids_of_elements_are_their_own_within_a_resource() -> None:
    name = {"id": "n", "family": "Own"}
    assert found(patient(id="n", name=[name])) == []
    assert found(patient(name=[name, name | {"given": ["x"]}])) == ["error element-id Patient.name[1]"]
    inside = observation(id="o", code={"id": "n", "text": "x"}, focus=[{"reference": "#"}])
    assert found(patient(name=[name], contained=[inside])) == []
