"""Bodies of CDS Hooks - requests, responses, lists of services - by the logical models of FHIR's tools guide.

They are JSON without a resourceType, with resources inside. Names, cardinalities and codes are data
(`cds_hooks.csv`); rules stand in `profiles.cds_hooks_rules`; what is of FHIR inside is judged by the validator.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from profiles.cds_hooks_rules import RULES
from profiles.faults import Fault, Found, under
from profiles.fhir_plan import resource_types
from profiles.issue import Severity
from profiles.plan_checks import not_list, not_single
from profiles.plans import Check
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]
CheckOf: TypeAlias = Callable[[str], Check]

_WRONG = (Severity.FATAL, Severity.ERROR)
_TABLE = Path(__file__).with_name("cds_hooks.csv")
_HOMES = ("http://hl7.org/fhir/tools/StructureDefinition/", "http://cds-hooks.hl7.org/StructureDefinition/")
_BODIES = ("CDSHooksRequest", "CDSHooksResponse", "CDSHooksServices")


@dataclass(frozen=True, slots=True)
class Member:
    """One element of a model. key: its JSON property; codes: those it may have."""

    path: str
    key: str
    least: int
    repeats: bool
    type: str
    codes: frozenset[str]
    flags: frozenset[str]

    @property
    def name(self) -> str:
        """The element's own name."""
        return self.path.rpartition(".")[2]


def hook_model(canonical: str) -> str:
    """The model a canonical names ("CDSHooksRequest"); "" where it names none of CDS Hooks."""
    url = canonical.partition("|")[0]
    name = next((url.removeprefix(home) for home in _HOMES if url.startswith(home)), "")
    return name if name in _BODIES else ""


@cache
def _members() -> Mapping[str, Mapping[str, Member]]:
    """The elements of every path, by JSON property."""
    found: dict[str, dict[str, Member]] = {name: {} for name in _BODIES}
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            one = _member(row)
            found.setdefault(one.path.rpartition(".")[0], {})[one.key] = one
    return found


def _member(row: Mapping[str, str]) -> Member:
    return Member(
        path=row["path"],
        key=row["key"] or row["path"].rpartition(".")[2],
        least=int(row["least"]),
        repeats=row["most"] == "*",
        type=row["type"],
        codes=frozenset(row["codes"].split()),
        flags=frozenset(row["flags"].split()),
    )


def check_hook(body: Json, model: str, check_of: CheckOf, scope: Scope) -> Found:
    """Findings on a body of CDS Hooks.

    model: as `hook_model` names it. check_of: the check of a value of a FHIR type. scope: of the body.
    """
    return _Body(body, check_of, scope).object(body, model, extensible=True)


class _Body:
    """One body being judged."""

    def __init__(self, body: Json, check_of: CheckOf, scope: Scope) -> None:
        self._body, self._check_of, self._scope = body, check_of, scope

    def object(self, value: Any, path: str, *, extensible: bool = False) -> list[Fault]:
        """An object with the elements of a path."""
        if type(value) is not dict:
            return [Fault("structure-type", "An object must stand here: {...}.", "invalid")]
        members = _members().get(path, {})
        faults = [] if value else [Fault("structure-empty", "An empty object; it must hold something.", "invalid")]
        for key, inner in value.items():
            if key in members:
                faults += under(members[key].name, self._property(inner, members[key]))
            elif key == "extension" and extensible:
                faults += under(key, _extensions(inner))
            else:
                faults.append(_unknown(path))
        return [*faults, *_missing(value, members), *_broken(value, path)]

    def _property(self, value: Any, member: Member) -> list[Fault]:
        if member.type.startswith("map "):
            return self._map(value, member)
        if member.repeats is not (type(value) is list):
            return [not_list() if member.repeats else not_single()]
        if not member.repeats:
            return self._value(value, member)
        if not value and "empty" not in member.flags:
            return [Fault("structure-empty", "An empty list; leave the property out instead.", "invalid")]
        return [fault for at, one in enumerate(value) for fault in under(at, self._value(one, member))]

    def _map(self, value: Any, member: Member) -> list[Fault]:
        """Values under keys of the sender's choice."""
        if type(value) is not dict:
            return [Fault("structure-type", "An object must stand here: {...}.", "invalid")]
        code = member.type.removeprefix("map ")
        told = [one for one in value.values() if one is not None or "null" not in member.flags]
        faults = []
        for at, one in enumerate(told):
            found = self._resource(one, member) if code == "Resource" else self._typed(one, code)
            faults += under(at, under("value", found))
        return faults

    def _value(self, value: Any, member: Member) -> list[Fault]:
        kind, _, target = member.type.partition(" ")
        if kind == "context":
            found = self._context(value)
        elif kind in ("object", "as"):
            found = self.object(value, target or member.path, extensible="extensible" in member.flags)
        elif kind == "Resource" or kind in resource_types():
            found = self._resource(value, member)
        else:
            found = self._typed(value, kind)
        if any(fault.severity in _WRONG for fault in found):
            return found
        return [*found, *_outside(value, member), *_broken(value, member.path, is_item=True)]

    def _context(self, value: Any) -> list[Fault]:
        """The context, whose elements depend on the hook."""
        path = _context_model(str(self._body.get("hook")))
        if path in _members():
            return self.object(value, path)
        text = "The hook is none of those CDS Hooks defines, so its context is not judged."
        return [Fault("hook-unknown", text, "informational", Severity.INFORMATION)]

    def _resource(self, value: Any, member: Member) -> list[Fault]:
        name = value.get("resourceType") if type(value) is dict else None
        if type(name) is not str:
            text = "A resource must stand here, and there is no resourceType."
            return [Fault("structure-resource", text, "invalid", Severity.FATAL)]
        if name != member.type and member.type in resource_types():
            return [Fault("profile-type", f"A {member.type} must stand here.", "structure")]
        found = self._check_of("Resource")(value, self._scope) or []
        if "identified" in member.flags and "id" not in value:
            found.append(Fault("resource-id", "The resource needs an id.", "invalid"))
        return found

    def _typed(self, value: Any, code: str) -> list[Fault]:
        """A value of a FHIR data type; a bare UUID is written without urn:uuid: in front."""
        if code != "bare-uuid":
            return self._check_of(code)(value, self._scope) or []
        return self._check_of("uuid")(f"urn:uuid:{value}", self._scope) or []


def _context_model(hook: str) -> str:
    return f"CDSHook{''.join(part.capitalize() for part in hook.split('-'))}Context"


def _extensions(value: Any) -> list[Fault]:
    """Extensions are properties by name, and no package defines any."""
    names = value if type(value) is dict else {"": value}
    text = "The extension is not defined, so nobody else knows what it means."
    return [Fault("extension-unknown", text, "structure") for _ in names]


def _unknown(path: str) -> Fault:
    return Fault("structure-unknown", f"{path} has no such property; take it out.", "structure")


def _missing(value: Json, members: Mapping[str, Member]) -> list[Fault]:
    """Elements that must be there."""
    if not value:
        return []
    return [
        Fault("cardinality-min", f"{one.path} is required; its property is {one.key}.", "structure")
        for one in members.values()
        if one.least and one.key not in value
    ]


def _outside(value: Any, member: Member) -> list[Fault]:
    """A code that is none of those the element may have."""
    if not member.codes or value in member.codes:
        return []
    kind = "value" if "fixed" in member.flags else "code-invalid"
    return [Fault("hook-code", f"{member.path} must be one of: {', '.join(sorted(member.codes))}.", kind)]


def _broken(value: Any, path: str, *, is_item: bool = False) -> list[Fault]:
    """Rules that do not hold. An object of the model is judged with its elements, any other value as an item."""
    if is_item and path in _members():
        return []
    broken = [rule for rule in RULES.get(path, ()) if not rule.holds(value)]
    return [Fault(rule.key, rule.text, "invariant", rule.severity) for rule in broken]
