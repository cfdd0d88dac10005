"""Glances at primitive values: Python expressions that know the usual ones to be right (see `profiles.shapes`).

What a glance passes, `profiles.value_formats` finds no fault with; what it does not pass may be right all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from profiles.faults import Found
from profiles.plans import NO_GLANCE, Check, Glance
from profiles.scope import Scope
from profiles.uri_formats import BARE

_MOST_RIGHT, _LONGEST = 500, 200
"""Texts remembered of an element, and how long they may be."""
_DAY = r"(?:18|19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
"""A day that every month has, of a year that nobody wonders at."""
_TIME = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*)){3,}").fullmatch
_LINE = "{it}.__class__ is str and {it}.isprintable()"
_TEXT = Glance(f"{_LINE} and {{it}}[:1] > ' ' != {{it}}[-1:] and '<' not in {{it}} and len({{it}}) <= 1000")
"""Text on one line without markup or space around it."""
_URL = Glance(
    f"{_LINE} and ' ' not in {{it}} and ':' in {{it}} and ({{it}}[:4] not in {('urn:', *BARE)} or {{known}}({{it}}))",
    _OID,
)
"""A url without spaces; a urn only if it is an OID."""
_FORM = "{it}.__class__ is str and {known}({it}) is not None"
_GLANCES: Mapping[str, Glance] = MappingProxyType(
    {
        **dict.fromkeys(("string", "markdown"), _TEXT),
        **dict.fromkeys(("uri", "url", "canonical"), _URL),
        "code": Glance(f"{_LINE} and ' ' not in {{it}} and {{it}} != ''"),
        "boolean": Glance("{it} is True or {it} is False"),
        "id": Glance(_FORM, re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch),
        "date": Glance(_FORM, re.compile(_DAY).fullmatch),
        "dateTime": Glance(_FORM, re.compile(f"{_DAY}(?:{_TIME})?").fullmatch),
        "instant": Glance(_FORM, re.compile(_DAY + _TIME).fullmatch),
    }
)


def format_glance(type_name: str) -> Glance:
    """What tells the usual values of a primitive type without a closer look."""
    return _GLANCES.get(type_name, NO_GLANCE)


def of_one(glance: Glance) -> Glance:
    """The glance at a list that holds one value."""
    test = glance.test.replace("{it}", "{it}[0]")
    return Glance(f"{{it}}.__class__ is list and len({{it}}) == 1 and ({test})", glance.known)


def remembering(check: Check) -> tuple[Check, Glance]:
    """A check that asks of nothing but the value, and the glance that knows the texts it found right."""
    right: set[str] = set()

    def remember(value: Any, scope: Scope) -> Found:
        found = check(value, scope)
        if found is None and type(value) is str and len(right) < _MOST_RIGHT and len(value) <= _LONGEST:
            right.add(value)
        return found

    return remember, Glance("{it}.__class__ is str and {it} in {known}", right)
