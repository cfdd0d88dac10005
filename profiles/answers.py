"""Single answers of a QuestionnaireResponse: their type, their place in a list of options, and the limits they have."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.answer_options import check_options
from profiles.faults import Fault, placed
from profiles.fhir_plan import resource_types
from profiles.fhirpath import FhirPathError
from profiles.fhirpath.patterns import matches_whole
from profiles.fhirpath.quantities import compare, from_fhir
from profiles.fhirpath.run import PLAIN, Run
from profiles.fhirpath.temporal import compare as compare_moments
from profiles.fhirpath.temporal import parse_date_time
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


def check_answer(question: Question, answer: Json, member: Member, *, alone: bool = True) -> list[Fault]:
    """What is wrong with one answer, with places from the answer on. alone: whether it is the only one."""
    allowed = _TYPES.get(question.kind, ())
    given = next((kind for kind in dict.fromkeys(_ALL) if property_name("value[x]", kind) in answer), None)
    if given is None or not allowed:
        return []
    value = answer[property_name("value[x]", given)]
    place = f"value.ofType({given})"
    if given not in allowed:
        text = f"The answer must be of type {' or '.join(dict.fromkeys(allowed))}, and is {given}."
        return [placed(_invalid("answer-type", text), place)]
    faults = [placed(fault, place) for fault in _limits(question, given, value, member)]
    faults += check_options(question, given, value, member, alone=alone)
    return [*faults, *_attachment(question, given, value)]


_ALL = tuple(kind for kinds in _TYPES.values() for kind in kinds)


def _invalid(code: str, text: str) -> Fault:
    return Fault(code, text, "invariant")


def _limits(question: Question, kind: str, value: Any, member: Member) -> list[Fault]:
    faults = []
    for side in ("minValue", "maxValue"):
        limit = question.limits.get(side)
        wrong = _beyond(side, value, limit) if limit is not None else ""
        if wrong:
            faults.append(_invalid(f"answer-{side[:3]}", wrong))
    if kind == "Quantity":
        faults += [*_quantity_limits(question, value), *_units(question, value, member)]
    number = value.get("value") if kind == "Quantity" and isinstance(value, dict) else value
    places = question.limits.get("maxDecimalPlaces")
    if isinstance(places, int) and kind in ("decimal", "Quantity") and isinstance(number, int | float | Decimal):
        found = -int(Decimal(str(number)).as_tuple().exponent)
        if found > places:
            faults.append(_invalid("answer-decimals", f"The answer may have {places} decimals, and has {found}."))
    if kind in ("string", "uri") and isinstance(value, str):
        faults += _text_limits(question, value)
    if kind == "Reference":
        faults += _reference_limits(question, value)
    return faults


def _beyond(side: str, value: Any, limit: Any) -> str:
    """What is wrong with a value by its smallest or largest one; "" where nothing is."""
    order: int | None = None
    if isinstance(value, str) and isinstance(limit, str):
        order = _text_order(side, value, limit)
    elif isinstance(value, int | float | Decimal) and isinstance(limit, int | float | Decimal):
        left, right = Decimal(str(value)), Decimal(str(limit))
        order = (left > right) - (left < right)
    if order is None or order == 0 or (order > 0) is (side == "minValue"):
        return ""
    what = "less than the smallest" if side == "minValue" else "greater than the largest"
    return f"The answer is {what} allowed, {limit}."


def _text_order(side: str, value: str, limit: str) -> int:
    """How a date, dateTime or time compares with a limit; where precision leaves that open, as it is written."""
    left, right = parse_date_time(value), parse_date_time(limit)
    found = compare_moments(left, right) if left is not None and right is not None else None
    if found is not None:
        return found
    if side == "maxValue" and value.startswith(limit):
        return 1 if len(value) > len(limit) else 0
    return (value > limit) - (value < limit)


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
    return faults


def _units(question: Question, value: Json, member: Member) -> list[Fault]:
    """The unit of an answer: one of those offered, and in the value set of units."""
    faults = []
    offered = [unit for unit in question.many.get("unitOption", ()) if isinstance(unit, dict)]
    if offered and not any(_is_unit(value, unit) for unit in offered):
        faults.append(_invalid("answer-unit", "The unit of the answer is not one of those offered."))
    value_set = question.limits.get("unitValueSet")
    if isinstance(value_set, str):
        unit = {key: value[key] for key in ("system", "code") if key in value}
        answer = member(unit, value_set)
        if answer is None:
            text = f"Whether the unit of the answer is in value set {value_set} cannot be decided here."
            faults.append(Fault("answer-undecided", text, "invariant", Severity.WARNING))
        elif not answer:
            faults.append(_invalid("answer-unit", f"The unit of the answer is not in value set {value_set}."))
    return faults


def _is_unit(value: Json, unit: Json) -> bool:
    pairs = (("system", "system"), ("code", "code"), ("display", "unit"))
    return all(value.get(of_value) == unit[of_unit] for of_unit, of_value in pairs if of_unit in unit)


def _text_limits(question: Question, value: str) -> list[Fault]:
    faults = []
    least = question.limits.get("minLength")
    if isinstance(least, int) and len(value) < least:
        faults.append(_invalid("answer-min-length", f"The answer must have {least} characters at least."))
    if question.max_length is not None and len(value) > question.max_length:
        faults.append(_invalid("answer-max-length", f"The answer may have {question.max_length} characters at most."))
    if question.kind == "string" and ("\n" in value or "\r" in value):
        text = "The answer should be one line of text; a question of type 'text' takes more."
        faults.append(Fault("answer-lines", text, "invariant", Severity.WARNING))
    pattern = question.limits.get("regex")
    if isinstance(pattern, str) and not follows_form(pattern, value):
        faults.append(_invalid("answer-regex", f"The answer does not have the form {pattern}."))
    return faults


def follows_form(pattern: str, value: str) -> bool:
    """Whether text has a form; a form that is no pattern, or takes too long, is not held against it."""
    try:
        return matches_whole(pattern, value, "", Run([], PLAIN))
    except FhirPathError:
        return True


def _reference_limits(question: Question, value: Json) -> list[Fault]:
    reference = str(value.get("reference", "")).partition("/_history/")[0]
    parts = reference.split("/")
    if len(parts) < 2 or reference.startswith("#"):
        return []
    name = parts[-2]
    if name not in resource_types():
        return [_invalid("answer-reference", "The answer refers to what is no resource type of R4.")]
    allowed = [str(one) for one in question.many.get("referenceResource", ())]
    if allowed and name not in allowed:
        return [_invalid("answer-reference", f"The answer must refer to {' or '.join(allowed)}.")]
    return []


def _attachment(question: Question, kind: str, value: Any) -> list[Fault]:
    if kind != "Attachment" or not isinstance(value, dict):
        return []
    faults = []
    types = tuple(str(one) for one in question.many.get("mimeType", ()))
    if types and not str(value.get("contentType", "")).startswith(types):
        text = f"The attachment must say that it is of type {' or '.join(types)}."
        faults.append(Fault("answer-mime-type", text, "required"))
    most, size = question.limits.get("maxSize"), attachment_size(value)
    if most is not None and size is not None and size > Decimal(str(most)):
        faults.append(Fault("answer-size", f"The attachment may have {most} bytes at most.", "required"))
    return faults


def attachment_size(value: Json) -> int | None:
    """The size of an attachment's data in bytes, else the size it states; None where neither is there."""
    if isinstance(value.get("data"), str):
        data = attachment_bytes(value)
        return len(data) if data is not None else None
    size = value.get("size")
    return size if isinstance(size, int) else None


def attachment_bytes(value: Json) -> bytes | None:
    """The data of an attachment; None where there are none, or they are no base64."""
    data = value.get("data")
    try:
        return base64.b64decode("".join(data.split()), validate=True) if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        return None
