"""Resources inside others: what the elements that hold them say of them (ElementDefinition.type.profile, R4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from profiles.definitions import Definition
from profiles.faults import Fault
from profiles.invariants import InvariantJudge
from profiles.plans import Check, Definitions

Root: TypeAlias = Callable[[str], Definition | None]
"""The definition a canonical names."""

_UNKNOWN = ("profile-unknown", "A profile that this must follow is not known; install its package.", "structure")


class Held(NamedTuple):
    """What is said of a resource by the elements it stands in. definitions: what it is judged by besides its own;
    rules: theirs on it; faults: what is wrong with any of its type; choices: elements that name several profiles."""

    definitions: Definitions
    rules: tuple[Check, ...]
    faults: tuple[Fault, ...]
    choices: tuple[tuple[Definition, list[str]], ...]

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said but what it is judged by."""
        return not (self.rules or self.faults or self.choices)


def hold(name: str, definitions: Definitions, root: Root, invariants: InvariantJudge) -> Held:
    """What elements say of a resource of this type in them."""
    faults: list[Fault] = []
    roots: list[Definition] = []
    choices: list[tuple[Definition, list[str]]] = []
    for definition in definitions:
        uses = [use for use in definition.types if use.code in (name, "Resource", "DomainResource")]
        if definition.types and not uses:
            wanted = ", ".join(use.code for use in definition.types)
            text = f"{definition.path} must be {wanted} here ({definition.source})."
            faults.append(Fault("profile-type", text, "structure"))
        profiles = [url for use in uses for url in use.profiles]
        known = [one for one in map(root, profiles) if one is not None]
        if len(profiles) == 1:
            roots += known
            faults += [] if known else [Fault(*_UNKNOWN)]
        elif known:
            choices.append((definition, profiles))
    nested = tuple(one for one in definitions if one.children)
    rules = tuple(invariants.checks(definitions, name))
    return Held((*nested, *roots), rules, tuple(faults), tuple(choices))
