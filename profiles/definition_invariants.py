"""Invariants as definitions write them: their keys, where they come from, and whether they can be evaluated at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, under
from profiles.fhirpath import FhirPathError, check_expression, compile_expression
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, snapshot_of, text, unnumbered
from profiles.r4.facts import facts

Json: TypeAlias = dict[str, Any]

_NOTE = Severity.INFORMATION


class Expressions:
    """The invariants of one differential or snapshot, met in their order."""

    def __init__(self, structure: Json, base: Json, *, is_snapshot: bool) -> None:
        self._url, self._is_snapshot = text(structure.get("url")), is_snapshot
        version = text(structure.get("version"))
        self._own = {self._url, f"{self._url}|{version}"}
        rules = (rule for element in snapshot_of(base) for rule in objects(element.get("constraint")))
        self._of_base = {text(rule.get("key")): text(rule.get("expression")) for rule in rules}
        self._seen: dict[str, str] = {}

    def check(self, element: Json) -> list[Fault]:
        """Findings on the invariants of an element."""
        faults: list[Fault] = []
        for at, rule in enumerate(objects(element.get("constraint"))):
            faults += under("constraint", under(at, list(self._rule(rule, element))))
        return faults

    def _rule(self, rule: Json, element: Json) -> Iterator[Fault]:
        key, expression = text(rule.get("key")), text(rule.get("expression"))
        if not key:
            return
        if not expression:
            told = "The invariant has no expression, so nothing can check it."
            yield Fault("invariant-expression", told, "informational", _NOTE)
            return
        yield from self._in_snapshot(rule, element) if self._is_snapshot else self._in_differential(rule)

    def _in_snapshot(self, rule: Json, element: Json) -> Iterator[Fault]:
        """The same key means the same everywhere; one's own expressions can be evaluated."""
        key, expression = text(rule.get("key")), text(rule.get("expression"))
        if self._seen.setdefault(key, expression) != expression and key != "ele-1":
            yield _wrong("The invariant has another expression further up.")
        if text(rule.get("source")) in ("", self._url):
            problem = problem_of(expression, element)
            if problem:
                yield _wrong(f"The expression cannot be evaluated here: {problem}")

    def _in_differential(self, rule: Json) -> Iterator[Fault]:
        key, expression = text(rule.get("key")), text(rule.get("expression"))
        source = text(rule.get("source"))
        if source and source not in self._own:
            yield _wrong("The source of an invariant in a differential is the definition itself, or not said.")
        elif self._of_base.get(key, expression) != expression:
            yield _wrong("The base has an invariant of this key with another expression.")
        elif self._seen.setdefault(key, expression) != expression:
            yield _wrong("Another invariant here has this key, with another expression.")


def problem_of(expression: str, element: Json) -> str:
    """Why an expression cannot be evaluated on the values of an element definition, by their types; "" where it can."""
    path = text(element.get("path"))
    codes = {text(use.get("code")) for use in objects(element.get("type"))}
    inner = text(an_object(element.get("base")).get("path")) or path
    try:
        compiled = compile_expression(expression)
        if "." not in path:
            check_expression(compiled, path)
        elif codes <= {"BackboneElement", "Element"} and inner in facts().types:
            check_expression(compiled, inner)
        elif codes and not codes & {"BackboneElement", "Element", "Base", "Resource"}:
            check_expression(compiled, *codes)
    except FhirPathError as problem:
        return unnumbered(str(problem))
    return ""


def _wrong(told: str) -> Fault:
    return Fault("invariant-definition", told, "invalid")
