"""What is wrong with an expression before it meets data: steps that the type has not (FHIRPath N1, 11 Type Safety).

Types are followed through the expression as far as they are known; where they are not, nothing is found fault with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from profiles.fhirpath.compiler import type_argument
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.expression import Expression
from profiles.fhirpath.model import ancestors, is_fhir_type, members_of
from profiles.fhirpath.syntax import (
    Ast,
    Binary,
    Call,
    Constant,
    Empty,
    Index,
    Literal,
    Member,
    QuantityLiteral,
    TypeTest,
    Unary,
    Variable,
)

Types: TypeAlias = frozenset[str] | None
"""Names of types a collection may hold ("Patient", "System.Boolean"); None where nothing is known."""

_BOOLEAN = frozenset({"System.Boolean"})
_STRING = frozenset({"System.String"})
_INTEGER = frozenset({"System.Integer"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LITERALS = {
    "boolean": _BOOLEAN,
    "string": _STRING,
    "date": frozenset({"System.Date"}),
    "datetime": frozenset({"System.DateTime"}),
    "time": frozenset({"System.Time"}),
}
_SAME = _words("where first last tail skip take single distinct trace exclude intersect sort defineVariable")
_BOOLEANS = _words(
    "empty not exists all allTrue anyTrue allFalse anyFalse subsetOf supersetOf isDistinct startsWith endsWith "
    "contains matches matchesFull hasValue memberOf conformsTo htmlChecks is comparable toBoolean"
)
_STRINGS = _words("upper lower substring replace replaceMatches join trim encode decode toString")
_INTEGERS = _words("count length indexOf lastIndexOf toInteger")
_SCOPED = _words("where select all exists repeat repeatAll sort iif trace aggregate defineVariable")
_ORDERED = _words("first last tail skip take")
_TRUTHS = frozenset({"and", "or", "xor", "implies", "=", "!=", "~", "!~", "<", "<=", ">", ">=", "in", "contains"})


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of a collection. ordered: whether its first and last mean anything."""

    types: Types
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a part of the expression stands."""

    this: _Shape
    context: _Shape
    strict: bool


def check_expression(expression: Expression, *type_names: str, strict: bool = False) -> None:
    """Find steps that no value on a node of any of these types can have. Raises FhirPathError at the first.

    strict: also fault order asked of collections that have none, and conditions that are no Booleans.
    """
    start = _Shape(frozenset(type_names))
    try:
        _check(expression.ast, _Scope(start, start, strict))
    except RecursionError:
        raise FhirPathError("The expression is nested too deeply to be checked.") from None


def _check(ast: Ast, scope: _Scope) -> _Shape:
    return _CHECKS[type(ast)](ast, scope)


def _literal(ast: Literal, _: _Scope) -> _Shape:
    number = "System.Decimal" if "." in ast.text else "System.Integer"
    return _Shape(_LITERALS.get(ast.kind, frozenset({number})))


def _constant(ast: Constant, scope: _Scope) -> _Shape:
    if ast.name == "context":
        return scope.context
    known = ast.name in ("ucum", "sct", "loinc") or ast.name.startswith(("vs-", "ext-"))
    return _Shape(_STRING if known else None)


def _variable(ast: Variable, scope: _Scope) -> _Shape:
    if ast.name == "this":
        return scope.this
    return _Shape(_INTEGER if ast.name == "index" else None)


def _member(ast: Member, scope: _Scope) -> _Shape:
    source = scope.this if ast.source is None else _check(ast.source, scope)
    if source.types is None:
        return _Shape(None, source.ordered)
    if ast.source is None and is_fhir_type(ast.name):
        start = frozenset(name for name in source.types if ast.name in ancestors(name))
        if start:
            return _Shape(start)
    found = [_children(name, ast.name) for name in source.types]
    known = [types for types in found if types is not None]
    if source.types and not any(found) and len(known) == len(found):
        raise FhirPathError(f"{_names(source.types)} has no element {ast.name[:80]}.")
    return _Shape(frozenset().union(*known) if len(known) == len(found) else None, source.ordered)


def _children(type_name: str, name: str) -> Types:
    """Types of an element; empty where the type has none of the name, None where it is not known."""
    if type_name.startswith("System."):
        return frozenset()
    if type_name == "Resource" or not is_fhir_type(type_name):
        return None
    codes = frozenset(one.type for one in members_of(type_name).get(name, ()))
    return None if "Resource" in codes else codes


def _call(ast: Call, scope: _Scope) -> _Shape:
    source = scope.this if ast.source is None else _check(ast.source, scope)
    if ast.name in ("is", "as", "ofType"):
        return _Shape(_BOOLEAN if ast.name == "is" else _type(type_argument(ast.arguments[0])))
    if scope.strict and ast.name in _ORDERED and not source.ordered:
        raise FhirPathError(f"{ast.name}() is asked of a collection that has no order.")
    inner = replace(scope, this=source) if ast.name in _SCOPED else scope
    arguments = [_check(argument, inner) for argument in ast.arguments]
    if scope.strict and ast.name == "iif" and not _may_be_boolean(arguments[0].types):
        raise FhirPathError("The condition of iif() is no Boolean.")
    return _result(ast.name, source, arguments)


def _result(name: str, source: _Shape, arguments: list[_Shape]) -> _Shape:
    if name in _SAME:
        return source
    if name in ("children", "descendants"):
        return _Shape(None, ordered=False)
    if name in ("union", "combine"):
        return _joined([source, arguments[0]])
    if name in ("select", "repeat", "repeatAll"):
        return arguments[0]
    if name == "iif":
        return _joined(arguments[1:])
    if name == "extension":
        return _Shape(frozenset({"Extension"}))
    known = {_BOOLEANS: _BOOLEAN, _STRINGS: _STRING, _INTEGERS: _INTEGER}
    return _Shape(next((types for names, types in known.items() if name in names), None))


def _index(ast: Index, scope: _Scope) -> _Shape:
    _check(ast.index, scope)
    source = _check(ast.source, scope)
    if scope.strict and not source.ordered:
        raise FhirPathError("An index is asked of a collection that has no order.")
    return source


def _unary(ast: Unary, scope: _Scope) -> _Shape:
    return _check(ast.operand, scope)


def _binary(ast: Binary, scope: _Scope) -> _Shape:
    left, right = _check(ast.left, scope), _check(ast.right, scope)
    if ast.operator in _TRUTHS:
        return _Shape(_BOOLEAN)
    if ast.operator == "|":
        return _joined([left, right])
    return _Shape(_STRING if ast.operator == "&" else None)


def _type_test(ast: TypeTest, scope: _Scope) -> _Shape:
    _check(ast.operand, scope)
    return _Shape(_BOOLEAN if ast.operator == "is" else _type(ast.type_name))


def _type(name: str) -> Types:
    """The type that is left after ofType(); one that FHIR and System share stays open."""
    plain = name.rpartition(".")[2]
    return frozenset({plain}) if is_fhir_type(plain) and not name.startswith("System.") else None


def _joined(shapes: list[_Shape]) -> _Shape:
    known = [shape.types for shape in shapes if shape.types is not None]
    return _Shape(frozenset().union(*known) if len(known) == len(shapes) else None)


def _may_be_boolean(types: Types) -> bool:
    return types is None or not types or any(name in ("System.Boolean", "boolean") for name in types)


def _names(types: frozenset[str]) -> str:
    shown = sorted(types)
    return " or ".join(shown[:3]) + (" or others" if len(shown) > 3 else "")


_CHECKS: Mapping[type[Ast], Callable[..., _Shape]] = {
    Literal: _literal,
    QuantityLiteral: lambda _, __: _Shape(frozenset({"System.Quantity"})),
    Empty: lambda _, __: _Shape(frozenset()),
    Constant: _constant,
    Variable: _variable,
    Member: _member,
    Call: _call,
    Index: _index,
    Unary: _unary,
    Binary: _binary,
    TypeTest: _type_test,
}
