"""What a StructureDefinition says of itself and its base (R4, StructureDefinition; profiling page 5.1.0).

How a profile changes the elements of its base is in `profiles.constraint_rules`, each element for itself in
`profiles.element_definition_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.complying_profiles import check_claims
from profiles.constraint_rules import Codes, changed
from profiles.differentials import Find, misplaced
from profiles.element_definition_rules import Place, check_elements
from profiles.extension_contexts import contexts
from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, snapshot_of, text, unnumbered
from profiles.obligation_rules import inherited, own_elements
from profiles.plans import Check
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_TYPES = "http://hl7.org/fhir/StructureDefinition/"
_EXTENSION = _TYPES + "Extension"
_WARN = Severity.WARNING


def structure_definition_check(find: Find, codes: Codes = lambda _: None) -> Check:
    """The check of a StructureDefinition; find: another one, with its snapshot, by canonical or type name. codes: of a
    value set."""

    def check(structure: Any, _: Scope) -> Found:
        faults = [*_own_type(structure, find), *contexts(structure, find)]
        base = find(text(structure.get("baseDefinition")))
        if _is_made_from_itself(structure, find):
            faults.append(Fault("definition-circular", "The definition is made from itself.", "unknown"))
        elif base is None:
            faults += [*_without_base(structure), *_paths(structure)]
        else:
            faults += [*_derived(structure, base), *_paths(structure)]
            faults += _elements(structure, base, find, codes)
            faults += [*own_elements(structure, base), *inherited(structure, find)]
            faults += check_claims(structure, find, codes)
        return faults or None

    return check


def _own_type(structure: Json, find: Find) -> Iterator[Fault]:
    """Types of R4 are constrained only; others are logical models with a namespace, that of their url."""
    name, url = text(structure.get("type")), text(structure.get("url"))
    if ":" in name:
        home = url.rpartition("/")[0]
        if name.rpartition("/")[0] not in (home, home.removesuffix("/StructureDefinition")):
            told = "The namespace of the type should be that of the url."
            yield Fault("definition-namespace", told, "invalid", _WARN, step="type")
        if structure.get("kind") != "logical":
            told = "A type with a namespace is that of a logical model."
            yield Fault("definition-type", told, "invalid", step="type")
    elif name and find(_TYPES + name) is None:
        told = "R4 does not define the type; one's own has a namespace: an absolute url."
        yield Fault("definition-type", told, "invalid", step="type")
    elif name and structure.get("derivation") == "specialization" and not url.startswith(_TYPES):
        told = "A type of R4 can be constrained, and not be defined anew."
        yield Fault("definition-type", told, "invalid", step="type")


def _without_base(structure: Json) -> Iterator[Fault]:
    canonical = text(structure.get("baseDefinition"))
    if canonical:
        told = f"The base {unnumbered(canonical)} is not known, so the definition cannot be held against it."
        yield Fault("definition-base", told, "not-found", _WARN)


def _paths(structure: Json) -> Iterator[Fault]:
    """Paths begin with the type."""
    stem = text(structure.get("type")).rpartition("/")[2]
    for view in ("differential", "snapshot"):
        for at, element in enumerate(objects(an_object(structure.get(view)).get("element"))):
            if text(element.get("path")).partition(".")[0] != stem:
                told = f"The path must start with the type of the structure, {stem}."
                yield placed(Fault("definition-path", told, "not-found"), view, "element", at)


def _derived(structure: Json, base: Json) -> Iterator[Fault]:
    """Type and kind follow those of the base in a constraint; a specialization has a type of its own."""
    derivation = structure.get("derivation")
    if derivation is None:
        yield _wrong("A definition with a base must say its derivation.")
        return
    same_kind = structure.get("kind") == base.get("kind")
    if not same_kind and base.get("abstract") is not True:
        yield _wrong(f"The kind must be that of the base, {base.get('kind')}.")
    same_type = structure.get("type") == base.get("type")
    if derivation == "constraint":
        if not same_type:
            yield _wrong(f"A constraint is of the type of its base, {base.get('type')}.")
        if not same_kind:
            yield _wrong(f"A constraint is of the kind of its base, {base.get('kind')}.")
    elif same_type:
        yield _wrong("The type must not be that of the structure it is made from.")
    if base.get("experimental") is True and structure.get("experimental") is not True:
        told = "The base is experimental, and this definition does not say that it is too."
        yield Fault("definition-experimental", told, "business-rule", _WARN)
    yield from _extension_url(structure)


def _extension_url(structure: Json) -> Iterator[Fault]:
    """The definition of an extension fixes Extension.url to its own url."""
    if structure.get("type") != "Extension" or structure.get("baseDefinition") != _EXTENSION:
        return
    elements = objects(an_object(structure.get("differential")).get("element"))
    fixed = next((one.get("fixedUri") for one in elements if one.get("path") == "Extension.url"), None)
    if fixed is None:
        yield Fault("definition-extension", "Extension.url must be fixed to the url of the definition.", "invalid")
    elif fixed != structure.get("url"):
        told = "Extension.url is fixed to something else than the url of the definition."
        yield Fault("definition-extension", told, "invalid")


def _is_made_from_itself(structure: Json, find: Find) -> bool:
    """Whether a definition is among those it is made from."""
    url, seen = text(structure.get("url")), set[str]()
    current = text(structure.get("baseDefinition")).partition("|")[0]
    while url and current and current not in seen:
        if current == url:
            return True
        seen.add(current)
        current = text((find(current) or {}).get("baseDefinition")).partition("|")[0]
    return False


def _elements(structure: Json, base: Json, find: Find, codes: Codes) -> Iterator[Fault]:
    differential = objects(an_object(structure.get("differential")).get("element"))
    if structure.get("derivation") == "constraint" and structure.get("type") == base.get("type"):
        yield from _misplaced(differential, base, find)
        yield from changed(differential, base, find, codes)
    for view in ("differential", "snapshot"):
        elements = objects(an_object(structure.get(view)).get("element"))
        yield from check_elements(elements, Place(structure, base, view == "snapshot"), find)
    yield from _slices(structure, base)


def _misplaced(differential: list[Json], base: Json, find: Find) -> Iterator[Fault]:
    found = misplaced(differential, base, find)
    if found.misnamed is not None:
        told = f"{unnumbered(found.misnamed[0])} is none of the names {found.misnamed[1]} may have here."
        yield Fault("definition-choice", told, "exception")
        return
    told = "The base has no such element here; elements must be of the base and in its order."
    for at in found.positions:
        yield placed(Fault("definition-misplaced", told, "value"), "differential", "element", at)
    if found.positions:
        told = f"{len(found.positions)} elements of the differential have no place in the base."
        yield Fault("definition-misplaced", told, "value")


def _slices(structure: Json, base: Json) -> Iterator[Fault]:
    """What must be supported of a sliced element must be of its slices too; they start as the base has the element."""
    view = "snapshot" if "snapshot" in structure else "differential"
    origins = {text(one.get("id")): one for one in snapshot_of(base)}
    differential = objects(an_object(structure.get("differential")).get("element"))
    for element in differential:
        path = text(element.get("path"))
        origin = origins.get(path, {})
        if (
            "sliceName" in element
            or element.get("mustSupport") is not True
            or not ("slicing" in element or "slicing" in origin)
        ):
            continue
        for name, supported in _supports(path, [*origins.values(), *differential], origin).items():
            if not supported:
                told = f"Slice {unnumbered(name)} of {unnumbered(path)} is not marked mustSupport, as that is."
                yield Fault("definition-slice-support", told, "invalid", _WARN, step=view)


def _supports(path: str, elements: list[Json], origin: Json) -> dict[str, bool]:
    """Whether each slice of a path must be supported, by what is said of it last."""
    found: dict[str, bool] = {}
    for one in elements:
        name = text(one.get("sliceName"))
        if name and one.get("path") == path:
            before = found.get(name, origin.get("mustSupport") is True)
            found[name] = one["mustSupport"] is True if "mustSupport" in one else before
    return found


def _wrong(told: str) -> Fault:
    return Fault("definition-derivation", told, "not-found")
