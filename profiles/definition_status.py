"""What a definition says of its own future: deprecated, withdrawn or retired (HL7 extensions pack, standards-status;
R4, publication status)."""

from __future__ import annotations

from typing import Any, TypeAlias

from profiles.json_shapes import an_object, objects, text, unnumbered

Json: TypeAlias = dict[str, Any]

_STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
_REASON = f"{_STATUS}-reason"


def ending_of(structure: Json) -> str:
    """How a definition says that it should no longer be used, with its reason; "" where it does not."""
    status = _extension(structure, _STATUS)
    said = text(status.get("valueCode"))
    if said == "deprecated":
        reason = _extension(an_object(status.get("_valueCode")), _REASON)
        told = next((text(value) for key, value in reason.items() if key.startswith("value")), "")
        return f"deprecated: {unnumbered(told)}" if told else "deprecated."
    if said == "withdrawn":
        return "withdrawn."
    return "retired." if structure.get("status") == "retired" else ""


def _extension(element: Json, url: str) -> Json:
    return next((one for one in objects(element.get("extension")) if one.get("url") == url), {})
