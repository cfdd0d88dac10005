"""Invariants: FHIRPath expressions that hold on an element (ElementDefinition.constraint, R4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from profiles.definitions import Rule
from profiles.faults import Fault, Found
from profiles.fhirpath import Environment, Expression, FhirPathError, Item, Node, compile_expression, resource_node
from profiles.fhirpath.heads import properties_read
from profiles.fhirpath.json_paths import Direct
from profiles.fhirpath.specialise import always as always_true
from profiles.fhirpath.specialise import undecided
from profiles.issue import About, Severity
from profiles.mended_rules import mended
from profiles.native_invariants import Holds, native_of
from profiles.plans import Check, Definitions, Names, ObjectRule, always, where
from profiles.primitives import PRIMITIVES
from profiles.scope import Scope

_STRUCTURAL = ("hasValue() or (children().count() > id.count())", "htmlChecks()", "contained.where((('#'+id in")
"""Beginnings of expressions whose meaning native checks judge (ele-1, txt-1, txt-2, dom-3)."""
_OWN_VALUE = re.compile(r"\bvalue\b").search
_EXT_1 = "extension.exists() != value.exists()"


Clock: TypeAlias = Callable[[], datetime]


def _standing(time: datetime) -> Clock:
    return lambda: time


class InvariantJudge:
    """Compiles invariants, and evaluates them in the place where an element stands.

    member: whether a value is in a value set; follows: whether one follows a profile; now: the clock of today() and
    now(); advice: whether what is best practice only is judged too.
    """

    def __init__(
        self,
        member: Callable[[Any, str], bool | None],
        follows: Callable[[Any, str, Scope], bool],
        now: datetime | Clock | None = None,
        *,
        advice: bool = False,
    ) -> None:
        self._member = member
        self._follows = follows
        self._now = now if callable(now) else _standing(now or datetime(1970, 1, 1, tzinfo=UTC))
        self._advice = advice
        self._compiled: dict[str, Expression | None] = {}

    def checks(self, definitions: Definitions, type_name: str) -> list[Check]:
        """The checks of all invariants of these definitions on a value of a type, each once."""
        return [rule.check for rule in self.rules(definitions, type_name)]

    def rules(self, definitions: Definitions, type_name: str) -> list[ObjectRule]:
        """The same, with what is known of where they can fail."""
        rules: dict[tuple[str, str], tuple[Rule, str]] = {}
        for definition in definitions:
            for rule in definition.rules:
                rules.setdefault((rule.key, rule.expression), (rule, definition.source))
        found = ((rule, self._check(rule, source, type_name)) for rule, source in rules.values())
        return [
            ObjectRule(check, self._can_fail(rule, type_name), _quick(rule))
            for rule, check in found
            if check is not None
        ]

    def _can_fail(self, rule: Rule, type_name: str) -> Callable[[Names], bool]:
        """Whether a rule can fail on an object of these properties."""
        native = native_of(rule.expression)
        if native is not None:
            return native.can_fail
        if rule.expression == _EXT_1:
            return _is_wrong_extension
        expression = self._expression(mended(rule.expression))
        direct = expression.direct(type_name) if expression is not None else None
        if expression is None or direct is None or type_name in PRIMITIVES:
            return always
        try:
            read = properties_read(expression.ast, type_name) if direct({}) is True else None
        except FhirPathError:
            return always
        return where(*read) if read is not None else always

    def true_of(self, expression: str, value: Any, type_name: str, scope: Scope) -> bool:
        """Whether an expression holds on a value; true where it cannot be evaluated, or read."""
        compiled = self._expression(expression)
        try:
            environment = scope.environment or self._environment(scope)
            return compiled is None or compiled.holds(Node(value, type_name), environment) is True
        except FhirPathError:
            return True

    def selects(self, expression: str, value: Any, scope: Scope) -> bool:
        """Whether an expression, evaluated on the resource around a value, gives that value."""
        compiled = self._expression(expression)
        try:
            environment = scope.environment or self._environment(scope)
            found = compiled.evaluate(environment.resource, environment) if compiled is not None else []
        except FhirPathError:
            return True
        return any(type(one) is Node and one.value is value for one in found)

    def _check(self, rule: Rule, source: str, type_name: str) -> Check | None:
        if not rule.expression or rule.expression.startswith(_STRUCTURAL) or (rule.best_practice and not self._advice):
            return None
        severity = Severity.WARNING if rule.severity == "warning" or rule.best_practice else Severity.ERROR
        if rule.expression == _EXT_1:
            return _extension_check(rule, severity)
        expression = self._expression(mended(rule.expression))
        if expression is None:
            return _unreadable(rule, source)
        general = self._evaluated(expression, rule, source, severity, type_name)
        native = native_of(rule.expression)
        direct = expression.direct(type_name)
        if direct is always_true or (direct is undecided and _asks_of_value(rule, type_name)):
            return None
        if native is not None:
            return _natively(native.holds, general)
        if direct is None:
            return general
        is_primitive = type_name in PRIMITIVES
        return _directly(direct, general, str if is_primitive else dict)

    def _evaluated(self, expression: Expression, rule: Rule, source: str, severity: Severity, type_name: str) -> Check:
        """The check of one rule. What is empty does not hold; of a primitive's `value`, which is no part of it, it says
        nothing."""
        holds = expression.holds
        passing = (True, None) if _asks_of_value(rule, type_name) else (True,)

        def check(value: Any, scope: Scope) -> Found:
            try:
                if holds(Node(value, type_name), scope.environment or self._environment(scope)) in passing:
                    return None
            except FhirPathError as failure:
                text = f"Rule {rule.key} of profile {source} could not be evaluated: {failure}"
                return [Fault("invariant-undecided", text, "exception", Severity.WARNING)]
            text = f"{rule.text or rule.expression} ({rule.key}, {source})"
            return [
                Fault(rule.key, text, "invariant", severity, about=About(rule.key, source, expected=rule.expression))
            ]

        return check

    def _expression(self, text: str) -> Expression | None:
        if text not in self._compiled:
            try:
                self._compiled[text] = compile_expression(text)
            except FhirPathError:
                self._compiled[text] = None
        return self._compiled[text]

    def _environment(self, scope: Scope) -> Environment:
        """What the expressions of one resource may ask for; made once for it."""
        scope.environment = Environment(
            resource=resource_node(scope.resource),
            root=resource_node(scope.root),
            now=self._now(),
            resolve=lambda reference, _: _resolved(scope, reference),
            member_of=lambda item, url: self._member(_plain(item), url),
            conforms_to=lambda node, url: self._follows(node.value, url, scope),
            as_filters=True,
        )
        return scope.environment


def _asks_of_value(rule: Rule, type_name: str) -> bool:
    """Whether a rule asks for a primitive's `value`, which is no part of it."""
    return type_name in PRIMITIVES and _OWN_VALUE(rule.expression) is not None


def _quick(rule: Rule) -> Holds | None:
    native = native_of(rule.expression)
    return native.holds if native is not None else None


def _natively(holds: Holds, general: Check) -> Check:
    return lambda value, scope: None if holds(value, scope) else general(value, scope)


def _directly(direct: Direct, general: Check, kind: type[Any]) -> Check:
    """What a few lookups decide, decided by them; all else, and what to say, is left to the general check."""

    def check(value: Any, scope: Scope) -> Found:
        try:
            if type(value) is kind and direct(value) is True:
                return None
        except FhirPathError:
            return general(value, scope)
        return general(value, scope)

    return check


def _resolved(scope: Scope, reference: str) -> Node | None:
    found = scope.resolve(reference)
    return resource_node(found) if found is not None else None


def _plain(item: Item) -> Any:
    return item.value if isinstance(item, Node) else item


def _is_wrong_extension(names: Names) -> bool:
    return any(name.startswith(("value", "_value")) for name in names) == ("extension" in names)


def _extension_check(rule: Rule, severity: Severity) -> Check:
    text = "An extension must have either a value or extensions, not both and not neither (ext-1)."
    return lambda value, _: [Fault(rule.key, text, "invariant", severity)] if _is_wrong_extension(value) else None


def _unreadable(rule: Rule, source: str) -> Check:
    text = f"Rule {rule.key} of profile {source} is no FHIRPath that can be read; it is not judged."
    return lambda _, __: [Fault("invariant-unreadable", text, "exception", Severity.WARNING)]
