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


UUID = "urn:uuid:00000000-0000-4000-8000-00000000000a"
BASIC = {"resourceType": "Organization", "id": "a", "name": "x"}


def _photo(**more: Any) -> dict[str, Any]:
    return {"photo": [{"contentType": "text/plain", "data": "AAAA", **more}]}


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
        (_photo(hash="KeLc+7FvY7sCVN91haFbtvtekn0="), []),
        (_photo(hash="AAAAAAAAAAAAAAAAAAAAAAAAAAA="), ["error attachment-hash Patient.photo[0]"]),
        (
            _photo(hash="AAAA", size=9),
            ["error attachment-size Patient.photo[0]", "error attachment-hash Patient.photo[0]"],
        ),
        (
            {"contained": [BASIC, BASIC], "managingOrganization": {"reference": "#a"}},
            ["error contained-id Patient.contained[1]"],
        ),
        (
            {"contained": [{"resourceType": "Basic", "id": "a", "code": {"text": "x"}}]},
            ["error dom-3 Patient.contained[0]"],
        ),
        ({"identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2"}]}, []),
        (
            {"identifier": [{"system": "urn:ietf:rfc:3986", "value": "1.2"}]},
            ["error identifier-system Patient.identifier[0]"],
        ),
        (
            {"identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": "x"}]},
            ["error identifier-system Patient.identifier[0]"],
        ),
        (
            {"identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": UUID}]},
            ["warning identifier-system Patient.identifier[0]"],
        ),
        ({"name": [{"family": "A "}]}, ["warning string-space Patient.name[0].family"]),
        ({"name": [{"family": "A B"}]}, []),
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


def test_what_is_no_more_than_a_warning_here() -> None:
    lenient = Options(warnings=frozenset({"structure-unknown"}))
    [first] = validator(options=lenient).validate(patient(fur="long"))
    assert (first.severity, first.code) == (Severity.WARNING, "structure-unknown")


def test_ids_of_elements_are_their_own_within_a_resource() -> None:
    name = {"id": "n", "family": "Own"}
    assert found(patient(id="n", name=[name])) == []
    assert found(patient(name=[name, name | {"given": ["x"]}])) == ["error element-id Patient.name[1]"]
    inside = observation(id="o", code={"id": "n", "text": "x"}, focus=[{"reference": "#"}])
    assert found(patient(name=[name], contained=[inside])) == []


def test_what_an_observation_should_say_is_asked_for_only_where_advice_is_wanted() -> None:
    advised = found(observation(), options=Options(advice=True))
    assert advised.count("warning observation-advice Observation") == 3
    told = observation(subject={"display": "x"}, performer=[{"display": "x"}], effectiveDateTime="2026")
    assert not [one for one in found(told, options=Options(advice=True)) if "observation-advice" in one]
    assert not [one for one in found(observation()) if "observation-advice" in one]


def test_a_security_label_stands_once() -> None:
    labels = [{"code": "R"}, {"code": "V"}, {"code": "R"}]
    twice = "error meta-security-twice Patient.meta.security[2]"
    assert twice in found(patient(meta={"security": labels}))
    assert twice not in found(patient(meta={"security": labels[:2]}))
