"""What one element definition may say, by the type it is for (ElementDefinition, R4, and its tables)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.constraint_rules import value_step, value_type, valued
from profiles.definition_invariants import Expressions, problem_of
from profiles.differentials import Find
from profiles.element_types import TRAITS, check_types, codes_of
from profiles.faults import Fault, under
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, snapshot_of, text, unnumbered

Json: TypeAlias = dict[str, Any]

_HOME = "http://hl7.org/fhir/StructureDefinition/"
_LIMITS = (
    *(("maxLength", "has-length"), ("minValue", "has-range"), ("maxValue", "has-range")),
    *((f"{_HOME}minLength", "has-length"), (f"{_HOME}maxDecimalPlaces", "is-continuous")),
    (f"{_HOME}maxSize", "has-size"),
)
_ROOT_BARS = (
    *("sliceName", "slicing", "requirements", "nameReference", "defaultValue", "fixed", "pattern", "example"),
    *("minValue", "maxValue", "maxLength"),
)
_OWN_BARS = ("sliceName", "fixed", "pattern", "minValue", "maxValue", "maxLength")
_WARN, _NOTE = Severity.WARNING, Severity.INFORMATION


@dataclass(frozen=True, slots=True)
class Place:
    """Where element definitions stand: the structure, its base, and whether in its snapshot."""

    structure: Json
    base: Json
    is_snapshot: bool

    @property
    def is_constraint(self) -> bool:
        """Whether the structure narrows its base."""
        return self.structure.get("derivation") == "constraint"


def check_elements(elements: Sequence[Json], place: Place, find: Find) -> Iterator[Fault]:
    """Findings on each element of a differential or snapshot, placed from the structure on."""
    view = "snapshot" if place.is_snapshot else "differential"
    expressions = Expressions(place.structure, place.base, is_snapshot=place.is_snapshot)
    for at, element in enumerate(elements):
        faults = [*_element(element, place, find), *expressions.check(element)]
        yield from under(view, under("element", under(at, faults)))


def _element(element: Json, place: Place, find: Find) -> Iterator[Fault]:
    path = text(element.get("path"))
    codes = codes_of(element) | ({path} if "." not in path else set())
    yield from _slicing(element, path, find, place)
    yield from check_types(element, find)
    yield from _support(element, place)
    if codes and any(find(code) is not None for code in codes):
        yield from _limits(element, codes)
    yield from _binding(element, codes, place, find)
    if place.is_snapshot:
        yield from _values(element, codes, path)
        yield from _table(element, path, place)
    elif place.is_constraint and "meaningWhenMissing" in element and not path.endswith(("Extension", ".extension")):
        yield Fault("element-meaning", "A profile cannot say what it means that an element is missing.", "not-found")


def _slicing(element: Json, path: str, find: Find, place: Place) -> Iterator[Fault]:
    if "slicing" not in element:
        return
    if "." not in path and not place.is_snapshot:
        yield Fault("element-slicing", "The root of a profile cannot be sliced.", "invalid")
    known = next((one for one in snapshot_of(find(path.partition(".")[0])) if one.get("path") == path), None)
    if known is not None and known.get("max") == "1" and "[x]" not in path:
        told = f"{unnumbered(path)} stands once and has one type, so it cannot be sliced."
        yield Fault("element-slicing", told, "not-found", step="slicing")
    for at, one in enumerate(objects(an_object(element["slicing"]).get("discriminator"))):
        faults = list(_discriminator(one, element, is_own=known is not None))
        yield from under("slicing", under("discriminator", under(at, faults)))


def _discriminator(discriminator: Json, element: Json, *, is_own: bool) -> Iterator[Fault]:
    """is_own: whether the structure's type has the element itself, so that its types are those it starts from."""
    if discriminator.get("type") == "pattern":
        told = "From R5 on a discriminator of type value does what one of type pattern does."
        yield Fault("element-discriminator", told, "business-rule", _NOTE)
    problem = (
        problem_of(text(discriminator.get("path")), element) if is_own and "." in text(element.get("path")) else ""
    )
    if problem:
        yield Fault("element-discriminator", f"The path leads nowhere from here: {problem}", "invalid")


def _support(element: Json, place: Place) -> Iterator[Fault]:
    """What is to be supported of its types is to be supported itself."""
    if element.get("mustSupport") is True or not any(map(_supported, objects(element.get("type")))):
        return
    told = "A type or profile is marked to be supported, and the element is not."
    if place.is_snapshot:
        yield Fault("element-support", told, "exception", _WARN)
    elif "snapshot" not in place.structure:
        yield Fault("element-support", told, "exception", _NOTE)


def _supported(use: Json) -> bool:
    holders = [use, *objects(use.get("_profile")), *objects(use.get("_targetProfile"))]
    marks = (mark for holder in holders for mark in objects(holder.get("extension")))
    url = f"{_HOME}elementdefinition-type-must-support"
    return any(mark.get("url") == url and mark.get("valueBoolean") is True for mark in marks)


def _limits(element: Json, codes: set[str]) -> Iterator[Fault]:
    """Limits of values are for types that have lengths, ranges or sizes."""
    traits = {trait for code in codes for trait in TRAITS.get(code, ())}
    said = {text(one.get("url")) for one in objects(element.get("extension"))} | set(element)
    for name, trait in _LIMITS:
        if trait not in traits and any(key == name or (key.startswith(name) and name in _RANGES) for key in said):
            yield _unfit(name.rpartition("/")[2], codes)
    if "binding" in element and "can-bind" not in traits:
        yield _unfit("binding", codes)


_RANGES = ("minValue", "maxValue")


def _unfit(what: str, codes: Iterable[str]) -> Fault:
    told = f"A {what} means nothing for the type {', '.join(sorted(codes))}."
    return Fault("element-unfit", told, "business-rule")


def _binding(element: Json, codes: set[str], place: Place, find: Find) -> Iterator[Fault]:
    if "binding" not in element:
        return
    traits = {trait for code in codes for trait in TRAITS.get(code, ())}
    unknown = [code for code in codes if find(code) is None]
    if place.is_snapshot and "can-bind" not in traits and not unknown:
        yield Fault("element-unfit", "None of the types can be bound.", "business-rule", step="binding")
    bound = codes & {"code", "string", "url", "uri", "Coding", "CodeableConcept", "Quantity"}
    if not place.is_snapshot and len(bound) > 1:
        told = f"The binding holds for all of {', '.join(sorted(bound))}."
        yield Fault("element-binding", told, "business-rule", _NOTE, step="binding")


def _values(element: Json, codes: set[str], path: str) -> Iterator[Fault]:
    """Values an element has by default, fixed or as a pattern are of its types."""
    if "." not in path:
        return
    if not codes and "contentReference" not in element:
        yield Fault("element-typeless", "The element has no type, and no contentReference.", "exception")
        return
    repeats = element.get("max") not in ("0", "1")
    for found in (valued(element, stem) for stem in ("defaultValue", "fixed", "pattern")):
        if found is not None:
            yield from under(value_step(found[0]), list(_value(found[0], codes, repeats=repeats)))


def _value(key: str, codes: set[str], *, repeats: bool) -> Iterator[Fault]:
    stem, code = value_type(key)
    if code not in codes:
        yield Fault("element-value", f"The value is a {code}, which is none of the element's types.", "exception")
    if stem == "defaultValue":
        return
    is_primitive = code[:1].islower()
    if repeats:
        told = "The value holds for all repetitions of the element."
        yield Fault("element-repeats", told, "exception", _NOTE)
        if is_primitive:
            told = "Some validators hold the value against the first repetition alone."
            yield Fault("element-repeats", told, "exception", _WARN)
    if stem == "fixed" and not is_primitive:
        told = "A fixed value leaves no room for anything else; a pattern may be what is meant."
        yield Fault("element-fixed", told, "exception", _WARN)


def _table(element: Json, path: str, place: Place) -> Iterator[Fault]:
    """What the tables of ElementDefinition bar or require (R4, 2.27.5 rules about elements)."""
    mode = "constraint" if place.is_constraint else "specialization"
    barred: Sequence[str] = ()
    if "." not in path:
        barred = (*_ROOT_BARS, "meaningWhenMissing") if place.is_constraint else _ROOT_BARS
    elif not place.is_constraint:
        barred = _OWN_BARS
        for name in ("min", "max"):
            if name not in element:
                yield Fault("element-table", f"{name} is required here in a {mode}.", "exception")
    for name in barred:
        if name in element or valued(element, name) is not None:
            yield Fault("element-table", f"{name} has no place here in a {mode}.", "exception")
