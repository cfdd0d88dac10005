"""Elements that are sliced: each repetition is judged by its slice, and the slices by how many they have.

Most lists are sliced by one text of each repetition, such as an identifier's system. What comes of the same texts in
the same order is the same each time, so that it is remembered, as far as nothing was found wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, under
from profiles.memo import Memo
from profiles.plan_checks import not_list, not_single, without_index
from profiles.plans import Check, Definitions
from profiles.scope import Scope
from profiles.slicing import Slicer, texts_at

Texts: TypeAlias = tuple[tuple[str, ...], ...]

_MOST_ARRANGEMENTS = 100
_LONGEST_LIST = 20
"""Lists that are remembered: how many of an element, and how long they may be."""


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
        self._known: Memo[Texts, list[Check]] = Memo(_MOST_ARRANGEMENTS)
        self._paths = [slicer.path for slicer in slicers]

    def check(self, value: Any, scope: Scope) -> Found:
        """What is wrong with the repetitions, and with how they are sliced."""
        if (type(value) is list) is not self._is_list:
            return [not_list() if self._is_list else not_single()]
        values = value if self._is_list else [value]
        texts = self._texts(values)
        checks = self._known.get(texts) if texts else None
        settled: list[Fault] = []
        if checks is None:
            checks, settled = self._arranged(values, texts, scope)
        faults: list[Fault] = []
        for index, (check, one) in enumerate(zip(checks, values, strict=True)):
            found = check(one, scope) if one is not None else None
            if found is not None:
                faults += under(index, found) if self._is_list else found
        return [*faults, *(settled if self._is_list else without_index(settled))] or None

    def _texts(self, values: list[Any]) -> Texts:
        """The texts that decide which slices the repetitions belong to; () where there is more to it."""
        found = [texts_at(values, path) for path in self._paths if path] if len(values) <= _LONGEST_LIST else []
        texts = tuple(one for one in found if one is not None)
        return texts if len(texts) == len(self._paths) else ()

    def _arranged(self, values: list[Any], texts: Texts, scope: Scope) -> tuple[list[Check], list[Fault]]:
        """The check of each repetition, and what is wrong with their numbers and order."""
        matches = [[slicer.match(one, scope) for slicer in self._slicers] for one in values]
        checks = [self._item or self._sliced(tuple(part for match in found for part in match)) for found in matches]
        faults: list[Fault] = []
        for position, slicer in enumerate(self._slicers):
            faults += slicer.settle(values, [match[position] for match in matches], scope)
        if texts and not faults and self._are_steady(matches):
            self._known[texts] = checks
        return checks, faults

    def _are_steady(self, matches: list[list[Definitions]]) -> bool:
        return all(
            slicer.is_steady(found) for match in matches for slicer, found in zip(self._slicers, match, strict=True)
        )

    def _sliced(self, found: Definitions) -> Check:
        if found not in self._checks:
            self._checks[found] = self._check_of(found)
        return self._checks[found]
