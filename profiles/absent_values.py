"""Values that are not there, and what a profile lets stand for them (R5's ElementDefinition.mustHaveValue and
valueAlternatives, which profiles of R4 state as cross-version extensions)."""

from __future__ import annotations

import re
from typing import Any

from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.json_shapes import objects
from profiles.plans import Check, Definitions, ObjectRule, property_name, uses_of, where
from profiles.primitives import PRIMITIVES
from profiles.scope import Scope

_STEM = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition."
_CROSS_VERSION = re.compile(
    r"http://hl7\.org/fhir/[0-9]\.[0-9]/StructureDefinition/extension-[A-Za-z.]{1,200}"
).fullmatch
_OTHER = "A code of R4 is required here, and there is only one of another version, in extension {}; few read it."
_WARN = Severity.WARNING
_MUST_HAVE = f"{_STEM}mustHaveValue"
_ALTERNATIVES = f"{_STEM}valueAlternatives"


def absent_value_rules(group: Definitions) -> list[ObjectRule]:
    """The rules, on the object around an element, of a primitive of which only extensions are there."""
    keys = [property_name(group[0].name, code) for code in uses_of(group) if code in PRIMITIVES]
    return [ObjectRule(check, where(f"_{key}")) for key in keys for check in _checks(key, group)]


def _checks(key: str, group: Definitions) -> list[Check]:
    required = next((one for one in group if one.binding[0] == "required"), None)
    checks = [_code_check(key, required)] if required is not None else []
    for one in group:
        extensions = objects(one.element.get("extension"))
        urls = tuple(
            str(said.get("valueCanonical", said.get("valueUri")))
            for said in extensions
            if said.get("url") == _ALTERNATIVES
        )
        must_have = any(said.get("url") == _MUST_HAVE and said.get("valueBoolean") is True for said in extensions)
        if urls or must_have:
            checks.append(_needed_check(key, () if must_have else urls, one))
    return checks


def _needed_check(key: str, urls: tuple[str, ...], definition: Definition) -> Check:
    wanted = f" or extension {' or '.join(urls)}" if urls else ""
    text = f"{definition.path} must have a value{wanted} (profile {definition.source})."

    def check(value: Any, _: Scope) -> Found:
        is_lacking = _lacks(value.get(key), value[f"_{key}"], urls)
        return [Fault("value-absent", text, "invalid", step=key)] if is_lacking else None

    return check


def _code_check(key: str, definition: Definition) -> Check:
    """A code is required, and extensions do not stand for it (R4, 4.1.5): an error; a warning where there is a code of
    another version of FHIR, in the extension that carries it."""
    text = f"A code from value set {definition.binding[1]} is required (profile {definition.source})."

    def check(value: Any, _: Scope) -> Found:
        extra = value[f"_{key}"]
        if value.get(key) is not None or type(extra) is not dict:
            return None
        urls = _other_versions(extra)
        if not urls:
            return [Fault("binding-required", text, "code-invalid", step=key)]
        return [Fault("code-of-other-version", _OTHER.format(url), "code-invalid", _WARN, key) for url in urls]

    return check


def _other_versions(extra: dict[str, Any]) -> list[str]:
    return [
        one["url"]
        for one in objects(extra.get("extension"))
        if _CROSS_VERSION(str(one.get("url"))) and type(one.get("valueCode")) is str
    ]


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
