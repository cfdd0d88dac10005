"""Objects laid out: for each set of properties that is met again, one straight function, written as Python source.

What the names of an object's properties tell - which are unknown or lacking, which rules can fail - is decided once for
all objects with the same names. What is left of each property is a glance at its value and, where that does not settle
it, its check. The source is made of the templates in this file and of the glances of `profiles.glances`; what comes
from definitions stands in it as a name only, and nothing of a message gets into it. Both ways give the same findings:
`ObjectPlan.check` judges what is met for the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from profiles.faults import Fault, Found, under
from profiles.memo import Memo
from profiles.plans import Check, ObjectRule, Step
from profiles.scope import Scope

_MOST_SHAPES = 32
"""Sets of properties remembered of a kind of object; messages have a few of each, hostile ones any number."""
_HEAD = """\
def check(value, scope):
    {items}, = value.values()
    faults = []
"""
_PROPERTY = """\
    if not ({test}):
        found = check{at}(it{at}, scope)
        if found is not None:
            faults += under(place{at}, found)
"""
_RULE = """\
    found = rule{at}(value, scope)
    if found is not None:
        faults += found
"""
_HOLDING_RULE = """\
    if not holds{at}(value, scope):
        found = rule{at}(value, scope)
        if found is not None:
            faults += found
"""
_TAIL = """\
    return faults or None
"""


class ObjectPlan(NamedTuple):
    """What is judged of one kind of object: each property by its step, then what holds between them. named: the kind;
    steps: by property in JSON."""

    named: str
    steps: dict[str, Step]
    rules: tuple[ObjectRule, ...]

    def check(self, value: Any, scope: Scope) -> Found:
        """Judge an object of whatever properties."""
        if type(value) is not dict:
            return [Fault("structure-type", "An object must stand here: {...}.", "invalid")]
        faults: list[Fault] = []
        for name, inner in value.items():
            step = self.steps.get(name)
            if step is None:
                faults.append(_unknown(self.named, name))
            else:
                faults += under(step.place, step.check(inner, scope) or [])
        names = value.keys()
        for rule in self.rules:
            if rule.can_fail(names):
                faults += rule.check(value, scope) or ()
        return faults or None

    def laid_out(self, names: tuple[str, ...]) -> Check:
        """The check of an object of exactly these properties, all of them known, in this order."""
        steps = [self.steps[name] for name in names]
        there = frozenset(names)
        rules = [rule for rule in self.rules if rule.can_fail(there)]
        given: dict[str, Any] = {"under": under}
        for at, step in enumerate(steps):
            given |= {f"check{at}": step.check, f"place{at}": step.place, f"known{at}": step.glance.known}
        for at, rule in enumerate(rules):
            given |= {f"rule{at}": rule.check, f"holds{at}": rule.holds}
        code = _code(tuple(step.glance.test for step in steps), tuple(rule.holds is not None for rule in rules))
        exec(code, given)  # noqa: S102  (our own templates)
        made: Check = given["check"]
        return made


@lru_cache(maxsize=1_000)
def _code(tests: tuple[str, ...], rules: tuple[bool, ...]) -> CodeType:
    """The function of an object whose properties have these glances, with so many rules, and whether something tells
    quickly that they hold; many objects share one."""
    parts = [_HEAD.format(items=", ".join(f"it{at}" for at in range(len(tests))))]
    for at, test in enumerate(tests):
        parts.append(_PROPERTY.format(at=at, test=test.format(it=f"it{at}", known=f"known{at}")))
    parts += [(_HOLDING_RULE if holds else _RULE).format(at=at) for at, holds in enumerate(rules)]
    return compile("".join((*parts, _TAIL)), "<shape>", "exec")


def object_check(make: Callable[[], ObjectPlan]) -> Check:
    """The check of an object by a plan, which is made when the first object is met, as types hold each other."""
    made: list[ObjectPlan] = []
    shapes: Memo[tuple[str, ...], Check | None] = Memo(_MOST_SHAPES)

    def check(value: Any, scope: Scope) -> Found:
        names = tuple(value) if value.__class__ is dict else ()
        shape = shapes.get(names)
        if shape is not None:
            return shape(value, scope)
        if not made:
            made.append(make())
        plan = made[0]
        if names and plan.steps.keys() >= set(names):
            shapes[names] = plan.laid_out(names) if names in shapes else None
        return plan.check(value, scope)

    return check


def _unknown(named: str, key: str) -> Fault:
    told = key if key.isascii() and key.isalpha() and len(key) < 40 else "?"
    return Fault("structure-unknown", f"{named} has no property '{told}'; take it out.", "structure")
