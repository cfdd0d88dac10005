"""Rules that stand in R4's text alone: narratives, attachments, contained resources."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import found, patient

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def _told(inner: str, attributes: str = "") -> dict[str, Any]:
    return {"text": {"status": "generated", "div": f"<div {XHTML}{attributes}>{inner}</div>"}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (_told('<p id="a">x</p><a href="#a">y</a>'), []),
        (_told('<a href="#a">y</a>'), ["error narrative-link Patient.text.div"]),
        (_told("x", ' lang="da-DK"') | {"language": "da"}, []),
        (_told("x", ' lang="da"') | {"language": "en"}, ["warning narrative-language Patient"]),
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
    ],
)
def test_resources(more: dict[str, Any], expected: list[str]) -> None:
    assert found(patient(**more)) == expected
