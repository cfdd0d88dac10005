"""What an evaluation is given, and what it carries with it while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from profiles.fhirpath.errors import FhirPathBudgetError
from profiles.fhirpath.model import Node, TypeInfo
from profiles.fhirpath.quantities import Quantity
from profiles.fhirpath.temporal import Temporal

Item: TypeAlias = Node | bool | int | Decimal | str | Temporal | Quantity | TypeInfo
Items: TypeAlias = list[Item]
Code: TypeAlias = "Callable[[Items, Run], Items]"
"""Compiled syntax: $this and the run in, a collection out."""
Truth: TypeAlias = "Callable[[Items, Run], bool | None]"
"""Compiled syntax of a Boolean: True, False, or None for empty."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an expression may ask for beside the data.

    resource, root: %resource and %rootResource; the node itself where None. variables: further % names. now: the
    clock, with an offset. resolve: the node a reference leads to. member_of: whether a code, Coding or CodeableConcept
    is in the value set of a url. conforms_to: whether a node follows the profile of a url. Both say None where they
    cannot tell. trace: where trace() writes. steps: how much work is allowed. as_filters: as() and iif() work on
    many items, as invariants written for R4 expect (dom-3), where the specification has an error.
    """

    resource: Node | None = None
    root: Node | None = None
    variables: Mapping[str, Items] = field(default_factory=dict)
    now: datetime | None = None
    resolve: Callable[[str, Node], Node | None] | None = None
    member_of: Callable[[Item, str], bool | None] | None = None
    conforms_to: Callable[[Node, str], bool | None] | None = None
    trace: Callable[[str, Items], None] | None = None
    steps: int = 2_000_000
    as_filters: bool = False


PLAIN = Environment()


class Run:
    """The state of one evaluation."""

    __slots__ = ("context", "environment", "index", "steps", "total", "variables")

    def __init__(self, context: Items, environment: Environment) -> None:
        self.context = context
        self.environment = environment
        self.steps = environment.steps
        self.index: int | None = 0
        self.total: Items | None = None
        self.variables: dict[str, Items] = {}

    def spend(self, steps: int) -> None:
        """Count work; raises FhirPathBudgetError when there was too much of it."""
        self.steps -= steps + 1
        if self.steps < 0:
            raise FhirPathBudgetError("The evaluation took more steps than it is allowed; it was stopped.")
