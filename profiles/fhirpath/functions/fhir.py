"""What FHIR adds (R4, 2.9.1.2), and the utilities of FHIRPath N1, 5.9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.functions.kinds import Function, Lazy, ScopedFunction, ValueFunction
from profiles.fhirpath.model import Node, ancestors, is_fhir_type, is_primitive, resource_node
from profiles.fhirpath.run import Item, Items, Run
from profiles.fhirpath.values import boolean, simple, single, string, type_of
from profiles.issue import Severity
from profiles.narrative import check_narrative

_BASE = "http://hl7.org/fhir/StructureDefinition/"
RESERVED = frozenset({"context", "resource", "rootResource", "ucum", "sct", "loinc"})


def has_value(item: Item) -> bool:
    """Whether a node is a primitive that has a value, not extensions alone."""
    return type(item) is Node and is_primitive(item.type) and not isinstance(item.value, dict | list | None)


def _has_value(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [len(items) == 1 and has_value(items[0])]


def _get_value(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [simple(items[0])] if len(items) == 1 and has_value(items[0]) else []


def _extension(_: Run, items: Items, arguments: Sequence[Items]) -> Items:
    url = string(arguments[0])
    extensions = [child for item in items if type(item) is Node for child in item.named("extension")]
    return [found for found in extensions if type(found.value) is dict and found.value.get("url") == url]


def _resolve(run: Run, items: Items, _: Sequence[Items]) -> Items:
    """The resources that references lead to; what leads nowhere is left out."""
    run.spend(len(items))
    found = (_target(run, item) for item in items)
    return [node for node in found if node is not None]


def _target(run: Run, item: Item) -> Node | None:
    reference = item.value.get("reference") if type(item) is Node and type(item.value) is dict else simple(item)
    if type(reference) is not str:
        return None
    if reference.startswith("#"):
        return _contained(run, reference[1:])
    resolve = run.environment.resolve
    node = item if type(item) is Node else Node(reference, "uri")
    return resolve(reference, node) if resolve else None


def _contained(run: Run, name: str) -> Node | None:
    """The resource of a reference within the resource: "#" alone is the resource itself."""
    for start in (run.environment.resource, run.environment.root, *run.context):
        if type(start) is not Node or type(start.value) is not dict:
            continue
        if not name:
            return start
        contained = start.value.get("contained")
        for resource in contained if type(contained) is list else ():
            if type(resource) is dict and resource.get("id") == name:
                return resource_node(resource)
    return None


def _member_of(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    item, url = single(items), string(arguments[0])
    if item is None or url is None:
        return []
    if run.environment.member_of is None:
        raise FhirPathError("The expression asks for a value set, and this evaluation was given no terminology.")
    return boolean(run.environment.member_of(item, url))


def _conforms_to(run: Run, items: Items, arguments: Sequence[Items]) -> Items:
    """conformsTo(): R4's own types are decided here, other profiles by the environment."""
    item, url = single(items), string(arguments[0])
    if item is None or url is None:
        return []
    name = url.removeprefix(_BASE)
    if name != url and is_fhir_type(name):
        return [type(item) is Node and name in ancestors(item.type)]
    conforms = run.environment.conforms_to
    found = conforms(item, url) if conforms is not None and type(item) is Node else None
    if found is None:
        raise FhirPathError("The expression asks for a profile that this evaluation does not have.")
    return [found]


def _html_checks(_: Run, items: Items, __: Sequence[Items]) -> Items:
    """htmlChecks(): the rules of a narrative (R4, 2.4.0); on a Narrative its div is looked at."""
    item = single(items)
    if type(item) is not Node:
        return [False] if items else []
    div = item.value.get("div") if type(item.value) is dict else item.value
    return [not any(fault.severity is Severity.ERROR for fault in check_narrative(div) or ())]


def _trace(run: Run, this: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    name = string(arguments[0].items(this, run))
    trace = run.environment.trace
    if trace is not None and name is not None:
        shown = [found for item in items for found in arguments[1].items([item], run)] if arguments[1:] else items
        trace(name, shown)
    return items


def _define_variable(run: Run, this: Items, items: Items, arguments: Sequence[Lazy]) -> Items:
    name = string(arguments[0].items(this, run))
    known = name in RESERVED or name in run.variables or name in run.environment.variables
    if name is None or known or name.startswith(("vs-", "ext-")):
        raise FhirPathError("A variable needs a name that is not taken yet.")
    value = arguments[1].items(items, run) if len(arguments) > 1 else items
    run.variables = {**run.variables, name: value}
    return items


def _type(_: Run, items: Items, __: Sequence[Items]) -> Items:
    return [type_of(item) for item in items]


FHIR: Mapping[str, Function] = {
    "hasValue": ValueFunction(_has_value),
    "getValue": ValueFunction(_get_value),
    "extension": ValueFunction(_extension, 1, 1),
    "resolve": ValueFunction(_resolve),
    "memberOf": ValueFunction(_member_of, 1, 1),
    "conformsTo": ValueFunction(_conforms_to, 1, 1),
    "htmlChecks": ValueFunction(_html_checks),
    "trace": ScopedFunction(_trace, 1, 2),
    "defineVariable": ScopedFunction(_define_variable, 1, 2),
    "type": ValueFunction(_type),
}
