"""Single answers of a QuestionnaireResponse: their type, their place in a list of options, and the limits they have."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.faults import Fault, placed
from profiles.fhir_plan import resource_types
from profiles.fhirpath import FhirPathError
from profiles.fhirpath.patterns import matches_whole
from profiles.fhirpath.quantities import compare, from_fhir
from profiles.fhirpath.run import PLAIN, Run
from profiles.issue import Severity
from profiles.plans import property_name
from profiles.questions import Member, Question

Json: TypeAlias = dict[str, Any]

_CHOICE = ("Coding", "date", "time", "integer", "string")
_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{kind: (kind,) for kind in ("boolean", "decimal", "integer", "date", "dateTime", "time", "string")},
        "text": ("string",),
        "url": ("uri",),
        "choice": _CHOICE,
        "open-choice": (*_CHOICE, "string"),
        "attachment": ("Attachment",),
        "reference": ("Reference",),
        "quantity": ("Quantity",),
    }
)
"""The types an answer may have, by the type of its question (R4, item-type)."""


def check_answer(question: Question, answer: Json, member: Member) -> list[Fault]:
    """What is wrong with one answer, with places from the answer on."""
    allowed = _TYPES.get(question.kind, ())
    given = next((kind for kind in dict.fromkeys(_ALL) if property_name("value[x]", kind) in answer), None)
    if given is None or not allowed:
        return []
    value = answer[property_name("value[x]", given)]
    place = f"value.ofType({given})"
    if given not in allowed:
        text = f"The answer must be of type {' or '.join(dict.fromkeys(allowed))}, and is {given}."
        return [placed(_invalid("answer-type", text), place)]
    faults = [placed(fault, place) for fault in _limits(question, given, value)]
    return [*faults, *_options(question, given, value, place, member), *_attachment(question, given, value)]


_ALL = tuple(kind for kinds in _TYPES.values() for kind in kinds)


def _invalid(code: str, text: str) -> Fault:
    return Fault(code, text, "invariant")


def _limits(question: Question, kind: str, value: Any) -> list[Fault]:
    faults = []
    for side in ("minValue", "maxValue"):
        limit = question.limits.get(side)
        wrong = _beyond(side, value, limit) if limit is not None else ""
        if wrong:
            faults.append(_invalid(f"answer-{side[:3]}", wrong))
    if kind == "Quantity":
        faults += _quantity_limits(question, value)
    if kind == "decimal":
        places = question.limits.get("maxDecimalPlaces")
        found = -int(Decimal(str(value)).as_tuple().exponent)
        if isinstance(places, int) and found > places:
            faults.append(_invalid("answer-decimals", f"The answer may have {places} decimals, and has {found}."))
    if isinstance(value, str):
        faults += _text_limits(question, value)
    if kind == "Reference":
        faults += _reference_limits(question, value)
    return faults


def _beyond(side: str, value: Any, limit: Any) -> str:
    """What is wrong with a value by its smallest or largest one; "" where nothing is."""
    order: int | None = None
    if isinstance(value, str) and isinstance(limit, str):
        order = (value > limit) - (value < limit)
        if side == "maxValue" and value.startswith(limit):
            order = 1 if len(value) > len(limit) else 0
    elif isinstance(value, int | float | Decimal) and isinstance(limit, int | float | Decimal):
        left, right = Decimal(str(value)), Decimal(str(limit))
        order = (left > right) - (left < right)
    if order is None or order == 0 or (order > 0) is (side == "minValue"):
        return ""
    what = "less than the smallest" if side == "minValue" else "greater than the largest"
    return f"The answer is {what} allowed, {limit}."


def _quantity_limits(question: Question, value: Json) -> list[Fault]:
    faults = []
    for name, right, what in (("minQuantity", 1, "smallest"), ("maxQuantity", -1, "largest")):
        limit = question.limits.get(name, question.limits.get(f"{name[:3]}Value"))
        if not isinstance(limit, dict):
            continue
        left, edge = from_fhir(value), from_fhir(limit)
        order = compare(left, edge) if left is not None and edge is not None and "code" in value else None
        if order is None:
            text = f"The answer cannot be compared with the {what} allowed, as their units cannot."
            faults.append(_invalid("answer-unit", text))
        elif order == -right:
            faults.append(_invalid(f"answer-{name[:3]}", f"The answer is beyond the {what} allowed."))
    units = [unit for unit in question.many.get("unitOption", ()) if isinstance(unit, dict)]
    if units and not any(
        (unit.get("system"), unit.get("code")) == (value.get("system"), value.get("code")) for unit in units
    ):
        faults.append(_invalid("answer-unit", "The unit of the answer is not one of those offered."))
    return faults


def _text_limits(question: Question, value: str) -> list[Fault]:
    faults = []
    least = question.limits.get("minLength")
    if isinstance(least, int) and len(value) < least:
        faults.append(_invalid("answer-min-length", f"The answer must have {least} characters at least."))
    if question.max_length is not None and len(value) > question.max_length:
        faults.append(_invalid("answer-max-length", f"The answer may have {question.max_length} characters at most."))
    pattern = question.limits.get("regex")
    if isinstance(pattern, str) and not _follows(pattern, value):
        faults.append(_invalid("answer-regex", f"The answer does not have the form {pattern}."))
    return faults


def _follows(pattern: str, value: str) -> bool:
    """Whether text has a form; a form that is no pattern, or takes too long, is not held against it."""
    try:
        return matches_whole(pattern, value, "", Run([], PLAIN))
    except FhirPathError:
        return True


def _reference_limits(question: Question, value: Json) -> list[Fault]:
    parts = str(value.get("reference", "")).split("/")
    if len(parts) < 2:
        return []
    name = parts[-2]
    if name not in resource_types():
        return [_invalid("answer-reference", "The answer refers to what is no resource type of R4.")]
    allowed = [str(one) for one in question.many.get("referenceResource", ())]
    if allowed and name not in allowed:
        return [_invalid("answer-reference", f"The answer must refer to {' or '.join(allowed)}.")]
    return []


def _options(question: Question, kind: str, value: Any, place: str, member: Member) -> list[Fault]:
    """Whether the answer is one of those offered; an open choice may also be answered with other text."""
    if question.kind not in ("choice", "open-choice") and not question.options:
        return []
    if question.options:
        return _listed(question, kind, value, place)
    if question.value_set:
        return _of_value_set(question, kind, value, member)
    if question.kind not in ("choice", "open-choice"):
        return []
    text = "The answer cannot be judged, as the question offers no options."
    return [Fault("answer-no-options", text, "invariant", Severity.INFORMATION)]


def _listed(question: Question, kind: str, value: Any, place: str) -> list[Fault]:
    key = property_name("value[x]", kind)
    offered = [option[key] for option in question.options if key in option]
    if not offered:
        if question.kind == "open-choice" and kind == "string":
            return []
        return [_invalid("answer-option", f"The question offers no options of type {kind}.")]
    if any(_is_same(value, option) for option in offered) or (question.kind == "open-choice" and kind == "string"):
        return []
    fault = _invalid("answer-option", "The answer is not one of the options offered.")
    return [fault if kind == "Coding" else placed(fault, place)]


def _is_same(value: Any, option: Any) -> bool:
    if isinstance(value, dict) and isinstance(option, dict):
        return value.get("code") == option.get("code") and value.get("system") == option.get("system")
    return bool(value == option)


def _of_value_set(question: Question, kind: str, value: Any, member: Member) -> list[Fault]:
    if kind != "Coding":
        return []
    held = question.contained.get(question.value_set[1:]) if question.value_set.startswith("#") else None
    answer = member(value, str(held.get("url", "")) if held is not None else question.value_set)
    if answer is None:
        text = f"Whether the answer is in value set {question.value_set} cannot be decided here."
        return [Fault("answer-undecided", text, "code-invalid", Severity.WARNING)]
    if answer or question.kind == "open-choice":
        return []
    return [Fault("answer-option", f"The answer is not in value set {question.value_set}.", "code-invalid")]


def _attachment(question: Question, kind: str, value: Any) -> list[Fault]:
    if kind != "Attachment" or not isinstance(value, dict):
        return []
    faults = []
    types = [str(one) for one in question.many.get("mimeType", ())]
    if types and value.get("contentType") not in types:
        text = f"The attachment must be of type {' or '.join(types)}."
        faults.append(Fault("answer-mime-type", text, "required"))
    most, size = question.limits.get("maxSize"), attachment_size(value)
    if most is not None and size is not None and size > Decimal(str(most)) * 1024 * 1024:
        faults.append(Fault("answer-size", f"The attachment may have {most} MB at most.", "required"))
    return faults


def attachment_size(value: Json) -> int | None:
    """The size of an attachment's data in bytes, else the size it states; None where neither is there."""
    data = value.get("data")
    if isinstance(data, str):
        try:
            return len(base64.b64decode("".join(data.split()), validate=True))
        except (binascii.Error, ValueError):
            return None
    size = value.get("size")
    return size if isinstance(size, int) else None
