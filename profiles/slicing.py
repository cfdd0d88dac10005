"""Slicing: which slice of an element a repetition belongs to, and whether the slices have as many as they must.

Each discriminator (ElementDefinition, R4: value, pattern, type, profile, exists) of each slice is compiled once into
a test on the repetition. A repetition that fits none says which slice was tried and which discriminator failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.definitions import Definition, Slicing
from profiles.discriminators import Discriminator, marks_at
from profiles.faults import OUTSIDE, Fault
from profiles.issue import About, Severity, Tried
from profiles.plans import Definitions
from profiles.scope import Scope

_CORE = "http://hl7.org/fhir/StructureDefinition/"
"""The vital signs of R4 itself ask for a code of LOINC and say in their text that other codes may stand beside it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slice with its tests, and the slicing of its own repetitions where it is sliced again."""

    definition: Definition
    tests: tuple[Discriminator, ...]
    inner: Slicer | None

    def fits(self, value: Any, scope: Scope) -> bool:
        """Whether a repetition belongs to this slice."""
        for test in self.tests:  # noqa: SIM110
            if not test.holds(value, scope):
                return False
        return True

    def why_not(self, value: Any, scope: Scope) -> Tried | None:
        """The first discriminator that failed, and what would satisfy it."""
        failed = next((test for test in self.tests if not test.holds(value, scope)), None)
        if failed is None:
            return None
        path, _, expected = failed.told.partition(" ")
        return Tried(self.definition.slice_name, path, expected)


class Slicer:
    """The slices of one element in one profile."""

    def __init__(self, definition: Definition, slicing: Slicing, candidates: tuple[Candidate, ...]) -> None:
        self.definition = definition
        self.slicing = slicing
        self.candidates = candidates
        self.path = _path(candidates)
        self._by_text = _by_constant(candidates) if self.path else None
        self._steady = frozenset(_first_steady(candidates))
        self.is_steady = not any(test.of_code for one in candidates for test in one.tests)
        self._is_magic = definition.source.startswith(_CORE) and definition.path == "Observation.code.coding"
        self._positions = {one.definition: position for position, one in enumerate(candidates)}
        self._inner = [(position, one.inner) for position, one in enumerate(candidates) if one.inner is not None]
        self._limited = [
            (position, one.definition)
            for position, one in enumerate(candidates)
            if one.definition.min or one.definition.max is not None
        ]
        self.needed = tuple(one.definition for one in candidates if one.definition.min)

    def match(self, value: Any, scope: Scope) -> Definitions:
        """The slice a repetition belongs to, with those inside it; () for none."""
        text = text_at(value, self.path) if self._by_text is not None else None
        if text is not None and self._by_text is not None:
            found = self._by_text.get(text)
        else:
            found = next((one for one in self.candidates if one.fits(value, scope)), None)
        if found is None:
            return ()
        return (found.definition, *(found.inner.match(value, scope) if found.inner else ()))

    def always_fits(self, found: Definitions) -> bool:
        """Whether what has the same values at the slicer's path always belongs where this repetition does, whatever
        terminology says another time: no slice before its own asks that of codes."""
        return bool(found) and found[0] in self._steady

    def marks(self, values: list[Any], scope: Scope) -> tuple[Any, ...] | None:
        """What decides where the repetitions belong; None where that is more than a few texts."""
        if not self.path:
            return None
        found = [text_at(one, self.path) or marks_at(one, self.path, scope) for one in values]
        return None if None in found else tuple(found)

    def settle(self, values: list[Any], matches: list[Definitions], scope: Scope) -> list[Fault]:
        """What is wrong with how many repetitions the slices have, which have none, and their order."""
        places = [self._place(found) for found in matches]
        faults = self._count(places)
        if self.slicing.ordered or None in places:
            faults += self._order(values, matches, places, scope)
        for position, inner in self._inner:
            inside = [at for at, place in enumerate(places) if place == position]
            if inside:
                faults += inner.settle([values[at] for at in inside], [matches[at] for at in inside], scope)
        return faults

    def _place(self, found: Definitions) -> int | None:
        """The position among the slices of the one a repetition belongs to."""
        for one in found:
            if one in self._positions:
                return self._positions[one]
        return None

    def _order(
        self, values: list[Any], matches: list[Definitions], places: list[int | None], scope: Scope
    ) -> list[Fault]:
        """What is wrong with repetitions of no slice, and with the order of the others."""
        faults: list[Fault] = []
        last = -1
        for index, (value, own) in enumerate(zip(values, places, strict=True)):
            if own is None:
                faults += self._unmatched(index, value, scope, is_last=not any(matches[index:]))
                continue
            if self.slicing.ordered and own < last:
                faults.append(self._disorder(index, self.candidates[own].definition))
            last = max(last, own)
        return faults

    def absent(self) -> list[Fault]:
        """What is wrong where the element is not there at all."""
        return [_too_few(one, 0) for one in self.needed]

    def _count(self, places: list[int | None]) -> list[Fault]:
        faults = []
        for position, definition in self._limited:
            count = places.count(position)
            if count < definition.min:
                faults.append(_too_few(definition, count))
            elif definition.max is not None and count > definition.max:
                faults.append(_too_many(definition, count))
        for fault in faults:
            fault.steps.append(OUTSIDE)
        return faults

    def _unmatched(self, index: int, value: Any, scope: Scope, *, is_last: bool) -> list[Fault]:
        closed = self.slicing.rules == "closed" or (self.slicing.rules == "openAtEnd" and not is_last)
        tried = tuple(filter(None, (one.why_not(value, scope) for one in self.candidates)))
        told = "; ".join(f"slice '{one.slice}' wants {one.discriminator} {one.expected}" for one in tried)
        about = About(profile=self.definition.source, tried=tried)
        text = f"This fits no slice of {self.definition.path} in profile {self.definition.source} (tried: {told})"
        if closed:
            return [Fault("slicing-closed", f"{text}, and no others are allowed.", "invalid", step=index, about=about)]
        if self._is_magic:
            return []
        note = f"{text}; see that it is not meant to."
        return [Fault("slicing-unmatched", note, "informational", Severity.INFORMATION, step=index, about=about)]

    def _disorder(self, index: int, definition: Definition) -> Fault:
        text = f"Slice '{definition.slice_name}' stands too late; the slices of {definition.path} are ordered."
        return Fault("slicing-order", text, "structure", step=index, about=About(profile=definition.source))


def _path(candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    """The path to the values by which all slices are told apart; () where there is more to it."""
    paths = {test.path for one in candidates for test in one.tests}
    is_simple = len(paths) == 1 and all(len(one.tests) == 1 and one.inner is None for one in candidates)
    return paths.pop() if is_simple else ()


def _by_constant(candidates: tuple[Candidate, ...]) -> dict[str, Candidate] | None:
    """The slices by their texts, where each wants another one."""
    found = {one.tests[0].constant: one for one in candidates}
    return found if len(found) == len(candidates) and "" not in found else None


def _first_steady(candidates: tuple[Candidate, ...]) -> Iterator[Definition]:
    """The slices before which no other asks terminology."""
    for one in candidates:
        yield one.definition
        if any(test.of_code for test in one.tests):
            return


def text_at(value: Any, path: tuple[str, ...]) -> str | None:
    """The text at a path; None where there is none, or where more than objects lead there."""
    for name in path:
        if value.__class__ is not dict:
            return None
        value = value.get(name)
    return value if value.__class__ is str else None


def _too_few(definition: Definition, count: int) -> Fault:
    name = f"{definition.path}:{definition.slice_name}"
    text = f"Slice '{name}' needs {definition.min} and has {count} (profile {definition.source})."
    return Fault("slice-min", text, "structure", about=About(profile=definition.source))


def _too_many(definition: Definition, count: int) -> Fault:
    name = f"{definition.path}:{definition.slice_name}"
    text = f"Slice '{name}' may have {definition.max} at most and has {count} (profile {definition.source})."
    return Fault("slice-max", text, "structure", about=About(profile=definition.source))


CompileTest: TypeAlias = Callable[[Definition, tuple[str, str]], Discriminator | None]


def make_slicer(definition: Definition, compile_test: CompileTest, outer: Slicing | None = None) -> Slicer | None:
    """The slicer of a sliced element; None where its discriminators say nothing that can be tested.

    outer: how the slice a re-slice is part of is told apart, where the slice itself does not say.
    """
    slicing = definition.slicing or outer
    if slicing is None or not definition.slices:
        return None
    candidates = []
    for one in definition.slices:
        tests = [compile_test(one, discriminator) for discriminator in slicing.discriminators]
        known = tuple(test for test in tests if test is not None)
        if known:
            again = Slicing(slicing.discriminators, "open", ordered=False)
            candidates.append(Candidate(one, known, make_slicer(one, compile_test, again)))
    return Slicer(definition, slicing, tuple(candidates)) if candidates else None
