"""Where a StructureDefinition says its extension may be used (R4, StructureDefinition.context)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.differentials import Find
from profiles.faults import Fault, placed
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, snapshot_of, text, texts, unnumbered

Json: TypeAlias = dict[str, Any]

_JSON_NAMES = (
    "http://hl7.org/fhir/tools/StructureDefinition/json-name",
    "http://hl7.org/fhir/tools/StructureDefinition/elementdefinition-json-name",
)
_VERSIONS = "http://hl7.org/fhir/StructureDefinition/version-specific-use"
_LATER = ("Base", "CanonicalResource", "MetadataResource")
"""Abstract types that R4 does not define, and contexts name all the same."""
_WARN = Severity.WARNING


def contexts(structure: Json, find: Find) -> Iterator[Fault]:
    """Findings on the contexts of a definition; find: a structure definition by type name."""
    is_extension = structure.get("type") == "Extension"
    barred = not is_extension and not _has_json_name(structure)
    for at, context in enumerate(objects(structure.get("context"))):
        if barred:
            yield placed(_only_extensions(), "context", at)
        elif is_extension:
            for fault in _context(context, find):
                yield placed(fault, "context", at)
    for at, _ in enumerate(texts(structure.get("contextInvariant"))):
        if not is_extension:
            yield placed(_only_extensions(), "contextInvariant", at)


def _only_extensions() -> Fault:
    return Fault("context-no-extension", "Only the definition of an extension says where it may be used.", "invalid")


def _has_json_name(structure: Json) -> bool:
    """Whether the root names a property of JSON, which makes it an extension of a kind."""
    elements = snapshot_of(structure) or objects(an_object(structure.get("differential")).get("element"))
    marks = objects(elements[0].get("extension")) if elements else []
    return any(mark.get("url") in _JSON_NAMES for mark in marks)


def _context(context: Json, find: Find) -> Iterator[Fault]:
    kind, expression = context.get("type"), text(context.get("expression"))
    if any(one.get("url") == _VERSIONS for one in objects(context.get("extension"))):
        return
    if kind == "element" and expression not in _LATER and not is_element(expression, find):
        yield Fault("context-unknown", f"There is no element {unnumbered(expression)}.", "invalid")
    if kind == "element" and expression == "Element":
        told = "The extension may be used anywhere; that is seldom meant."
        yield Fault("context-anywhere", told, "business-rule", _WARN)
    if kind == "fhirpath" and is_element(expression, find):
        told = "The context is an element; its type should say so."
        yield Fault("context-type", told, "business-rule", _WARN)


def is_element(path: str, find: Find) -> bool:
    """Whether a path names a type, or an element in it or in the types of its elements."""
    name, *names = path.split(".")
    structure = find(name) if name else None
    at = name
    for step in names:
        if structure is None:
            return False
        found = _child(structure, at, step)
        if found is None:
            return False
        uses = objects(found.get("type"))
        at = text(found.get("path"))
        inner = any(text(one.get("path")).startswith(f"{at}.") for one in snapshot_of(structure))
        if not inner and "contentReference" in found:
            at = text(found["contentReference"]).rpartition("#")[2]
        elif not inner:
            at = text(uses[0].get("code")) if len(uses) == 1 else ""
            structure = find(at) if at else None
    return structure is not None or bool(names)


def _child(structure: Json, at: str, step: str) -> Json | None:
    wanted = (f"{at}.{step}", f"{at}.{step}[x]")
    return next((one for one in snapshot_of(structure) if one.get("path") in wanted), None)
