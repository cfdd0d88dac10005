"""The compiler of profiles: from the definitions of an element to the one check of it (see `profiles.plans`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from profiles.absent_values import absent_value_rules
from profiles.additional_bindings import additional_of
from profiles.definitions import Definition, TypeUse
from profiles.discriminators import Finder
from profiles.element_rules import NOT_EMPTY, RESOURCE_TYPE, count_rules, fixed_checks, type_slice_rules
from profiles.extension_places import ExtensionPlaces
from profiles.extensions import ExtensionJudge
from profiles.faults import Fault, Found
from profiles.fhir_plan import resource_types
from profiles.glances import format_glance, of_one, remembering
from profiles.issue import Severity
from profiles.memo import Memo
from profiles.narrative import check_narrative
from profiles.narrative_control import control_checks
from profiles.plan_checks import (
    barred_check,
    guarded,
    list_check,
    or_none,
    plain,
)
from profiles.plans import (
    ABSTRACT,
    INLINE,
    NO_GLANCE,
    Check,
    Definitions,
    Glance,
    Key,
    ObjectRule,
    Step,
    all_of,
    allows,
    children_of,
    distinct,
    expand,
    place_name,
    property_name,
    repeats,
    uses_of,
)
from profiles.primitives import PRIMITIVES
from profiles.scope import Scope
from profiles.shapes import ObjectPlan, object_check
from profiles.sliced_lists import sliced_check
from profiles.slicing import Slicer, make_slicer
from profiles.stated_limits import stated_limit_checks
from profiles.value_formats import format_check
from profiles.value_rules import value_checks


class Outside(Protocol):
    """What a compiler asks of the validator around it."""

    finder: Finder
    extensions: ExtensionJudge
    places: ExtensionPlaces

    def root(self, canonical: str) -> Definition | None:
        """The definition of a type or profile."""

    def resource(self, value: Any, scope: Scope, definitions: Definitions) -> Found:
        """Judge a resource, whose definitions depend on what it says of itself."""

    def remarks(self, value: Any, url: str, scope: Scope) -> list[Fault]:
        """What a profile that a value follows remarks on it."""

    def bindings(self, definitions: Definitions, code: str) -> list[Check]:
        """The checks of an element's bindings."""

    def references(self, definitions: Definitions) -> list[Check]:
        """The checks of where an element of type Reference may point."""

    def invariants(self, definitions: Definitions, code: str) -> list[Check]:
        """The checks of an element's invariants."""

    def object_rules(self, definitions: Definitions, code: str) -> list[ObjectRule]:
        """The invariants of an object, with what is known of where they can fail."""

    def natives(self, code: str) -> list[ObjectRule]:
        """Rules of a type that stand in the text of the standard."""


class Compiler:
    """Checks by type and definitions, each compiled when first asked for."""

    def __init__(self, outside: Outside, most: int) -> None:
        """most: of checks of objects that are remembered."""
        self._outside = outside
        self._objects: Memo[Key, Check] = Memo(most)
        self._slicers: dict[Definition, Slicer | None] = {}

    def object_check(self, code: str, definitions: Definitions) -> Check:
        """The check of an object of a type under these definitions; compiled at first use, as types hold each other."""
        key = (code, definitions)
        found = self._objects.get(key)
        if found is None:
            found = self._objects[key] = object_check(lambda: self._plan(code, definitions))
        return found

    def _plan(self, code: str, definitions: Definitions) -> ObjectPlan:
        wide = expand(definitions, code, self._outside.root)
        groups = children_of(wide)
        if code in PRIMITIVES:
            groups.pop("value", None)
        steps: dict[str, Step] = {}
        rules: list[ObjectRule] = [] if _is_resource(code, groups) else [NOT_EMPTY]
        for name, group in groups.items():
            steps |= self._steps(name, group, wide)
            dynamic = [slicer for slicer in self._slicers_of(group) if not _is_static(slicer.definition)]
            rules += [*count_rules(group, dynamic), *type_slice_rules(group)]
            rules += absent_value_rules(group)
        rules += [] if code in PRIMITIVES else self._outside.natives(code)
        rules += self._outside.places.rules(wide, _model_type(code, wide), groups)
        # What an element says of the resource in it is judged where that element stands.
        is_resource = _is_resource(code, groups)
        ruled = tuple(one for one in wide if not is_resource or "." not in one.path)
        rules += [] if code in PRIMITIVES else self._outside.object_rules(ruled, _model_type(code, wide))
        if is_resource:
            steps["resourceType"] = RESOURCE_TYPE
        return ObjectPlan(wide[0].path if wide else code, steps, tuple(rules))

    def _steps(self, name: str, group: Definitions, owner: Definitions) -> dict[str, Step]:
        """By JSON property: its name in FHIRPath, and its check."""
        steps: dict[str, Step] = {}
        uses = uses_of(group)
        if not uses and group[0].same_as is not None:
            uses = {"BackboneElement": TypeUse("BackboneElement", (), (), ())}
        for code in uses:
            key = property_name(name, code)
            fitting = distinct((*group, *_type_slices(group, code)))
            place = place_name(name, code)
            steps[key] = self._step(place, name, code, fitting, owner)
            if code in PRIMITIVES and not _is_attribute(group):
                steps[f"_{key}"] = Step(place, self._extras(code, fitting))
        return steps

    def _extras(self, code: str, group: Definitions) -> Check:
        check = self.object_check(code, group)
        return list_check(or_none(check)) if repeats(group) else check

    def _step(self, place: str, name: str, code: str, group: Definitions, owner: Definitions) -> Step:
        """The step of an element's value, a list where the element repeats."""
        barred = [one for one in group if not allows(one, code)]
        if barred:
            return Step(place, barred_check(code, barred[-1]))
        slicers = [slicer for slicer in self._slicers_of(group) if not _is_static(slicer.definition)]
        if code in PRIMITIVES and not slicers:
            return self._primitive(place, code, group)
        return Step(place, self._items(name, code, group, owner, slicers))

    def _primitive(self, place: str, code: str, group: Definitions) -> Step:
        check, glance = self._value(code, group)
        if repeats(group):
            return Step(place, list_check(or_none(check)), of_one(glance))
        return Step(place, check, glance)

    def _items(self, name: str, code: str, group: Definitions, owner: Definitions, slicers: list[Slicer]) -> Check:
        if name in ("extension", "modifierExtension"):
            item = self._outside.extensions.item_check(self, group, owner, is_modifier=name != "extension")
        elif not slicers:
            item = self.value_check(code, group)
        else:
            item = None
        if item is None or slicers:
            return sliced_check(
                slicers, lambda found: self.value_check(code, distinct((*group, *found))), item, is_list=repeats(group)
            )
        return list_check(item) if repeats(group) else item

    def value_check(self, code: str, group: Definitions) -> Check:
        """The check of one value of a type."""
        if code == "xhtml":
            return lambda value, _: check_narrative(value)
        if code in ABSTRACT or code in resource_types():
            return lambda value, scope: self._outside.resource(value, scope, group)
        if code in PRIMITIVES:
            return self._value(code, group)[0]
        checks = [*fixed_checks(group), *self._outside.bindings(group, code)]
        limits = [plain(check) for check in (*value_checks(group), *stated_limit_checks(group))]
        if code == "Reference":
            checks += self._outside.references(group)
        if code == "Narrative":
            checks += control_checks(group)
        profiles = self._alternatives(code, group)
        return all_of([self.object_check(code, group), *checks, *limits, *profiles])

    def _value(self, code: str, group: Definitions) -> tuple[Check, Glance]:
        """The check of a primitive value, and what tells the usual ones: their format, or that they were right before
        where they are of few."""
        given = [*fixed_checks(group), *self._outside.bindings(group, code)]
        limits = [plain(check) for check in (*value_checks(group), *stated_limit_checks(group))]
        rules = self._outside.invariants(group, code)
        check = guarded(format_check(code), [*given, *limits, *rules])
        if not (given or limits or rules):
            return check, format_glance(code)
        is_steady = given and not rules and not any(list(additional_of(one)) for one in group)
        return remembering(check) if is_steady else (check, NO_GLANCE)

    def _alternatives(self, code: str, group: Definitions) -> list[Check]:
        """Where a type may follow one of several profiles: a check that it follows at least one of them."""
        return [
            _one_of(use.profiles, self._outside, definition)
            for definition in group
            for use in definition.types
            if use.code == code and len(use.profiles) > 1
        ]

    def _slicers_of(self, group: Iterable[Definition]) -> list[Slicer]:
        return [slicer for slicer in map(self._slicer, group) if slicer is not None]

    def _slicer(self, definition: Definition) -> Slicer | None:
        if definition not in self._slicers:
            self._slicers[definition] = make_slicer(definition, self._outside.finder.compile)
        return self._slicers[definition]


def _type_slices(group: Definitions, code: str) -> list[Definition]:
    """Slices of a choice that are told apart by type alone: those of this type."""
    return [
        one
        for definition in group
        if _is_static(definition)
        for one in definition.slices
        if any(use.code == code for use in one.types)
    ]


def _is_static(definition: Definition) -> bool:
    """Whether an element is sliced by its own type only, which its JSON property says."""
    if not definition.name.endswith("[x]") or not definition.slices:
        return False
    slicing = definition.slicing
    return slicing is None or slicing.discriminators in ((), (("type", "$this"),))


def _is_resource(code: str, groups: Mapping[str, Definitions]) -> bool:
    return code in resource_types() and "resourceType" not in groups


def _is_attribute(group: Definitions) -> bool:
    return "xmlAttr" in group[0].element.get("representation", ()) and group[0].path.endswith(
        ("Element.id", "Resource.id")
    )


def _model_type(code: str, wide: Definitions) -> str:
    """The name FHIRPath's model knows an object's type by: Patient.contact for an element with elements of its own."""
    if code not in INLINE:
        return code
    named = next((one for one in wide if "." in one.path), None)
    target = named.same_as or named if named is not None else None
    return str(target.element.get("base", {}).get("path", target.path)) if target is not None else code


def _one_of(profiles: tuple[str, ...], outside: Outside, definition: Definition) -> Check:
    """The check that a value follows one of several profiles; with what those it follows remark on it."""

    def check(value: Any, scope: Scope) -> Found:
        found = [url for url in profiles if outside.finder.follows(value, url, scope)]
        remarks = [fault for url in found for fault in outside.remarks(value, url, scope)]
        if len(found) > 1:
            text = f"This follows several of the profiles {definition.path} may have: {', '.join(found)}."
            return [Fault("profile-several", text, "structure", Severity.WARNING), *remarks]
        if found:
            return remarks or None
        text = f"This follows none of the profiles {definition.path} may have: {', '.join(profiles)}."
        return [Fault("profile-none", text, "structure")]

    return check
