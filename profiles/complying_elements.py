"""Whether what one definition says of an element is as narrow as what another says of it (ElementDefinition, R4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.constraint_rules import Codes, valued
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, unnumbered
from profiles.patterns import has_pattern, is_fixed
from profiles.possible_values import is_more

Json: TypeAlias = dict[str, Any]
Told: TypeAlias = tuple[Severity, str]

_STRENGTHS = ("example", "preferred", "extensible", "required")
_BINDABLE = frozenset({"CodeableConcept", "Coding", "code", "string", "uri", "Quantity"})
_ERROR, _WARN = Severity.ERROR, Severity.WARNING


def complies(mine: Json, theirs: Json, codes: Codes, *, is_part: bool = False) -> Iterator[Told]:
    """What is wider in one element than in the other. is_part: that it need not be there says nothing."""
    yield from _counts(mine, theirs, is_part=is_part)
    yield from _values(mine, theirs)
    yield from _types(mine, theirs)
    yield from _limits(mine, theirs)
    yield from _invariants(mine, theirs)
    yield from _binding(mine, theirs, codes)


def _counts(mine: Json, theirs: Json, *, is_part: bool) -> Iterator[Told]:
    least, wanted = mine.get("min", 0), theirs.get("min", 0)
    if not is_part and isinstance(least, int) and isinstance(wanted, int) and least < wanted:
        yield _ERROR, f"min is {least}, and {wanted} there"
    most, allowed = text(mine.get("max")), text(theirs.get("max"))
    if allowed.isdecimal() and (most == "*" or (most.isdecimal() and int(most) > int(allowed))):
        yield _ERROR, f"max is {most}, and {allowed} there"


def _values(mine: Json, theirs: Json) -> Iterator[Told]:
    fixed, pattern = valued(theirs, "fixed"), valued(theirs, "pattern")
    own = valued(mine, "fixed") or valued(mine, "pattern")
    if mine.get("max") == "0":
        return
    if fixed is not None and (valued(mine, "fixed") is None or own is None or not is_fixed(own[1], fixed[1])):
        yield _ERROR, "its value is not fixed as it is there"
    elif pattern is not None and (own is None or not has_pattern(own[1], pattern[1])):
        yield _ERROR, "its value has not the pattern it has there"


def _types(mine: Json, theirs: Json) -> Iterator[Told]:
    allowed = {text(use.get("code")) for use in objects(theirs.get("type"))}
    for code in (text(use.get("code")) for use in objects(mine.get("type"))):
        if allowed and code not in allowed:
            yield _ERROR, f"type {unnumbered(code)} is none it has there"


def _limits(mine: Json, theirs: Json) -> Iterator[Told]:
    length, allowed = mine.get("maxLength"), theirs.get("maxLength")
    if isinstance(allowed, int) and (not isinstance(length, int) or length > allowed):
        yield _ERROR, f"its longest value is not limited to {allowed}, as it is there"
    low, high = valued(theirs, "minValue"), valued(theirs, "maxValue")
    own_low, own_high = valued(mine, "minValue"), valued(mine, "maxValue")
    if low is not None and (own_low is None or is_more(low, own_low)):
        yield _ERROR, "its smallest value is below the one there"
    if high is not None and (own_high is None or is_more(own_high, high)):
        yield _ERROR, "its largest value is above the one there"


def _invariants(mine: Json, theirs: Json) -> Iterator[Told]:
    known = {text(one.get("expression")) for one in objects(mine.get("constraint")) if one.get("severity") == "error"}
    for one in objects(theirs.get("constraint")):
        if one.get("severity") == "error" and text(one.get("expression")) not in known:
            yield _ERROR, f"invariant {unnumbered(text(one.get('key')))} there is not here"


def _binding(mine: Json, theirs: Json, codes: Codes) -> Iterator[Told]:
    own, wanted = an_object(mine.get("binding")), an_object(theirs.get("binding"))
    strength, needed = text(own.get("strength")), text(wanted.get("strength"))
    url, other = text(own.get("valueSet")), text(wanted.get("valueSet"))
    if needed not in ("required", "extensible") or not other or mine.get("max") == "0":
        return
    if not own:
        if any(use.get("code") in _BINDABLE for use in objects(mine.get("type"))):
            yield _ERROR, f"it is bound to no value set, and to {unnumbered(other)} there"
        return
    if strength not in _STRENGTHS or _STRENGTHS.index(strength) < _STRENGTHS.index(needed):
        yield _ERROR, f"its binding is {unnumbered(strength)}, and {needed} there"
        return
    if url.partition("|")[0] == other.partition("|")[0]:
        return
    held, allowed = codes(url), codes(other)
    if held is None or allowed is None:
        unlisted = unnumbered(other if allowed is None else url)
        yield _WARN, f"it is bound to another value set, and the codes of {unlisted} cannot be listed"
    elif not held <= allowed:
        wide = f"value set {unnumbered(url)} has codes that {unnumbered(other)}, which it has there, has not"
        yield _ERROR if strength == "required" else _WARN, wide
