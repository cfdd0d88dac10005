"""and, or, xor, implies with three values: True, False and None for empty (FHIRPath N1, 6.5)."""

from __future__ import annotations

from profiles.fhirpath.run import Items, Run, Truth


def row(decisive: bool, operands: list[Truth]) -> Truth:
    """and (decisive: False), or (decisive: True)."""

    def holds(this: Items, run: Run) -> bool | None:
        found: bool | None = not decisive
        for operand in operands:
            value = operand(this, run)
            if value is decisive:
                return decisive
            if value is None:
                found = None
        return found

    return holds


def xor(left: Truth, right: Truth) -> Truth:
    """One of the two; empty where one is."""

    def holds(this: Items, run: Run) -> bool | None:
        one, other = left(this, run), right(this, run)
        return None if one is None or other is None else one is not other

    return holds


def implies(left: Truth, right: Truth) -> Truth:
    """left implies right."""

    def holds(this: Items, run: Run) -> bool | None:
        one = left(this, run)
        if one is False:
            return True
        other = right(this, run)
        return other if one is True else (True if other is True else None)

    return holds
