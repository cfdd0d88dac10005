"""Profiles compiled into checks: every element is visited once, by what all structure definitions say of it together.

An element's definitions are those of its type, of the profiles of its type, and of each profile it is part of. For
each such set there is one check, compiled when it is first met. A check answers None while all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from profiles.definitions import Definition, TypeUse
from profiles.faults import Fault, Found
from profiles.scope import Scope

Check: TypeAlias = Callable[[Any, Scope], Found]
Names: TypeAlias = Collection[str]
"""The names of an object's properties."""
Definitions: TypeAlias = tuple[Definition, ...]
Key: TypeAlias = tuple[str, Definitions]

ABSTRACT = ("Resource", "DomainResource")
INLINE = ("BackboneElement", "Element", "Base")


class Glance(NamedTuple):
    """What tells at a glance that a value is right, where it is one of the usual: a Python expression of `{it}` and of
    `{known}`, which stands for what is given here. False says no more than that the check must be asked."""

    test: str
    known: Any = None


NO_GLANCE = Glance("False")


class Step(NamedTuple):
    """A property: its name in FHIRPath, and the check of what it holds."""

    place: str
    check: Check
    glance: Glance = NO_GLANCE


def always(_: Names) -> bool:
    """Whether a rule can fail on whatever object."""
    return True


class ObjectRule(NamedTuple):
    """A check of an object as a whole. can_fail: whether it may on an object of these properties, as far as their names
    tell; no other is asked. holds: what tells quickly that it does not fail, where there is such a thing."""

    check: Check
    can_fail: Callable[[Names], bool] = always
    holds: Callable[[Any, Scope], bool | None] | None = None


def where(*keys: str) -> Callable[[Names], bool]:
    """Whether one of these properties is there."""
    is_absent = frozenset(keys).isdisjoint
    return lambda names: not is_absent(names)


def without(key: str) -> Callable[[Names], bool]:
    """Whether a property is not there."""
    return lambda names: key not in names


def where_several(*keys: str) -> Callable[[Names], bool]:
    """Whether more than one of these properties are there."""
    return lambda names: sum(key in names for key in keys) > 1


def distinct(definitions: Iterable[Definition]) -> Definitions:
    """The definitions, each once, in order."""
    return tuple(dict.fromkeys(definitions))


def expand(definitions: Definitions, code: str, root: Callable[[str], Definition | None]) -> Definitions:
    """What is said of a value of type `code` under these definitions: the type itself, they, and their profiles."""
    found: list[Definition] = []
    base = root(code) if code else None
    if base is not None:
        found.append(base)
    for definition in definitions:
        found.append(definition)
        for use in definition.types:
            if use.code == code and len(use.profiles) == 1:
                profile = root(use.profiles[0])
                found += (profile,) if profile is not None else ()
    return distinct(found)


def children_of(definitions: Definitions) -> dict[str, Definitions]:
    """The children of all these definitions, by name, in the order of the first that has them."""
    groups: dict[str, list[Definition]] = {}
    for definition in definitions:
        for name, child in definition.members().items():
            groups.setdefault(name, []).append(child)
    return {name: distinct(group) for name, group in groups.items()}


def uses_of(group: Definitions) -> dict[str, TypeUse]:
    """The types an element may have by its first, widest definition."""
    return {use.code: use for use in group[0].types}


def allows(definition: Definition, code: str) -> bool:
    """Whether a definition lets its element have a type; one that names none does."""
    return (
        not definition.types
        or code in ABSTRACT
        or any(use.code == code or _both_ids(use.code, code) for use in definition.types)
    )


def _both_ids(one: str, other: str) -> bool:
    """Ids are called `id` or `string`, by who wrote the profile."""
    return {one, other} == {"id", "string"}


def property_name(name: str, code: str) -> str:
    """The JSON property of an element: valueQuantity for value[x] of type Quantity."""
    if not name.endswith("[x]"):
        return name
    short = code.rpartition("/")[2]
    return name[:-3] + short[:1].upper() + short[1:]


def place_name(name: str, code: str) -> str:
    """The element in FHIRPath: value.ofType(Quantity)."""
    return f"{name[:-3]}.ofType({code})" if name.endswith("[x]") else name


def repeats(group: Sequence[Definition]) -> bool:
    """Whether the element is a list in JSON: the element it goes back to may repeat."""
    base = group[0].element.get("base", {}).get("max", group[0].element.get("max", "1"))
    return base not in ("0", "1")


def both(first: Found, second: Found) -> Found:
    """Faults of two checks."""
    if first is None or second is None:
        return first or second
    return first + second


def all_of(checks: Sequence[Check]) -> Check:
    """One check of several."""
    if len(checks) == 1:
        return checks[0]

    def check(value: Any, scope: Scope) -> Found:
        faults: list[Fault] = []
        for one in checks:
            found = one(value, scope)
            if found is not None:
                faults += found
        return faults or None

    return check
