"""Our FHIR extension `iv-treatment`: IV type, weight category, planned end.

A complex extension (see the guide in `profiles/guide`): `type` (Coding), `category` (Coding), `plannedEnd` (dateTime);
each may be left out, since a hospital may know one before the other. A code that is not in our code systems refuses
the message: what is paid for must not be guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from mappings.fhir_common import EMPTY, Resource, extension, moment, node, text
from profiles.issue import Issue, error
from profiles.names import IV_TREATMENT, IV_TYPE_CODES, WEIGHT_CATEGORY_CODES
from settlement.records import IvType, WeightCategory

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Stated:
    """What an extension says about a treatment."""

    iv_type: IvType | None
    category: WeightCategory | None
    ends_at: datetime | None


def read_iv_treatment(element: Resource, where: str) -> tuple[Stated | None, list[Issue]]:
    """The iv-treatment extension of an element, None when it has none, and what is wrong with it."""
    found = extension(element, IV_TREATMENT)
    if not found:
        return None, []
    where = f"{where}.extension('{IV_TREATMENT}')"
    iv_type, type_issues = _coded(found, "type", IvType, IV_TYPE_CODES, where)
    category, category_issues = _coded(found, "category", WeightCategory, WEIGHT_CATEGORY_CODES, where)
    ends_at, end_issues = _planned_end(found, where)
    return Stated(iv_type, category, ends_at), type_issues + category_issues + end_issues


def _coded(found: Resource, part: str, codes: type[Code], system: str, where: str) -> tuple[Code | None, list[Issue]]:
    coding = node(extension(found, part), "valueCoding")
    if not coding:
        return None, []
    code = text(coding, "code")
    known = {member.value: member for member in codes}
    if text(coding, "system") == system and code in known:
        return known[code], []
    advice = f"Use a code of {system}: {', '.join(known)}."
    return None, [error(f"iv-{part}-unknown", f"{where}.extension('{part}')", advice, "code-invalid")]


def _planned_end(found: Resource, where: str) -> tuple[datetime | None, list[Issue]]:
    part = extension(found, "plannedEnd")
    if part is EMPTY:
        return None, []
    ends_at = moment(text(part, "valueDateTime"))
    if ends_at is not None:
        return ends_at, []
    advice = "Give the planned end with time and time zone (valueDateTime)."
    return None, [error("iv-planned-end", f"{where}.extension('plannedEnd')", advice, "value")]
