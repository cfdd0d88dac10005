"""Rules of resources that define others: code systems, value sets, questionnaires."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.scope import Scope

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_HL7 = re.compile(r"https?://(?:[a-z]+\.)*hl7\.org/").match
_PROPERTIES = "http://hl7.org/fhir/concept-properties#"
_PROPERTY_TYPES = {
    **dict.fromkeys(("notSelectable", "inactive"), "boolean"),
    **dict.fromkeys(("effectiveDate", "deprecationDate", "retirementDate"), "dateTime"),
    **dict.fromkeys(("parent", "child", "partOf", "synonym", "status"), "code"),
    "comment": "string",
    "itemWeight": "decimal",
}
_NOTE = Severity.INFORMATION
_WARN = Severity.WARNING


def check_code_system(system: Any, _: Scope) -> Found:
    """What a CodeSystem should say of itself and of its concepts and properties (R4, CodeSystem)."""
    is_hl7 = _HL7(str(system.get("url", ""))) is not None
    faults = [*_properties(system), *_concept_properties(system)]
    if "caseSensitive" not in system:
        text = "A code system should say whether case matters in its codes."
        faults.append(Fault("code-system-case", text, "business-rule", _WARN if is_hl7 else _NOTE))
    if is_hl7 and system.get("content") != "supplement":
        undefined = next((path for path, concept in _concepts(system, ()) if "definition" not in concept), None)
        if undefined is not None:
            fault = Fault("concept-definition", "Every concept should have a definition.", "business-rule", _WARN)
            faults.append(placed(fault, *undefined))
    concepts = len(list(_concepts(system, ())))
    if system.get("content") == "complete" and system.get("count", concepts) != concepts:
        text = f"The code system is complete and has {concepts} concepts, which is not its count."
        faults.append(Fault("code-system-count", text, "invalid", step="count"))
    return faults or None


def _properties(system: dict[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, one in _dicts(system.get("property")):
        code, uri, kind = (str(one.get(key, "")) for key in ("code", "uri", "type"))
        standard = uri.removeprefix(_PROPERTIES) if uri.startswith(_PROPERTIES) else ""
        for name in filter(None, (code, uri)):
            if name in seen:
                text = "Another property has this code or uri already."
                yield placed(Fault("property-double", text, "business-rule"), "property", index)
            seen.add(name)
        if standard and _PROPERTY_TYPES.get(standard, kind) != kind:
            text = f"The standard property {standard} is of type {_PROPERTY_TYPES[standard]}."
            yield placed(Fault("property-type", text, "business-rule"), "property", index)
        if standard and standard != code:
            text = f"The standard property {standard} has that code; another one confuses."
            yield placed(Fault("property-code", text, "business-rule"), "property", index)
        if not uri:
            known = code in _PROPERTY_TYPES
            text = "The property has no uri, so what it means is not defined for others."
            yield placed(Fault("property-uri", text, "business-rule", _WARN if known else _NOTE), "property", index)


def _concept_properties(system: dict[str, Any]) -> Iterator[Fault]:
    """Properties of concepts are defined, and have the type their definition gives."""
    defined = {str(one.get("code")): str(one.get("type")) for _, one in _dicts(system.get("property"))}
    for path, concept in _concepts(system, ()):
        for index, one in _dicts(concept.get("property")):
            code = str(one.get("code"))
            kind = next((key[5:] for key in one if key.startswith("value")), "")
            if code not in defined and code not in _PROPERTY_TYPES:
                text = "The property is not defined by the code system, so few will know what to do with it."
                yield placed(Fault("property-undefined", text, "business-rule", _WARN), *path, "property", index)
            elif kind and code in defined and kind.lower() != defined[code].lower():
                text = f"The property is defined with the type {defined[code]}."
                yield placed(Fault("property-value", text, "business-rule"), *path, "property", index)


def _concepts(holder: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for index, concept in _dicts(holder.get("concept")):
        place = (*path, "concept", index)
        yield place, concept
        yield from _concepts(concept, place)


def check_value_set(value_set: Any, _: Scope) -> Found:
    """The systems a ValueSet draws from are named by absolute urls (R4, ValueSet.compose)."""
    compose = value_set.get("compose")
    faults = []
    for name in ("include", "exclude"):
        for index, one in _dicts(compose.get(name) if type(compose) is dict else None):
            system = one.get("system")
            if type(system) is str and ":" not in system:
                text = "The system must be an absolute url; a contained code system is named by its url too."
                faults.append(placed(Fault("value-set-system", text, "invalid"), "compose", name, index))
    return faults or None


def check_uuid(value: Any) -> Found:
    """A uri that says urn:uuid: holds a UUID in lower case."""
    if type(value) is str and value.startswith("urn:uuid:") and _UUID(value) is None:
        return [Fault("format-uuid", "A UUID must be complete and in lower case.", "invalid")]
    return None


def _dicts(value: Any) -> list[tuple[int, dict[str, Any]]]:
    return [(index, one) for index, one in enumerate(value) if type(one) is dict] if type(value) is list else []
