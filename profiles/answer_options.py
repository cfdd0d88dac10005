"""Answers drawn from a list: the options of a question, or a value set (R4, Questionnaire.item.answerOption)."""

from __future__ import annotations

from typing import Any, TypeAlias

from profiles.faults import Fault, placed
from profiles.issue import Severity
from profiles.plans import property_name
from profiles.questions import Member, Question, extension_values

Json: TypeAlias = dict[str, Any]

_CHOICES = ("choice", "open-choice")


def check_options(question: Question, kind: str, value: Any, member: Member, *, alone: bool) -> list[Fault]:
    """Whether an answer of a type is one of those offered, with places from the answer on. An open choice may also be
    answered with other text. alone: whether it is the only answer."""
    is_choice = question.kind in _CHOICES
    if question.options:
        return _listed(question, kind, value, alone=alone)
    if question.value_set and kind == "Coding":
        return _coded(question, value, member)
    if question.value_set and question.kind == "string":
        return _text(question, value, member)
    if is_choice:
        text = f"The question offers no options, so an answer of type {kind} cannot be judged."
        return [Fault("answer-no-options", text, "invariant", Severity.INFORMATION)]
    return []


def _listed(question: Question, kind: str, value: Any, *, alone: bool) -> list[Fault]:
    key = property_name("value[x]", kind)
    offered = [option for option in question.options if key in option]
    chosen = next((option for option in offered if _is_same(value, option[key])), None)
    if question.kind == "open-choice" and kind == "string":
        return [] if chosen is not None else _meant(question, value)
    if not offered:
        return [_wrong(question, kind, f"The question offers no options of type {kind}.")]
    if chosen is None:
        return [_wrong(question, kind, "The answer is not one of the options offered.")]
    if not alone and extension_values(chosen).get("optionExclusive", (False,))[0] is True:
        return [_wrong(question, kind, "This option is exclusive: no other may be chosen beside it.")]
    return []


def _meant(question: Question, value: Any) -> list[Fault]:
    """Free text that is a code or display of an option: the option was probably meant."""
    codings = [option["valueCoding"] for option in question.options if isinstance(option.get("valueCoding"), dict)]
    names = {str(coding[key]).casefold() for coding in codings for key in ("code", "display") if key in coding}
    if str(value).casefold() not in names:
        return []
    text = "The text is that of an option; answer with the option's Coding."
    return [Fault("answer-text-option", text, "invariant", Severity.WARNING)]


def _wrong(question: Question, kind: str, text: str) -> Fault:
    """At the answer for a choice, which may have several types; at the value for all others."""
    fault = Fault("answer-option", text, "invariant")
    return fault if question.kind in _CHOICES else placed(fault, f"value.ofType({kind})")


def _is_same(value: Any, option: Any) -> bool:
    if isinstance(value, dict) and isinstance(option, dict):
        return value.get("code") == option.get("code") and value.get("system") == option.get("system")
    return bool(value == option)


def _is_member(question: Question, value: Any, member: Member) -> bool | None:
    """Whether an answer is in the question's value set; one contained beside the question is asked itself first."""
    if not question.value_set.startswith("#"):
        return member(value, question.value_set)
    held = question.contained.get(question.value_set[1:], {})
    listed = _is_listed(held, value)
    url = held.get("url")
    return member(value, url) if listed is None and isinstance(url, str) else listed


def _is_listed(value_set: Json, value: Any) -> bool | None:
    """Whether a value set that lists its codes one by one lists this one; None where it does more than list."""
    compose = value_set.get("compose")
    includes = compose.get("include") if isinstance(compose, dict) else None
    if not isinstance(includes, list) or not isinstance(compose, dict) or "exclude" in compose:
        return None
    coding = value if isinstance(value, dict) else {"code": value}
    listed = [(one.get("system"), concept) for one in includes if isinstance(one, dict) for concept in _concepts(one)]
    found = any(
        concept.get("code") == coding.get("code") and coding.get("system", system) == system
        for system, concept in listed
    )
    whole = all(isinstance(one, dict) and _concepts(one) for one in includes)
    return True if found else False if whole else None


def _concepts(include: Json) -> list[Json]:
    concepts = include.get("concept")
    return [one for one in concepts if isinstance(one, dict)] if isinstance(concepts, list) else []


def _coded(question: Question, value: Any, member: Member) -> list[Fault]:
    answer = _is_member(question, value, member)
    if answer is None:
        text = f"Whether the answer is in value set {question.value_set} cannot be decided here."
        return [Fault("answer-undecided", text, "code-invalid", Severity.WARNING)]
    if answer:
        return []
    return [Fault("answer-option", f"The answer is not in value set {question.value_set}.", "code-invalid")]


def _text(question: Question, value: Any, member: Member) -> list[Fault]:
    """Text whose question names a value set: it must be one of its codes."""
    answer = _is_member(question, value, member)
    if answer:
        return []
    text = f"The answer is not in value set {question.value_set}."
    if answer is None:
        text = f"Whether the answer is in value set {question.value_set} cannot be decided here."
    severity = Severity.WARNING if answer is None else Severity.ERROR
    return [placed(Fault("answer-option", text, "invariant", severity), "value.ofType(string)")]
