"""Which questions the answers to others enable (R4, Questionnaire.item.enableWhen; SDC, enableWhenExpression)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.fhirpath import Environment, FhirPathError, Items, Node, compile_expression, resource_node
from profiles.questions import Question, extension_values

Json: TypeAlias = dict[str, Any]
Trail: TypeAlias = tuple[tuple[Question, Json], ...]
"""The items around a place in a response, outermost first, each with its question."""

_FHIRPATH = "text/fhirpath"


class Enablement:
    """What the answers of one response enable."""

    def __init__(self, questionnaire: Json, questions: Iterable[Question], response: Json) -> None:
        self._questionnaire = questionnaire
        self._response = response
        self._answers: dict[int, Mapping[str, list[Any]]] = {}
        self._by_link = {one.link_id: one for question in questions for one in question.all()}

    def enables(self, question: Question, trail: Trail) -> bool:
        """Whether a question is enabled where the trail ends; one without conditions is.

        An expression that cannot be evaluated enables: nobody can say that the answer should not be there.
        """
        for expression in question.many.get("enableWhenExpression", ()):
            return self._expressed(expression, question, trail)
        if not question.conditions:
            return True
        met = [self._is_met(condition, question, trail) for condition in question.conditions]
        return any(met) if question.any_condition else all(met)

    def _is_met(self, condition: Json, question: Question, trail: Trail) -> bool:
        target = self._by_link.get(str(condition.get("question")))
        holder = self._common(question, target, trail) if target is not None else None
        answers = self._within(holder).get(target.link_id, []) if target is not None and holder is not None else []
        wanted = next((value for key, value in condition.items() if key.startswith("answer")), None)
        return _holds(answers, str(condition.get("operator")), wanted)

    def _within(self, holder: Json) -> Mapping[str, list[Any]]:
        """The values of all answers in an item or the response, itself included, by linkId; gathered once."""
        if id(holder) not in self._answers:
            found: dict[str, list[Any]] = {}
            for link, value in _answers_within(holder):
                found.setdefault(link, []).append(value)
            self._answers[id(holder)] = found
        return self._answers[id(holder)]

    def _common(self, question: Question, target: Question, trail: Trail) -> Json | None:
        """The innermost item around the place whose question holds both questions; the response where none does.

        So in a group that repeats, each repetition is enabled by its own answers.
        """
        group = ""
        for one, other in zip(question.around, (*target.around, target.link_id), strict=False):
            if one != other:
                break
            group = one
        if not group:
            return self._response
        return next((item for asked, item in reversed(trail) if asked.link_id == group), None)

    def _expressed(self, expression: Any, question: Question, trail: Trail) -> bool:
        if not isinstance(expression, dict) or expression.get("language") != _FHIRPATH:
            return True
        try:
            around = (asked for asked, _ in trail)
            variables = self._variables([extension_values(self._questionnaire), *(q.many for q in (*around, question))])
            found = compile_expression(str(expression.get("expression"))).holds(
                self._node, self._environment(variables)
            )
        except FhirPathError:
            return True
        return found is True

    def _variables(self, levels: Iterable[Mapping[str, tuple[Any, ...]]]) -> dict[str, Items]:
        """The variables that are declared around a question; an inner one hides an outer one."""
        variables: dict[str, Items] = {}
        for level in levels:
            for one in level.get("variable", ()):
                if isinstance(one, dict) and one.get("language") == _FHIRPATH and isinstance(one.get("name"), str):
                    expression = compile_expression(str(one.get("expression")))
                    variables[one["name"]] = expression.evaluate(self._node, self._environment(dict(variables)))
        return variables

    @cached_property
    def _node(self) -> Node:
        return resource_node(self._response)

    def _environment(self, variables: Mapping[str, Items]) -> Environment:
        return Environment(resource=self._node, root=self._node, variables=variables)


def _holds(answers: list[Any], operator: str, wanted: Any) -> bool:
    if operator == "exists":
        return bool(answers) is (wanted is not False)
    if operator == "!=":
        return all(not _is_same(answer, wanted) for answer in answers)
    if operator == "=":
        return any(_is_same(answer, wanted) for answer in answers)
    compare = _ORDERS.get(operator)
    return compare is not None and any(_ordered(answer, wanted, compare) for answer in answers)


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        ">": lambda left, right: bool(left > right),
        "<": lambda left, right: bool(left < right),
        ">=": lambda left, right: bool(left >= right),
        "<=": lambda left, right: bool(left <= right),
    }
)


def _ordered(answer: Any, wanted: Any, compare: Callable[[Any, Any], bool]) -> bool:
    if isinstance(answer, dict) and isinstance(wanted, dict):
        if answer.get("code") != wanted.get("code"):
            return False
        answer, wanted = answer.get("value"), wanted.get("value")
    if isinstance(answer, str) and isinstance(wanted, str):
        return compare(answer, wanted)
    if isinstance(answer, int | float | Decimal) and isinstance(wanted, int | float | Decimal):
        return compare(Decimal(str(answer)), Decimal(str(wanted)))
    return False


def _is_same(answer: Any, wanted: Any) -> bool:
    """Whether an answer is the value of a condition; of a Coding or Quantity, in all the condition says of it."""
    if isinstance(answer, dict) and isinstance(wanted, dict):
        keys = [key for key in ("system", "code", "value", "reference") if key in wanted] or ["unit"]
        return all(_is_same(answer.get(key), wanted.get(key)) for key in keys)
    if isinstance(answer, bool) or isinstance(wanted, bool):
        return answer is wanted
    return bool(answer == wanted)


def _answers_within(holder: Json) -> Iterator[tuple[str, Any]]:
    """The values of all answers in an item or response, itself included, with the linkId of their question."""
    link = str(holder.get("linkId"))
    for answer in _dicts(holder.get("answer")):
        yield from ((link, value) for key, value in answer.items() if key.startswith("value"))
        for item in _dicts(answer.get("item")):
            yield from _answers_within(item)
    for item in _dicts(holder.get("item")):
        yield from _answers_within(item)


def _dicts(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
