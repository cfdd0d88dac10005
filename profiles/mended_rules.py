"""Expressions of R4's invariants that are wrong as published, in the form HL7 corrected them to (they are true of, or
false for, what has the element they ask about not at all)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_REFERENCE = "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id"
_NAME = "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')"
_MENDED: Mapping[str, str] = MappingProxyType(
    {
        f"{_REFERENCE}.trace('ids'))": (
            "reference.exists() implies (reference.startsWith('#').not() or "
            "(reference = '#' and %rootResource != %resource) or "
            "(reference.substring(1) in %rootResource.contained.id))"
        ),
        _NAME: "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
        "probability is decimal implies (probability as decimal) <= 100": (
            "probability.empty() or ((probability is decimal) implies ((probability as decimal) <= 100))"
        ),
        "enableWhen.count() > 2 implies enableBehavior.exists()": (
            "enableWhen.count() >= 2 implies enableBehavior.exists()"
        ),
        "offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))": (
            "offset.empty() or (when.exists() and when.where($this in ('C' | 'CM' | 'CD' | 'CV')).empty())"
        ),
        "($this as dateTime).toString().length() >= 8": "$this is dateTime implies $this.toString().length() >= 8",
        "telecom or endpoint": "telecom.exists() or endpoint.exists()",
        "(component.empty() and hasMember.empty()) implies (dataAbsentReason or value)": (
            "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())"
        ),
        "operator = 'exists' implies (answer is Boolean)": "operator = 'exists' implies (answer is boolean)",
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical')": (
            "targetProfile.exists() implies (type = 'Reference' or type = 'canonical' or "
            "type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))"
        ),
        "fullUrl.contains('/_history/').not()": "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    }
)


_PATH = re.compile(r"path\.matches\('(.+)'\)", re.DOTALL).fullmatch


def mended(expression: str) -> str:
    """The expression to evaluate for a published one. What is asked of an element's path (eld-19, eld-20) is asked of
    all of it."""
    whole = _PATH(expression)
    return f"path.matches('^(?:{whole[1]})$')" if whole is not None else _MENDED.get(expression, expression)
