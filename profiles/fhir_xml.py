"""FHIR XML to the JSON form, driven by the facts of R4 core (R4, 2.6 XML and 2.4 JSON representation).

Values that are not of their type ("yes" for a boolean) stay text, and `profiles.structure` says so; what has no place
in the JSON form (unknown elements, wrong order, stray text) is an issue here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lxml import etree

from profiles.fhir_plan import FHIR, Form, Plan, Property, plan_of, primitive_plan, resource_types
from profiles.fhir_xml_writer import to_xml
from profiles.issue import Issue, error, fatal
from profiles.r4.facts import facts

__all__ = ["find_xml", "from_xml", "locate_xml", "to_xml"]

MOST_ISSUES = 200
"""More findings than this help nobody, and finding the place of each takes time."""

_INTEGERS = frozenset({"integer", "unsignedInt", "positiveInt"})
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?(?:[eE][+-]?0?(?:[0-9]|1[0-8]))?")
_NAME = re.compile(r"[A-Za-z]{1,60}")
_STEP = re.compile(r"([A-Za-z]+)(?:\[([0-9]+)\])?")
_PREFIX = f"{{{FHIR}}}"
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def from_xml(root: etree._Element) -> tuple[dict[str, Any] | None, tuple[Issue, ...]]:
    """The JSON form of a FHIR resource in XML. Decimals are `Decimal`, with the digits as written.

    None with a fatal issue where the root is no R4 resource; other issues name a place and its line.
    """
    reader = _Reader()
    resource = reader.resource(root)
    return resource, tuple(reader.issues)


class _Reader:
    """Reads one document and gathers what has no place in the JSON form."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def resource(self, node: etree._Element) -> dict[str, Any] | None:
        tag = str(node.tag)
        name = tag.removeprefix(_PREFIX)
        if not tag.startswith(_PREFIX) or name not in resource_types():
            text = f"This is no FHIR R4 resource; its element must be one of R4's, in the namespace {FHIR}."
            self.issues.append(replace(fatal("xml-resource", _path(node), text), line=_line(node)))
            return None
        resource: dict[str, Any] = {"resourceType": name}
        self.attributes(node, resource, plan_of(name))
        self.children(node, plan_of(name), resource)
        return resource

    def children(self, node: etree._Element, plan: Plan, out: dict[str, Any]) -> None:
        """Read the child elements of node into out."""
        by_tag = plan.by_tag
        last = -1
        if node.text and not node.text.isspace():
            self.complain(node, "xml-text", "Text stands where only elements may; values belong in @value.")
        for child in node:
            found = by_tag.get(child.tag)
            if child.tail and not child.tail.isspace():
                self.complain(node, "xml-text", "Text stands where only elements may; values belong in @value.")
            if found is None or found.form is Form.ATTRIBUTE:
                self.complain(child, "xml-unknown-element", "R4 has no such element here; take it out or correct it.")
                continue
            if found.order < last:
                self.complain(child, "xml-order", "This element stands too late; put it where R4's order has it.")
            last = max(last, found.order)
            _FORMS[found.form](self, child, found, out)

    def primitive(self, node: etree._Element, found: Property, out: dict[str, Any]) -> None:
        text = node.get("value")
        value = None if text is None else _typed(text, found.type)
        more: dict[str, Any] = {}
        if len(node) or node.text or node.keys() != ["value"]:
            self.attributes(node, more, primitive_plan())
            self.children(node, primitive_plan(), more)
        if found.repeats:
            _append_primitive(out, found.name, value, more)
            return
        if found.name in out or f"_{found.name}" in out:
            self.twice(node)
            return
        if value is not None or not more:
            out[found.name] = "" if value is None else value
        if more:
            out[f"_{found.name}"] = more

    def complex(self, node: etree._Element, found: Property, out: dict[str, Any]) -> None:
        plan = plan_of(found.type)
        content: dict[str, Any] = {}
        self.attributes(node, content, plan)
        self.children(node, plan, content)
        self.put(node, found, content, out)

    def inner_resource(self, node: etree._Element, found: Property, out: dict[str, Any]) -> None:
        self.attributes(node, {}, plan_of(found.type))
        if len(node) != 1:
            self.complain(node, "xml-resource", "Exactly one resource must stand in here.")
        for child in list(node)[:1]:
            content = self.resource(child)
            if content is not None:
                self.put(node, found, content, out)

    def xhtml(self, node: etree._Element, found: Property, out: dict[str, Any]) -> None:
        # A copy carries only the namespaces it uses, not those of the elements around it.
        self.put(node, found, etree.tostring(deepcopy(node), encoding="unicode", with_tail=False), out)

    def put(self, node: etree._Element, found: Property, content: Any, out: dict[str, Any]) -> None:
        if found.repeats:
            out.setdefault(found.name, []).append(content)
        elif found.name in out:
            self.twice(node)
        else:
            out[found.name] = content

    def attributes(self, node: etree._Element, out: dict[str, Any], plan: Plan) -> None:
        """Read the attributes a type has (@id of elements, @url of Extension); complain about others."""
        for key, value in node.items():
            name = str(key)
            found = plan.by_name.get(name)
            if found is not None and found.form is Form.ATTRIBUTE:
                out[name] = str(value)
            elif found is not None and found.form is Form.VALUE:
                continue
            elif not name.startswith(_SCHEMA_INSTANCE):
                self.complain(node, "xml-unknown-attribute", "R4 has no such attribute here; take it out.")

    def twice(self, node: etree._Element) -> None:
        self.complain(node, "xml-repeated", "This element may stand only once here; keep one of them.")

    def complain(self, node: etree._Element, code: str, text: str) -> None:
        if len(self.issues) == MOST_ISSUES:
            self.issues.append(
                error("xml-more", _safe_name(node.getroottree().getroot()), "More findings are left out.")
            )
        if len(self.issues) > MOST_ISSUES:
            return
        self.issues.append(replace(error(code, _path(node), text, "structure"), line=_line(node)))


_FORMS: dict[Form, Callable[[_Reader, etree._Element, Property, dict[str, Any]], None]] = {
    Form.PRIMITIVE: _Reader.primitive,
    Form.COMPLEX: _Reader.complex,
    Form.RESOURCE: _Reader.inner_resource,
    Form.XHTML: _Reader.xhtml,
}


def _typed(text: str, type_name: str) -> Any:
    """The JSON value of a primitive's text; the text itself where it is not of the type."""
    if type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name in _INTEGERS:
        return int(text) if _INTEGER.fullmatch(text) else text
    if type_name == "decimal":
        return Decimal(text) if _DECIMAL.fullmatch(text) else text
    return text


def _append_primitive(out: dict[str, Any], name: str, value: Any, more: dict[str, Any]) -> None:
    """Add to a list of primitives; the list of ids and extensions beside it is kept of equal length (R4, 2.6.2.3)."""
    values = out.setdefault(name, [])
    values.append(value)
    extras = out.get(f"_{name}")
    if more and extras is None:
        extras = out[f"_{name}"] = [None] * (len(values) - 1)
    if extras is not None:
        extras.append(more or None)


def _path(node: etree._Element) -> str:
    """Where an element is, as a FHIRPath place."""
    nodes = [node, *node.iterancestors()][::-1]
    place = _safe_name(nodes[0])
    plan: Plan | None = plan_of(place) if place in resource_types() else None
    for current in nodes[1:]:
        found = plan.by_tag.get(str(current.tag)) if plan else None
        name = _safe_name(current)
        if found is None and name in resource_types():
            plan = plan_of(name)
            continue
        place += f".{name}{_index(current) if found and found.repeats else ''}"
        plan = plan_of(found.type) if found and found.type in facts().types else None
    return place


def _safe_name(node: etree._Element) -> str:
    """An element's name, or "?" where it is nothing like a name and might say something of a person."""
    name = etree.QName(node).localname
    return name if _NAME.fullmatch(name) else "?"


def _line(node: etree._Element) -> int:
    line: Any = node.sourceline
    return int(line or 1)


def _index(node: etree._Element) -> str:
    return f"[{sum(1 for _ in node.itersiblings(str(node.tag), preceding=True))}]"


def locate_xml(root: etree._Element, where: str) -> int:
    """The line of the element that a FHIRPath place names; of the nearest enclosing one where it is absent."""
    return _line(find_xml(root, where))


def find_xml(root: etree._Element, where: str) -> etree._Element:
    """The element that a FHIRPath place names; the nearest enclosing one where it is absent."""
    node = root
    for name, index in _STEP.findall(where)[1:]:
        inner = node[0] if len(node) == 1 and etree.QName(node[0]).localname in resource_types() else node
        found = [child for child in inner if etree.QName(child).localname == name]
        if int(index or 0) >= len(found):
            break
        node = found[int(index or 0)]
    return node
