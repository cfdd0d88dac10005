"""Answers drawn from options and value sets."""

from __future__ import annotations

from tests.profiles.forms import HERE, LIMIT, answers, findings_on, item, questionnaire
from tests.profiles.samples import found

SYSTEM = {"resourceType": "CodeSystem", "url": "urn:own", "status": "active", "content": "complete"}
UNITS = {
    "resourceType": "ValueSet",
    "url": "http://own.example/ValueSet/units",
    "status": "active",
    "compose": {"include": [{"system": "urn:own"}]},
}


def test_units_and_text_from_a_value_set() -> None:
    system = SYSTEM | {"concept": [{"code": "a"}]}
    unit = {"url": f"{LIMIT}questionnaire-unitValueSet", "valueCanonical": UNITS["url"]}
    form = questionnaire(
        {"linkId": "weight", "type": "quantity", "extension": [unit]},
        {"linkId": "word", "type": "string", "answerValueSet": UNITS["url"]},
    )
    for code, expected in (("a", []), ("b", ["error coding-unknown", "error answer-unit", "error answer-option"])):
        quantity = {"value": 1, "system": "urn:own", "code": code}
        response = answers(item("weight", {"valueQuantity": quantity}), item("word", {"valueString": code}))
        codes = [one.rpartition(" ")[0] for one in found(response, form, system, UNITS)]
        assert codes == expected


def test_an_exclusive_option_stands_alone() -> None:
    none = {"url": f"{LIMIT}questionnaire-optionExclusive", "valueBoolean": True}
    options = [{"valueInteger": 1}, {"valueInteger": 0, "extension": [none]}]
    question = {"type": "choice", "repeats": True, "answerOption": options}
    assert findings_on(question, {"valueInteger": 0}) == []
    assert findings_on(question, {"valueInteger": 1}, {"valueInteger": 0}) == ["error answer-option @.answer[1]"]


def test_a_value_set_contained_in_the_questionnaire() -> None:
    """It needs no url where it lists its codes."""
    listed = {"resourceType": "ValueSet", "id": "v", "status": "active"}
    include = {"system": "http://own.example/unknown", "concept": [{"code": "a"}]}
    question = {"linkId": "q", "type": "choice", "answerValueSet": "#v"}
    for more, code, expected in (
        ([include], "a", []),
        ([include], "b", [f"error answer-option {HERE}"]),
        ([include, {"system": "http://own.example/other"}], "b", [f"warning answer-undecided {HERE}"]),
    ):
        held = listed | {"compose": {"include": more}}
        form = questionnaire(question) | {"contained": [held]}
        coding = {"system": "http://own.example/unknown", "code": code}
        wrong = found(answers(item("q", {"valueCoding": coding})), form)
        assert [one for one in wrong if "coding" not in one] == expected
