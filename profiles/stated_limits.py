"""Limits that definitions state in extensions: length, decimal places, size and form of values (HL7's extensions of
ElementDefinition: minLength, maxDecimalPlaces, maxSize, regex)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.answers import attachment_size, follows_form
from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.json_shapes import Json, objects

ValueCheck: TypeAlias = Callable[[Any], Found]

_BASE = "http://hl7.org/fhir/StructureDefinition/"


def stated_limit_checks(definitions: tuple[Definition, ...]) -> list[ValueCheck]:
    """The checks of the limits that extensions of these definitions state, each once."""
    checks: dict[tuple[str, str], ValueCheck] = {}
    for one in definitions:
        for name, limit in _stated(one.element):
            checks.setdefault((name, str(limit)), _LIMITS[name](limit, one.source))
    return list(checks.values())


def _stated(element: Json) -> Iterator[tuple[str, Any]]:
    uses = [use for use in objects(element.get("type")) if len(element.get("type", ())) == 1]
    for one in (*objects(element.get("extension")), *(e for use in uses for e in objects(use.get("extension")))):
        name = str(one.get("url")).removeprefix(_BASE)
        value = next((value for key, value in one.items() if key.startswith("value")), None)
        if name in _LIMITS and value is not None:
            yield name, value


def _min_length(limit: Any, source: str) -> ValueCheck:
    fault = ("value-min-length", f"The text is shorter than {limit} characters (profile {source}).", "invalid")
    return lambda value: [Fault(*fault)] if type(value) is str and len(value) < int(limit) else None


def _decimal_places(limit: Any, source: str) -> ValueCheck:
    fault = ("value-decimals", f"The number has more than {limit} decimal places (profile {source}).", "structure")

    def check(value: Any) -> Found:
        exponent = value.as_tuple().exponent if type(value) is Decimal else 0
        return [Fault(*fault)] if isinstance(exponent, int) and -exponent > int(limit) else None

    return check


def _size(limit: Any, source: str) -> ValueCheck:
    """The size of an attachment, or of base64 text, in bytes."""
    fault = ("value-size", f"The content is larger than {limit} bytes (profile {source}).", "structure")

    def check(value: Any) -> Found:
        size = attachment_size(value if type(value) is dict else {"data": value})
        return [Fault(*fault)] if size is not None and size > Decimal(str(limit)) else None

    return check


def _form(pattern: Any, source: str) -> ValueCheck:
    fault = ("value-form", f"The value does not have the form {pattern} (profile {source}).", "invalid")
    return lambda value: [Fault(*fault)] if type(value) is str and not follows_form(str(pattern), value) else None


_LIMITS: Mapping[str, Callable[[Any, str], ValueCheck]] = MappingProxyType(
    {"minLength": _min_length, "maxDecimalPlaces": _decimal_places, "maxSize": _size, "regex": _form}
)
"""By the last part of the extension's url."""
