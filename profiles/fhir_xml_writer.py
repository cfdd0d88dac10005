"""The JSON form of a FHIR resource as FHIR XML (R4, 2.6 XML representation), driven by the facts of R4 core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from operator import attrgetter
from typing import Any

from profiles.fhir_plan import FHIR, Form, Property, plan_of, resource_types
from profiles.narrative import embedded

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_order = attrgetter("order")
_UNWRITABLE = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def to_xml(resource: dict[str, Any]) -> bytes:
    """Write a resource in its JSON form as FHIR XML, elements in the order of R4; no white space is added.

    ValueError where the resource has something XML has no place for: an unknown type or property, a wrong shape,
    control characters, a narrative that is not well formed. `profiles.structure.check_structure` finds the same.
    """
    parts: list[str] = [_DECLARATION]
    _write_resource(resource, f' xmlns="{FHIR}"', parts)
    body = "".join(parts).encode("utf-8")
    # XML 1.0, section 2.2: no control characters, no U+FFFE and U+FFFF (surrogates fail in the encoding above).
    if len(body.translate(None, _UNWRITABLE)) < len(body) or any(bad in body for bad in _NO_CHARACTERS):
        raise ValueError("a string holds control characters that XML cannot carry")
    return body


def _write_resource(resource: Any, namespace: str, parts: list[str]) -> None:
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(name, str) or name not in resource_types():
        raise ValueError("not a resource of FHIR R4")
    parts.append(f"<{name}{namespace}>")
    _write_children(resource, name, ("resourceType",), parts)
    parts.append(f"</{name}>")


def _write_children(content: dict[str, Any], type_name: str, done: tuple[str, ...], parts: list[str]) -> None:
    """Write the properties of content but those in done."""
    by_name = plan_of(type_name).by_name
    items: dict[str, Property] = {}
    for key in content:
        if key not in done:
            name = key[1:] if key[:1] == "_" else key
            if name not in by_name:
                raise ValueError(f"a property that R4 does not know in {type_name}")
            items[name] = by_name[name]
    for item in sorted(items.values(), key=_order):
        _write_property(item, content, parts)


def _write_property(item: Property, content: dict[str, Any], parts: list[str]) -> None:
    value, more = content.get(item.name), content.get(f"_{item.name}")
    if item.form is Form.PRIMITIVE:
        if more is None and type(value) is str:
            parts.append(f'<{item.name} value="{_escape(value)}"/>')
            return
        for one, extra in _pairs(value, more):
            _write_primitive(item.name, one, extra, parts)
        return
    write = _WRITERS.get(item.form)
    if write is None:
        raise ValueError(f"{item.name} has an id or extensions, and XML has it as an attribute")
    for one in value if isinstance(value, list) else [value]:
        write(item, one, parts)


def _pairs(value: Any, more: Any) -> Iterator[tuple[Any, Any]]:
    """A primitive's values, each with its id and extensions."""
    values = value if isinstance(value, list) else [value]
    extras = more if isinstance(more, list) else [more]
    for index in range(max(len(values), len(extras))):
        yield (
            values[index] if index < len(values) else None,
            extras[index] if index < len(extras) else None,
        )


def _write_primitive(name: str, value: Any, more: Any, parts: list[str]) -> None:
    parts.append(f"<{name}")
    if isinstance(more, dict) and "id" in more:
        parts.append(f' id="{_text(more["id"])}"')
    if value is not None:
        parts.append(f' value="{_text(value)}"')
    if not isinstance(more, dict):
        parts.append("/>")
        return
    parts.append(">")
    _write_children(more, "Element", ("id",), parts)
    parts.append(f"</{name}>")


def _write_complex(item: Property, value: Any, parts: list[str]) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"an object is needed in {item.name}")
    attributes = tuple(name for name in ("id", "url") if name in value and _is_attribute(item.type, name))
    parts.append(f"<{item.name}")
    parts.extend(f' {name}="{_text(value[name])}"' for name in attributes)
    parts.append(">")
    _write_children(value, item.type, attributes, parts)
    parts.append(f"</{item.name}>")


def _write_inner(item: Property, value: Any, parts: list[str]) -> None:
    parts.append(f"<{item.name}>")
    _write_resource(value, "", parts)
    parts.append(f"</{item.name}>")


def _write_xhtml(_: Property, value: Any, parts: list[str]) -> None:
    text = embedded(value)
    if text is None:
        raise ValueError("a narrative that is not a well-formed XHTML div")
    parts.append(text)


_WRITERS: dict[Form, Callable[[Property, Any, list[str]], None]] = {
    Form.COMPLEX: _write_complex,
    Form.RESOURCE: _write_inner,
    Form.XHTML: _write_xhtml,
}


def _is_attribute(type_name: str, name: str) -> bool:
    found = plan_of(type_name).by_name.get(name)
    return found is not None and found.form is Form.ATTRIBUTE


def _escape(text: str) -> str:
    # Most values need nothing, and asking is cheaper than translating.
    if text.isprintable() and "&" not in text and "<" not in text and ">" not in text and '"' not in text:
        return text
    return text.translate(_ESCAPES)


def _text(value: Any) -> str:
    """A primitive's value as it stands in an attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float | Decimal):
        return _escape(str(value))
    raise ValueError("a single value is needed here")
