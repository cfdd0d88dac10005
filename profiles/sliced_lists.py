"""Elements that are sliced: each repetition is judged by its slice, and the slices by how many they have.

Most lists are sliced by a text or two of each repetition, such as an identifier's system. What comes of the same texts
in the same order is the same each time, and is remembered; but for what terminology has not said for certain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, copied, under
from profiles.memo import Memo
from profiles.plan_checks import not_list, not_single, without_index
from profiles.plans import Check, Definitions
from profiles.scope import Scope
from profiles.slicing import Slicer

Marks: TypeAlias = tuple[Any, ...]
Arranged: TypeAlias = tuple[list[Check], list[Fault]]
"""The check of each repetition, and what is wrong with their numbers and order."""

_MOST_ARRANGEMENTS = 100
_LONGEST_LIST, _LONGEST_MARKS = 20, 2_000
"""Lists that are remembered: how many of an element, how long they may be, and how long the texts that tell them."""


def sliced_check(
    slicers: Sequence[Slicer], check_of: Callable[[Definitions], Check], item: Check | None, *, is_list: bool
) -> Check:
    """The check of a sliced element. check_of: of a repetition that belongs to these slices; item: of every one, where
    its slices add nothing to it."""
    return _Sliced(slicers, check_of, item, is_list=is_list).check


class _Sliced:
    """A sliced element."""

    def __init__(
        self, slicers: Sequence[Slicer], check_of: Callable[[Definitions], Check], item: Check | None, *, is_list: bool
    ) -> None:
        self._slicers, self._check_of, self._item, self._is_list = slicers, check_of, item, is_list
        self._checks: dict[Definitions, Check] = {}
        self._known: Memo[Marks, Arranged] = Memo(_MOST_ARRANGEMENTS)
        self._is_steady = all(slicer.is_steady for slicer in slicers)

    def check(self, value: Any, scope: Scope) -> Found:
        """What is wrong with the repetitions, and with how they are sliced."""
        if (type(value) is list) is not self._is_list:
            return [not_list() if self._is_list else not_single()]
        values = value if self._is_list else [value]
        marks = self._marks(values, scope)
        known = self._known.get(marks) if marks is not None else None
        checks, settled = known or self._arranged(values, marks, scope)
        faults: list[Fault] = []
        for index, (check, one) in enumerate(zip(checks, values, strict=True)):
            found = check(one, scope) if one is not None else None
            if found is not None:
                faults += under(index, found) if self._is_list else found
        if settled:
            again = copied(settled) or []
            faults += again if self._is_list else without_index(again)
        return faults or None

    def _marks(self, values: list[Any], scope: Scope) -> Marks | None:
        """What decides which slices the repetitions belong to; None where that is too much to be remembered."""
        if len(values) > _LONGEST_LIST:
            return None
        if len(self._slicers) == 1:
            return self._slicers[0].marks(values, scope)
        found = tuple(slicer.marks(values, scope) for slicer in self._slicers)
        return None if None in found else found

    def _arranged(self, values: list[Any], marks: Marks | None, scope: Scope) -> Arranged:
        matches = [[slicer.match(one, scope) for slicer in self._slicers] for one in values]
        checks = [self._item or self._sliced(tuple(part for match in found for part in match)) for found in matches]
        faults: list[Fault] = []
        for position, slicer in enumerate(self._slicers):
            faults += slicer.settle(values, [match[position] for match in matches], scope)
        if marks is not None and len(repr(marks)) <= _LONGEST_MARKS and self._are_steady(matches, faults):
            self._known[marks] = (checks, faults)
        return checks, faults

    def _are_steady(self, matches: list[list[Definitions]], faults: list[Fault]) -> bool:
        """Whether the same comes of the same texts another time too."""
        return self._is_steady or not (
            faults
            or any(
                not slicer.always_fits(found)
                for match in matches
                for slicer, found in zip(self._slicers, match, strict=True)
            )
        )

    def _sliced(self, found: Definitions) -> Check:
        if found not in self._checks:
            self._checks[found] = self._check_of(found)
        return self._checks[found]
