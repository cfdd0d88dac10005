"""Parameters of value sets, given by the items of a Questionnaire."""

from __future__ import annotations

import pytest

from profiles.validator import Options
from tests.profiles.archives import value_set
from tests.profiles.samples import Json, found

TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/"
URL = "http://example.dk/ValueSet/drugs"
ALLOWED = Options(tolerated=(TOOLS,))


def _named(kind: str, name: str) -> Json:
    return {"url": f"{TOOLS}{kind}", "extension": [{"url": "name", "valueCode": name}]}


def said(*given: str, declared: tuple[str, ...] = ("p-old",), inner: bool = False) -> list[str]:
    """The findings on an item that gives these parameters to a value set that declares those."""
    extension = [_named("valueset-parameter", name) for name in declared]
    item: Json = {
        "linkId": "drug",
        "type": "choice",
        "answerValueSet": URL,
        "_answerValueSet": {"extension": [_named("binding-parameter", name) for name in given]},
    }
    if inner:
        item = {"linkId": "all", "type": "group", "item": [{"linkId": "x", "type": "display"}, item]}
    questionnaire = {"resourceType": "Questionnaire", "status": "active", "item": [item]}
    told = found(questionnaire, value_set("drugs", extension=extension), options=ALLOWED)
    return [one for one in told if "binding-parameter" in one]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("p-old",), []),
        (("p-old", "displayLanguage"), []),
        (("p-old", "language"), ["warning binding-parameter Questionnaire.item[0]"]),
        ((), ["error binding-parameter Questionnaire.item[0]"]),
    ],
)
def test_parameters(given: tuple[str, ...], expected: list[str]) -> None:
    assert said(*given) == expected


def test_value_sets_without_parameters_are_given_none() -> None:
    assert said("anything", declared=()) == []


def test_items_inside_others() -> None:
    assert said("language", "p-old", inner=True) == ["warning binding-parameter Questionnaire.item[0].item[1]"]
