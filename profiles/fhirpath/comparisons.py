"""Operators that compare two collections and answer True, False or None for empty (FHIRPath N1, 6.1 to 6.4)."""

from __future__ import annotations

from collections.abc import Callable

from profiles.fhirpath.equality import equal, equivalent
from profiles.fhirpath.model import Node
from profiles.fhirpath.operators import compared, member
from profiles.fhirpath.run import Code, Items, Run, Truth


def equals_text(left: Code, text: str) -> Truth:
    """path = 'text', the most frequent comparison: without collections where one string is found."""
    right: Items = [text]

    def holds(this: Items, run: Run) -> bool | None:
        found = left(this, run)
        if len(found) == 1 and type(found[0]) is Node and found[0].type in ("code", "uri", "string"):
            return bool(found[0].value == text)
        return equal(found, right, run)

    return holds


def _not_equal(left: Items, right: Items, run: Run) -> bool | None:
    found = equal(left, right, run)
    return None if found is None else not found


def _not_equivalent(left: Items, right: Items, run: Run) -> bool:
    return not equivalent(left, right, run)


def _contains(left: Items, right: Items, run: Run) -> bool | None:
    return member(right, left, run)


TRUTHS: dict[str, Callable[[Items, Items, Run], bool | None]] = {
    "=": equal,
    "!=": _not_equal,
    "~": equivalent,
    "!~": _not_equivalent,
    "in": member,
    "contains": _contains,
    **{operator: compared(operator) for operator in ("<", "<=", ">", ">=")},
}
