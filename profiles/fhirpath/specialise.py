"""Expressions of the simplest kind, compiled for one type: from a JSON object straight to True, False or None.

Most invariants ask only whether elements are there, or hold one of a few codes. Where the type is known, each becomes a
few lookups in the object, without nodes or collections. What is not of this kind is left to the general engine; both
give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable

from profiles.fhirpath.compiler import compile_truth
from profiles.fhirpath.json_paths import Direct, Json, OtherKindError, Values, path_present, path_values
from profiles.fhirpath.model import Node, ancestors, is_primitive
from profiles.fhirpath.run import PLAIN, Items, Run
from profiles.fhirpath.syntax import Ast, Binary, Call, Constant, Empty, Literal, Member, QuantityLiteral
from profiles.fhirpath.terms import SYSTEMS
from profiles.fhirpath.values import single

_ORDERS: dict[str, Callable[[int, int], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
_NOT_TEXT = frozenset({"boolean", "decimal", "integer", "date", "dateTime", "instant", "time", "xhtml"})


def specialise(ast: Ast, type_name: str) -> Direct | None:
    """The function of an expression on elements of a type; None where it is not of the simple kind."""
    try:
        return _simple(ast, type_name)
    except OtherKindError:
        return None


def _truth(ast: Ast, type_name: str) -> Direct:
    """A part of the expression: simple, or left to the general engine where it needs nothing but the element."""
    try:
        return _simple(ast, type_name)
    except OtherKindError:
        if not _stands_alone(ast):
            raise
        return _general(ast, type_name)


def _general(ast: Ast, type_name: str) -> Direct:
    code = compile_truth(ast)

    def holds(value: Json) -> bool | None:
        this: Items = [Node(value, type_name)]
        return code(this, Run(this, PLAIN))

    return holds


def _stands_alone(ast: Ast) -> bool:
    """Whether a part asks for nothing of the environment, and does no more work than its own length."""
    if isinstance(ast, Literal | QuantityLiteral | Empty):
        return True
    if isinstance(ast, Constant):
        return ast.name in SYSTEMS
    if isinstance(ast, Member):
        return ast.source is None or _stands_alone(ast.source)
    if isinstance(ast, Call):
        known = ast.name in _LIGHT and (ast.source is None or _stands_alone(ast.source))
        return known and all(_stands_alone(argument) for argument in ast.arguments)
    return isinstance(ast, Binary) and _stands_alone(ast.left) and _stands_alone(ast.right)


def _simple(ast: Ast, type_name: str) -> Direct:
    if isinstance(ast, Literal) and ast.kind == "boolean":
        constant = ast.text == "true"
        return lambda _: constant
    if isinstance(ast, Binary):
        return _binary(ast, type_name)
    if isinstance(ast, Call) and ast.name in _CALLS:
        return _CALLS[ast.name](ast, type_name)
    raise OtherKindError


def _binary(ast: Binary, type_name: str) -> Direct:
    if ast.operator in ("and", "or"):
        return _row(_truth(ast.left, type_name), _truth(ast.right, type_name), decisive=ast.operator == "or")
    if ast.operator == "xor":
        return _xor(_truth(ast.left, type_name), _truth(ast.right, type_name))
    if ast.operator == "implies":
        return _implies(_truth(ast.left, type_name), _truth(ast.right, type_name))
    if isinstance(ast.left, Call) and ast.left.name == "count" and ast.operator in _ORDERS:
        return _counted(ast, ast.left, type_name)
    if ast.operator == "in":
        return _one_of(ast, type_name)
    if ast.operator not in ("=", "!="):
        raise OtherKindError
    if isinstance(ast.left, Call) and isinstance(ast.right, Call):
        same = _xor(_simple(ast.left, type_name), _simple(ast.right, type_name))
        return same if ast.operator == "!=" else _inverse(same)
    return _equal(ast, type_name)


def _row(left: Direct, right: Direct, *, decisive: bool) -> Direct:
    def holds(value: Json) -> bool | None:
        one = left(value)
        if one is decisive:
            return one
        other = right(value)
        return other if other is decisive or one is not None else None

    return holds


def _xor(left: Direct, right: Direct) -> Direct:
    def holds(value: Json) -> bool | None:
        one, other = left(value), right(value)
        return None if one is None or other is None else one is not other

    return holds


def _implies(left: Direct, right: Direct) -> Direct:
    def holds(value: Json) -> bool | None:
        one = left(value)
        if one is False:
            return True
        other = right(value)
        return other if one or other else None

    return holds


def _not(ast: Call, type_name: str) -> Direct:
    if ast.source is None:
        raise OtherKindError
    return _inverse(_truth(ast.source, type_name))


def _inverse(inner: Direct) -> Direct:
    def holds(value: Json) -> bool | None:
        found = inner(value)
        return None if found is None else not found

    return holds


def _exists(ast: Call, type_name: str) -> Direct:
    return _present(ast, type_name)


def _empty(ast: Call, type_name: str) -> Direct:
    present = _present(ast, type_name)
    return lambda value: not present(value)


def _has_value(ast: Call, type_name: str) -> Direct:
    """hasValue() of a path to one primitive."""
    if ast.source is None:
        raise OtherKindError
    values, types = path_values(ast.source, type_name)
    if not all(is_primitive(name) for name in types):
        raise OtherKindError

    def holds(value: Json) -> bool | None:
        found = values(value)
        return len(found) == 1 and not isinstance(found[0], dict | list | None)

    return holds


def _all(ast: Call, type_name: str) -> Direct:
    if ast.source is None:
        raise OtherKindError
    values, inner = _objects(ast.source, ast.arguments[0], type_name)
    return lambda value: all(inner(item) is True for item in values(value))


_CALLS: dict[str, Callable[[Call, str], Direct]] = {
    "not": _not,
    "exists": _exists,
    "empty": _empty,
    "all": _all,
    "hasValue": _has_value,
}
_LIGHT = frozenset(
    {"exists", "empty", "not", "count", "first", "last", "hasValue", "startsWith", "endsWith", "contains"}
)


def _counted(ast: Binary, count: Call, type_name: str) -> Direct:
    if count.source is None or not (isinstance(ast.right, Literal) and ast.right.text.isdigit()):
        raise OtherKindError
    values, _ = path_values(count.source, type_name)
    compare, number = _ORDERS[ast.operator], int(ast.right.text[:9])
    return lambda value: compare(len(values(value)), number)


def _equal(ast: Binary, type_name: str) -> Direct:
    """path = 'text', path != 'text': open without a value, False for many (N1, 6.1.1)."""
    values, wanted = _texts(ast.left, type_name), _text(ast.right)
    positive = ast.operator == "="

    def holds(value: Json) -> bool | None:
        found = values(value)
        if len(found) != 1:
            return not positive if found else None
        return (found[0] == wanted) is positive

    return holds


def _one_of(ast: Binary, type_name: str) -> Direct:
    """path in ('a' | 'b'); many values are an error."""
    values, wanted = _texts(ast.left, type_name), frozenset(_union(ast.right))

    def holds(value: Json) -> bool | None:
        found = values(value)
        if not found:
            return None
        text = single(found)
        return text.__class__ is str and text in wanted

    return holds


def _union(ast: Ast) -> list[str]:
    if isinstance(ast, Binary) and ast.operator == "|":
        return _union(ast.left) + _union(ast.right)
    return [_text(ast)]


def _text(ast: Ast) -> str:
    if isinstance(ast, Literal) and ast.kind == "string":
        return ast.text
    if isinstance(ast, Constant) and ast.name in SYSTEMS:
        return SYSTEMS[ast.name]
    raise OtherKindError


def _present(call: Call, type_name: str) -> Direct:
    """Whether a path, with conditions or without, leads to anything."""
    source = call.source
    if source is None:
        raise OtherKindError
    if call.arguments:
        return _any(source, call.arguments[0], type_name)
    if isinstance(source, Call) and source.name == "where" and len(source.arguments) == 1:
        return _any(source.source, source.arguments[0], type_name)
    return path_present(source, type_name)


def _any(source: Ast | None, criteria: Ast, type_name: str) -> Direct:
    if source is None:
        itself = _truth(criteria, type_name)
        return lambda value: itself(value) is True
    values, inner = _objects(source, criteria, type_name)
    return lambda value: any(inner(item) is True for item in values(value))


def _objects(source: Ast, criteria: Ast, type_name: str) -> tuple[Values, Direct]:
    """The objects a path leads to, and the criteria on each of them."""
    values, types = path_values(source, type_name)
    if len(types) != 1 or is_primitive(types[0]) or types[0] == "Resource":
        raise OtherKindError
    inner = _truth(criteria, types[0])
    # What should be an object and is none has no elements.
    return values, lambda item: inner(item if item.__class__ is dict else {})


def _texts(ast: Ast, type_name: str) -> Values:
    """The values of a path whose type is text, so that the JSON value is the value."""
    values, types = path_values(ast, type_name)
    if not all(is_primitive(name) and not (ancestors(name) & _NOT_TEXT) for name in types):
        raise OtherKindError
    return values
