"""Extensions: each is judged by the definition its url names (R4, Extensibility), and by where it may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from profiles.definition_status import ending_of
from profiles.definitions import Definition
from profiles.faults import OUTSIDE, Fault, Found
from profiles.issue import Severity
from profiles.plans import INLINE, Check, Definitions, distinct
from profiles.r4.facts import facts
from profiles.scope import Scope
from profiles.version_uses import cross_version_problem, is_cross_version, is_for_r4

_HL7 = "http://hl7.org/fhir/"
_BASE = f"{_HL7}StructureDefinition/Extension"
_OF_TOOLS = frozenset(
    (
        *(f"{_HL7}StructureDefinition/{name}" for name in ("definition", "instance-name", "instance-description")),
        *(
            f"{_HL7}StructureDefinition/structuredefinition-{name}"
            for name in ("expression", "fmm-support", "rdf-type")
        ),
        f"{_HL7}StructureDefinition/structuredefinition-conformance-derivedFrom",
        f"{_HL7}StructureDefinition/codesystem-properties-mode",
        f"{_HL7}StructureDefinition/elementdefinition-type-must-support",
        *(f"{_HL7}build/StructureDefinition/{name}" for name in ("definition", "binding-definition")),
    )
)
"""Extensions that HL7's own tools wrote into published guides, and that no package defines."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with an extension whatever it holds. of_owner: told of the element it stands in."""

    code: str
    text: str
    kind: str
    of_owner: bool = False
    severity: Severity = Severity.ERROR


class Objects(Protocol):
    """What gives the check of an object."""

    def object_check(self, code: str, definitions: Definitions) -> Check:
        """The check of an object of a type under these definitions."""


class ExtensionJudge:
    """Judges the extensions of one context. root, structure: a definition, and its resource, by url."""

    def __init__(
        self,
        root: Callable[[str], Definition | None],
        structure: Callable[[str], dict[str, Any] | None],
        tolerated: Iterable[str] = (),
    ) -> None:
        """tolerated: parts of urls of extensions that need no definition."""
        self._root = root
        self._structure = structure
        self._tolerated = tuple(tolerated)

    def item_check(self, objects: Objects, group: Definitions, owner: Definitions, *, is_modifier: bool) -> Check:
        """The check of one extension of an element. group: of `extension` there; owner: of the element around it."""
        checks: dict[Any, Check] = {}
        places = places_of(owner)
        slices = [part for one in group for part in one.slices]

        def check(value: Any, scope: Scope) -> Found:
            url = value.get("url") if type(value) is dict else None
            key = url if type(url) is str else None
            found = checks.get(key)
            if found is None:
                found = checks[key] = self._compile(objects, key, group, slices, places, is_modifier=is_modifier)
            return found(value, scope)

        return check

    def _compile(
        self,
        objects: Objects,
        url: str | None,
        group: Definitions,
        slices: list[Definition],
        places: frozenset[str],
        *,
        is_modifier: bool,
    ) -> Check:
        own = [one for one in slices if url is not None and self._is_of(one, url)]
        profile = self._root(url) if url is not None and ":" in url else None
        members = distinct((*group, *own, *((profile,) if profile is not None else ())))
        base = objects.object_check("Extension", members)
        said = self._said(url, profile, own, places, is_modifier=is_modifier)
        if not said:
            return base

        def check(value: Any, scope: Scope) -> Found:
            return [*(base(value, scope) or ()), *map(_fault, said)]

        return check

    def _is_of(self, definition: Definition, url: str) -> bool:
        if any(url in (profile, profile.partition("|")[0]) for use in definition.types for profile in use.profiles):
            return True
        inner = definition.members().get("url")
        return inner is not None and inner.fixed is not None and inner.fixed[1] == url

    def _said(
        self,
        url: str | None,
        profile: Definition | None,
        own: list[Definition],
        places: frozenset[str],
        *,
        is_modifier: bool,
    ) -> list[Said]:
        """What is wrong with an extension of this url at this place, whatever it holds: code, text, kind."""
        if not url:
            return [Said("extension-url", "An extension needs a url that says what it is.", "invalid")]
        if "Extension" in places:
            inside = own or profile is not None or not _is_complex(places)
            text = f"Extension '{url}' is no part of the extension it stands in."
            return [] if inside else [Said("extension-part-unknown", text, "invalid")]
        if ":" not in url:
            text = "The url of an extension must be absolute; only extensions inside others have short names."
            return [Said("extension-url", text, "invalid")]
        if profile is None:
            if is_cross_version(url):
                problem = cross_version_problem(url)
                return [Said("extension-cross-version", problem, "business-rule")] if problem else []
            if url in _OF_TOOLS or any(part in url for part in self._tolerated):
                return []
            text = f"Extension {url} is not known, so it cannot be judged. Install the package that defines it."
            return [Said("extension-unknown", text, "structure")]
        return self._misplaced(url, profile, places, is_modifier=is_modifier)

    def _misplaced(self, url: str, profile: Definition, places: frozenset[str], *, is_modifier: bool) -> list[Said]:
        structure = self._structure(url) or {}
        said = []
        ending = ending_of(structure)
        if ending:
            text = f"Extension {profile.source} is {ending}"
            said.append(Said("extension-status", text, "business-rule", severity=Severity.INFORMATION))
        if "|" in url:
            said.append(Said("extension-version", "The url of an extension must not name a version.", "invalid"))
        if bool(profile.element.get("isModifier")) is not is_modifier:
            right = "modifierExtension" if profile.element.get("isModifier") else "extension"
            said.append(Said("extension-modifier", f"Extension {url} must stand in {right}.", "structure"))
        if not is_for_r4(structure):
            text = f"Extension {url} is defined for other versions of FHIR than R4."
            said.append(Said("extension-version-use", text, "business-rule", of_owner=True))
        contexts = structure.get("context", ())
        if contexts and not any(fits_place(context, places) for context in contexts):
            wanted = ", ".join(str(one.get("expression")) for one in contexts if is_for_r4(one)) or "other versions"
            text = f"Extension {url} may stand in {wanted} only, and not here."
            said.append(Said("extension-context", text, "structure", of_owner=True))
        return said


def _fault(said: Said) -> Fault:
    fault = Fault(said.code, said.text, said.kind, said.severity)
    fault.steps += [OUTSIDE, OUTSIDE] if said.of_owner else []
    return fault


def _is_complex(places: frozenset[str]) -> bool:
    """Whether the extension around it says which extensions it may hold."""
    return "Extension#defined" in places


def fits_place(context: dict[str, Any], places: frozenset[str]) -> bool:
    """Whether one context of an extension's definition is this place; one in FHIRPath is judged elsewhere."""
    if not is_for_r4(context):
        return False
    kind, expression = context.get("type"), str(context.get("expression", ""))
    if kind == "fhirpath":
        return True
    if kind == "extension":
        return f"url:{expression}" in places
    return expression.rpartition("#")[2] in places


def places_of(owner: Definitions) -> frozenset[str]:
    """Everything an element is: its paths, its type and what that is made from, the extension it is."""
    found: set[str] = {"Element"}  # an extension for elements may stand on resources too
    for one in owner:
        path = str(one.element.get("base", {}).get("path", one.path))
        home = one.source.partition("|")[0]
        found |= {one.path, path}
        if "." not in one.path:
            found |= set(_ancestors(one.path))
            if one.path == "Extension" and home != _BASE:
                found |= {"Extension#defined", f"url:{home}"}
        else:
            found |= {use.code for use in one.types}
            found |= {one.same_as.path} if one.same_as is not None else set()
            found |= {f"url:{home}"} if one.path == "Extension.value[x]" and home != _BASE else set()
            found |= {"BackboneElement"} if any(use.code in INLINE for use in one.types) else set()
    return frozenset(found)


def _is_canonical(type_name: str) -> bool:
    """Whether a resource type has what R5 calls CanonicalResource: a url and a status."""
    fact = facts().types.get(type_name)
    return fact is not None and {"url", "status"} <= {element.name for element in fact.elements}


def _ancestors(type_name: str) -> list[str]:
    known = facts()
    found = ["CanonicalResource", "MetadataResource"] if _is_canonical(type_name) else []
    name = type_name
    while name and name not in found:
        found.append(name)
        if name in known.primitives:
            name = known.primitives[name].base
        else:
            name = known.types[name].base if name in known.types else ""
    return found
