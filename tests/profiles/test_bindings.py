"""Bound codes: what sources say of a concept as a whole, in the language of the text around it."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.context import Context, open_store
from profiles.issue import Issue
from profiles.membership import Coded, Membership, Question, Remark, Verdict
from profiles.terminology import Terminology
from profiles.validator import Validator
from tests.profiles.archives import code_system, value_set
from tests.profiles.samples import observation, profile, validator

LARGE = "http://example.dk/large"
CODES = (Coded(LARGE, "a", "Ay"), Coded(LARGE, "b", "Bee"))
VITAL_SIGNS = "http://hl7.org/fhir/ValueSet/observation-vitalsignresult|4.0.1"
REMARK = Remark("error", "invalid-display", "", "Not Bee.", "CodeableConcept.coding[1].display", "invalid")


class Server:
    """A source with one answer for both codes of one language together; it keeps what it was asked."""

    def __init__(self, answer: Membership) -> None:
        self._answer = answer
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Membership | None:
        self.asked.append(question)
        return self._answer if question.codings == CODES and question.language == "da" else None


def found(server: Server, **more: Any) -> list[Issue]:
    """The findings at the code of an observation of vital signs."""
    context = Context.load(open_store(), "hl7.fhir.r4.core")
    validator = Validator(context, Terminology(context, [server]))
    coding = [{"system": one.system, "code": one.code, "display": one.display} for one in CODES]
    observation = {"resourceType": "Observation", "status": "final", "code": {"coding": coding}, **more}
    profile = "http://hl7.org/fhir/StructureDefinition/vitalsigns"
    return [one for one in validator.validate(observation, [profile]) if one.where.startswith("Observation.code")]


def test_a_concept_is_asked_about_as_a_whole() -> None:
    server = Server(Membership(Verdict.YES, "", (REMARK,)))
    issues = found(server, language="da")
    assert Question(CODES, VITAL_SIGNS, "da", server.asked[0].compose) in server.asked
    assert [(one.code, one.where) for one in issues] == [
        ("coding-display", "Observation.code.coding[1].display"),
        ("binding-extensible", "Observation.code"),
    ]


def test_an_answer_that_is_right_is_the_end_of_it() -> None:
    assert found(Server(Membership(Verdict.YES)), language="da") == []


def test_without_an_answer_each_code_is_undecided() -> None:
    issues = found(Server(Membership(Verdict.YES)))
    assert [(one.code, one.where) for one in issues] == [
        ("coding-undecided", "Observation.code.coding[0].system"),
        ("coding-undecided", "Observation.code.coding[1].system"),
        ("binding-extensible", "Observation.code"),
    ]


@pytest.mark.parametrize(("state", "notes"), [("active", ["coding-status"]), ("draft", [])])
def test_a_draft_may_draw_from_a_draft(state: str, notes: list[str]) -> None:
    system = code_system("letters", "a", status="draft")
    bound = {"strength": "required", "valueSet": "http://example.dk/ValueSet/v"}
    own = profile("lettered", "Observation", {"id": "x", "path": "Observation.code", "binding": bound})
    judge = validator(system, value_set("v", {"system": system["url"]}, status=state), own)
    observed = observation(code={"coding": [{"system": system["url"], "code": "a"}]})
    issues = judge.validate(observed, [own["url"]])
    assert [one.code for one in issues if one.where == "Observation.code"] == notes


def test_a_supplement_is_no_code_system_of_its_own() -> None:
    system = code_system("more", "a", supplements="http://loinc.org", status="draft")
    observed = observation(code={"coding": [{"system": system["url"], "code": "a"}]})
    assert [one.code for one in validator(system).validate(observed)] == ["coding-supplement"]


class Nobody:
    """A source that knows no code system."""

    def answer(self, question: Question) -> Membership | None:
        remark = Remark("error", "not-found", "", "Nobody knows it.", "Coding", "not-found")
        return None if question.value_set else Membership(Verdict.UNKNOWN, "Nobody knows it.", (remark,))


def test_a_coding_that_nothing_is_bound_to_may_be_of_any_system() -> None:
    coding = {"system": LARGE, "code": "a"}
    tagged = {"resourceType": "Basic", "meta": {"tag": [coding], "security": [coding]}, "code": {"text": "x"}}
    context = Context.load(open_store(), "hl7.fhir.r4.core")
    issues = Validator(context, Terminology(context, [Nobody()])).validate(tagged)
    assert {one.where for one in issues if one.code == "coding-undecided"} == {"Basic.meta.security[0]"}
