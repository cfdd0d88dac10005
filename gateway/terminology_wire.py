"""Questions and answers of terminology as a FHIR server writes them (R4, CodeSystem-operation-validate-code,
ValueSet-operation-validate-code, ValueSet-operation-expand)."""

from __future__ import annotations

from typing import Any, TypeAlias

import orjson

from profiles.json_shapes import an_object, objects, text, texts, unnumbered
from profiles.membership import Coded, Membership, Question, Remark, Verdict, either, no
from profiles.value_sets import Expansion

Json: TypeAlias = dict[str, Any]

_ISSUE_TYPE = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"


def question_parameters(question: Question) -> Json:
    """The Parameters that ask whether codes are right."""
    language = [{"name": "displayLanguage", "valueCode": question.language}] if question.language else []
    return _parameters([*_value_set(question), *language, *_coded(question)])


def expansion_parameters(question: Question) -> Json:
    """The Parameters that ask for all codes of a question's value set."""
    return _parameters([*_value_set(question), {"name": "includeDefinition", "valueBoolean": False}])


def membership_in(answer: Json) -> Membership | None:
    """What the Parameters of an answer say; None for anything else. A system the server does not know leaves the
    question open."""
    if answer.get("resourceType") != "Parameters":
        return None
    said = _by_name(answer)
    result = said.get("result")
    if not isinstance(result, bool):
        return None
    remarks = tuple(map(_remark, objects(an_object(said.get("issues")).get("issue"))))
    why = unnumbered(text(said.get("message"))) or "The terminology server says so."
    if any(remark.kind == "not-found" for remark in remarks):
        return Membership(Verdict.UNKNOWN, why, remarks)
    errors = {remark.kind for remark in remarks if remark.severity == "error"}
    right = result or errors == {"invalid-display"}
    return Membership(Verdict.YES if right else Verdict.NO, "" if right else why, remarks)


def expansion_in(answer: Json) -> Expansion | None:
    """The codes an answer lists; None where it is no value set that lists any."""
    is_listed = answer.get("resourceType") == "ValueSet" and isinstance(answer.get("expansion"), dict)
    return Expansion.of(answer) if is_listed else None


def membership_by(expansion: Expansion, question: Question) -> Membership:
    """Whether a value set as a server expanded it has one of the codes asked about."""
    found = no("The terminology server does not list it in the value set.")
    for coded in question.codings:
        found = either(found, expansion.member(coded.system, coded.code))
    return found


def _parameters(parameters: list[Json]) -> Json:
    return {"resourceType": "Parameters", "parameter": parameters}


def _value_set(question: Question) -> list[Json]:
    """Which value set is meant. It is sent along where its composition is known."""
    url, _, version = question.value_set.partition("|")
    if not url:
        return []
    if question.compose:
        definition = {"resourceType": "ValueSet", "url": url, "status": "active"}
        compose = orjson.loads(question.compose)
        return [{"name": "valueSet", "resource": {**definition, "compose": compose}}]
    named: list[Json] = [{"name": "url", "valueUri": url}]
    return [*named, {"name": "valueSetVersion", "valueString": version}] if version else named


def _coded(question: Question) -> list[Json]:
    """The codes of a question; a code without a system is to be found in whatever system the value set draws from."""
    first = question.codings[0]
    if not first.system and len(question.codings) == 1:
        return [{"name": "code", "valueCode": first.code}, {"name": "inferSystem", "valueBoolean": True}]
    codings = [_coding(one) for one in question.codings]
    return [{"name": "codeableConcept", "valueCodeableConcept": {"coding": codings}}]


def _coding(coded: Coded) -> Json:
    named = {"system": coded.system, "version": coded.version, "code": coded.code, "display": coded.display}
    return {name: value for name, value in named.items() if value}


def _by_name(answer: Json) -> Json:
    """The parameters of an answer by name, each as its value or resource."""
    return {
        str(one.get("name")): value
        for one in objects(answer.get("parameter"))
        for key, value in one.items()
        if key.startswith("value") or key == "resource"
    }


def _remark(issue: Json) -> Remark:
    """An issue an answer has beside its result."""
    details = an_object(issue.get("details"))
    kinds = [text(one.get("code")) for one in objects(details.get("coding")) if one.get("system") == _ISSUE_TYPE]
    places = texts(issue.get("expression")) or texts(issue.get("location"))
    code = text(issue.get("code"))
    return Remark(
        severity=text(issue.get("severity")),
        kind=kinds[0] if kinds else code,
        code="",
        text=text(details.get("text")),
        expression=places[0] if places else "",
        issue=code,
    )
