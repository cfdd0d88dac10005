"""The three kinds of functions, by how they take their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from profiles.fhirpath.run import Code, Item, Items, Run, Truth


@dataclass(frozen=True, slots=True)
class Lazy:
    """An argument that the function evaluates itself, as a collection or as a Boolean.

    descending, empty_last: how a key of sort() orders.
    """

    items: Code
    truth: Truth
    descending: bool = False
    empty_last: bool = False


ValueBody: TypeAlias = Callable[[Run, Items, Sequence[Items]], Items]
ScopedBody: TypeAlias = Callable[[Run, Items, Items, Sequence[Lazy]], Items]
TypeBody: TypeAlias = Callable[[Run, Items, Callable[[Item], bool]], Items]


@dataclass(frozen=True, slots=True)
class ValueFunction:
    """A function whose arguments are evaluated first. least, most: how many it takes."""

    body: ValueBody
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class ScopedFunction:
    """A function that evaluates its arguments itself; it gets $this, its input and the arguments."""

    body: ScopedBody
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class TypeFunction:
    """A function whose one argument is the name of a type."""

    body: TypeBody


Function: TypeAlias = ValueFunction | ScopedFunction | TypeFunction
