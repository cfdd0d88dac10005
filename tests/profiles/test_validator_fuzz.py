"""Whatever stands where something else should: the validator finds fault, and never raises."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles.samples import Json, observation, patient, validator

SAMPLES: tuple[Json, ...] = (
    patient(name=[{"given": ["a"], "family": "b"}], contact=[{"name": {"text": "c"}}], link=[{"type": "refer"}]),
    observation(
        contained=[patient(id="p")],
        subject={"reference": "#p"},
        effectivePeriod={"start": "2020-01-01", "end": "2020-01-02"},
        component=[{"code": {"coding": [{"system": "http://loinc.org", "code": "1"}]}, "valueQuantity": {"value": 1}}],
    ),
    {
        "resourceType": "Bundle",
        "type": "document",
        "link": [{"relation": "self", "url": "http://a.example"}],
        "entry": [{"fullUrl": "urn:uuid:1", "resource": patient(id="1", text={"status": "empty", "div": "<div/>"})}],
    },
    {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "#q",
        "status": "completed",
        "contained": [{"resourceType": "Questionnaire", "id": "q", "item": [{"linkId": "a", "type": "choice"}]}],
        "item": [{"linkId": "a", "answer": [{"valueCoding": {"code": "x"}}]}],
    },
    {"resourceType": "CodeSystem", "content": "complete", "concept": [{"code": "a", "property": [{"code": "b"}]}]},
)
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 1, -1.5, "", "x", " ", "#x", "2020", [], {}, [None], [1], [{}], {"a": 1}, {"resourceType": "Patient"}]
)
JUDGE = validator()


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=150, deadline=None)
def test_nothing_raises(sample: Json, data: st.DataObject) -> None:
    resource = deepcopy(sample)
    place = data.draw(st.sampled_from([one for one in _places(resource) if one]))
    holder: Any = resource
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = data.draw(JUNK)
    assert isinstance(JUDGE.validate(resource), tuple)
