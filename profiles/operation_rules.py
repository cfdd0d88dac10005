"""An OperationDefinition held against the profiles of Parameters it names for what goes in and out (R4).

Each slice of `Parameters.parameter` in such a profile stands for the parameter whose name it fixes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.definitions import Definition, read_definition
from profiles.differentials import Find
from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import objects, text, texts, unnumbered
from profiles.plans import Check
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_ALLOWED = "http://hl7.org/fhir/StructureDefinition/operationdefinition-allowed-type"
_SIDES = (("inputProfile", "in"), ("outputProfile", "out"))
_WARN = Severity.WARNING


def operation_check(find: Find, operation: Find = lambda _: None) -> Check:
    """The check of an OperationDefinition; find: a structure definition with its snapshot, by canonical; operation:
    another of its kind."""

    def check(defined: Any, _: Scope) -> Found:
        faults: list[Fault] = []
        if _is_made_from_itself(defined, operation):
            faults.append(Fault("operation-circular", "The operation is made from itself.", "unknown"))
        for key, use in _SIDES:
            canonical = text(defined.get(key))
            if canonical:
                found = find(canonical)
                profile = read_definition(found) if found is not None else None
                faults += _profile(defined, key, use, canonical, profile)
        return faults or None

    return check


def _is_made_from_itself(operation: Json, find: Find) -> bool:
    """Whether an operation is among those it is made from."""
    url, seen = text(operation.get("url")), set[str]()
    current = text(operation.get("base")).partition("|")[0]
    while url and current and current not in seen:
        if current == url:
            return True
        seen.add(current)
        current = text((find(current) or {}).get("base")).partition("|")[0]
    return False


def _profile(operation: Json, key: str, use: str, canonical: str, profile: Definition | None) -> Iterator[Fault]:
    if profile is None:
        told = f"The profile {unnumbered(canonical)} is not known. Install its package."
        yield Fault("operation-profile", told, "unknown", step=key)
        return
    if profile.path != "Parameters":
        told = f"The profile {unnumbered(canonical)} is not one of Parameters."
        yield Fault("operation-profile", told, "invalid", step=key)
        return
    sliced = profile.members().get("parameter")
    slices = {_name(one): one for one in sliced.slices} if sliced is not None else {}
    parameters = objects(operation.get("parameter"))
    for at, parameter in enumerate(parameters):
        if parameter.get("use") != use:
            continue
        name = text(parameter.get("name"))
        if name not in slices:
            told = "The profile has no such parameter."
            yield placed(Fault("operation-parameter", told, "unknown", _WARN), "parameter", at)
            continue
        for told, kind in _differences(parameter, slices[name]):
            yield placed(Fault("operation-parameter", told, kind), "parameter", at)
    defined = {text(one.get("name")) for one in parameters if one.get("use") == use}
    for name in slices.keys() - defined - {""}:
        told = f"The profile has a parameter {unnumbered(name)}, which the operation has not."
        yield Fault("operation-parameter", told, "unknown", _WARN, step=key)


def _name(piece: Definition) -> str:
    """The name a slice fixes; "" where it fixes none."""
    name = piece.members().get("name")
    said = (name.fixed or name.pattern) if name is not None else None
    return text(said[1]) if said is not None else ""


def _differences(parameter: Json, piece: Definition) -> Iterator[tuple[str, str]]:
    """What operation and profile say differently of a parameter, and the kind of finding that is."""
    least, most = parameter.get("min"), text(parameter.get("max"))
    if isinstance(least, int) and least != piece.min:
        yield f"min is {least}, and {piece.min} in the profile.", "unknown"
    limit = "*" if piece.max is None else str(piece.max)
    if most and most != limit:
        yield f"max is {most}, and {limit} in the profile.", "unknown"
    types, targets = _allowed(parameter), set(texts(parameter.get("targetProfile")))
    there, aims = _of_profile(piece)
    for code in sorted(there ^ types):
        where = "the operation" if code in there else "the profile"
        yield f"{where} does not have the type {unnumbered(code)}.", "invalid"
    for target in sorted(aims ^ targets) if targets else ():  # one that names none allows all
        where = "the operation" if target in aims else "the profile"
        yield f"{where} does not have the target {unnumbered(target)}.", "invalid"


def _allowed(parameter: Json) -> set[str]:
    """The types a parameter may have: those of the extension, else its type."""
    marks = [one for one in objects(parameter.get("extension")) if one.get("url") == _ALLOWED]
    said = {text(one.get("valueUri")) for one in marks} or {text(parameter.get("type"))}
    return said - {""}


def _of_profile(piece: Definition) -> tuple[set[str], set[str]]:
    """Types and targets a slice leaves: of its value or its resource, whichever it may have."""
    members = piece.members()
    holders = [members[name] for name in ("value[x]", "resource", "part") if name in members]
    types: set[str] = set()
    targets: set[str] = set()
    for one in holders:
        others = [other for other in holders if other is not one]
        if one.name == "part" or one.max == 0 or any(other.min > 0 for other in others):
            continue
        types |= {use.code for use in one.types}
        targets |= {target for use in one.types for target in texts(list(use.targets))}
    return types, targets
