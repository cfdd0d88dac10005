"""Values that are not there, and what a profile lets stand for them (R5's ElementDefinition.mustHaveValue and
valueAlternatives, which profiles of R4 state as cross-version extensions)."""

from __future__ import annotations

from typing import Any

from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.json_shapes import objects
from profiles.plans import Check, Definitions, property_name, uses_of
from profiles.primitives import PRIMITIVES
from profiles.scope import Scope

_STEM = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
_MUST_HAVE = f"{_STEM}mustHaveValue"
_ALTERNATIVES = f"{_STEM}valueAlternatives"


def absent_value_rules(group: Definitions) -> list[Check]:
    """The checks, on the object around an element, of a primitive of which only extensions are there."""
    keys = tuple(property_name(group[0].name, code) for code in uses_of(group) if code in PRIMITIVES)
    if not keys:
        return []
    rules = []
    for one in group:
        extensions = objects(one.element.get("extension"))
        urls = tuple(
            str(said.get("valueCanonical", said.get("valueUri")))
            for said in extensions
            if said.get("url") == _ALTERNATIVES
        )
        must_have = any(said.get("url") == _MUST_HAVE and said.get("valueBoolean") is True for said in extensions)
        if urls or must_have:
            rules.append(_rule(keys, () if must_have else urls, one))
    return rules


def _rule(keys: tuple[str, ...], urls: tuple[str, ...], definition: Definition) -> Check:
    wanted = f" or extension {' or '.join(urls)}" if urls else ""
    text = f"{definition.path} must have a value{wanted} (profile {definition.source})."

    def check(value: Any, _: Scope) -> Found:
        lacking = [key for key in keys if f"_{key}" in value and _lacks(value.get(key), value[f"_{key}"], urls)]
        return [Fault("value-absent", text, "invalid", step=key) for key in lacking] or None

    return check


def _lacks(value: Any, beside: Any, urls: tuple[str, ...]) -> bool:
    """Whether a value, or one of a list, is absent without one of the extensions."""
    if type(beside) is list:
        values = value if type(value) is list else []
        return any(_lacks(values[at] if at < len(values) else None, one, urls) for at, one in enumerate(beside))
    if value is not None or type(beside) is not dict:
        return False
    extensions = beside.get("extension")
    found = [one.get("url") for one in extensions if type(one) is dict] if type(extensions) is list else []
    return not any(url in urls for url in found)
