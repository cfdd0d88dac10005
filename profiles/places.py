"""Places of findings: from FHIRPath to the JSON or XML that holds them."""

from __future__ import annotations

import re

_TYPED = re.compile(r"(\w+)\.ofType\((\w)(\w*)\)")


def json_place(where: str) -> str:
    """A FHIRPath place with choices by their property's name, as JSON and XML have them: value.ofType(Quantity) is
    valueQuantity. For `profiles.strict_json.locate` and `profiles.fhir_xml.locate_xml`."""
    return _TYPED.sub(lambda found: found[1] + found[2].upper() + found[3], where)
