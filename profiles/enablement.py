"""Which questions are enabled by the answers to others (R4, Questionnaire.item.enableWhen)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.questions import Question

Json: TypeAlias = dict[str, Any]


def is_enabled(question: Question, response: Json) -> bool:
    """Whether the answers of a response enable a question; one without conditions is."""
    if not question.conditions:
        return True
    met = [_is_met(condition, response) for condition in question.conditions]
    return any(met) if question.any_condition else all(met)


def _is_met(condition: Json, response: Json) -> bool:
    answers = list(_answers(response, str(condition.get("question"))))
    wanted = next((value for key, value in condition.items() if key.startswith("answer")), None)
    operator = str(condition.get("operator"))
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
    if isinstance(answer, dict) and isinstance(wanted, dict):
        keys = ("system", "code") if "code" in wanted else ("value", "unit", "reference")
        return all(answer.get(key) == wanted.get(key) for key in keys)
    return type(answer) is type(wanted) and bool(answer == wanted)


def _answers(holder: Json, link: str) -> Iterator[Any]:
    """The values of all answers to a question, wherever it stands."""
    items = holder.get("item")
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        answers = item.get("answer")
        for answer in answers if isinstance(answers, list) else ():
            if isinstance(answer, dict):
                if item.get("linkId") == link:
                    yield from (value for key, value in answer.items() if key.startswith("value"))
                yield from _answers(answer, link)
        yield from _answers(item, link)
