"""Expressions of the simplest kind, compiled for one type: from a JSON object straight to True, False or None.

Most invariants ask only whether elements are there, or hold one of a few codes. Where the type is known, each becomes a
few lookups in the object, without nodes or collections; what the type alone decides becomes a constant. What is not of
this kind is left to the general engine; both give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from profiles.fhirpath.compiler import compile_truth, type_argument
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.json_comparisons import ORDERS, among, compared, counts, equal, one_of, text, texts
from profiles.fhirpath.json_paths import (
    Direct,
    Json,
    OtherKindError,
    is_concrete,
    never,
    path_present,
    path_values,
)
from profiles.fhirpath.model import Node, ancestors, is_fhir_type, is_primitive
from profiles.fhirpath.patterns import searcher
from profiles.fhirpath.run import PLAIN, Items, Run
from profiles.fhirpath.syntax import Ast, Binary, Call, Constant, Empty, Literal, Member, QuantityLiteral, TypeTest
from profiles.fhirpath.terms import SYSTEMS
from profiles.fhirpath.values import single

_STRICT = frozenset({"substring", "toInteger", "toString", "matches", "startsWith", "endsWith", "contains", "length"})
"""Functions that give nothing for nothing."""
_ARITHMETIC = frozenset({"+", "-", "*", "/", "div", "mod", "=", "!=", "<", "<=", ">", ">="})
"""Operators that give nothing where one side is nothing."""


def always(_: Json) -> bool | None:
    """What is always true."""
    return True


def undecided(_: Json) -> bool | None:
    """What is always empty."""
    return None


CONSTANTS: dict[Direct, bool | None] = {always: True, never: False, undecided: None}


def _constant(value: bool | None) -> Direct:
    return undecided if value is None else always if value else never


def specialise(ast: Ast, type_name: str) -> Direct | None:
    """The function of an expression on elements of a type; None where it is not of the simple kind.

    The function of a primitive type takes the value itself, and knows nothing of extensions beside it.
    """
    try:
        return _simple(ast, type_name)
    except (OtherKindError, FhirPathError):
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
    if _always_empty(ast, type_name):
        return undecided
    if isinstance(ast, Literal) and ast.kind == "boolean":
        return _constant(ast.text == "true")
    if isinstance(ast, Binary):
        return _binary(ast, type_name)
    if isinstance(ast, TypeTest) and ast.operator == "is":
        return _is(ast.operand, ast.type_name, type_name)
    if isinstance(ast, Call) and ast.name in _CALLS:
        return _CALLS[ast.name](ast, type_name)
    raise OtherKindError


def _always_empty(ast: Ast, type_name: str) -> bool:
    """Whether an expression gives nothing on whatever element of the type, without an error."""
    if isinstance(ast, Binary):
        sides = [_always_empty(side, type_name) for side in (ast.left, ast.right)]
        calm = all(empty or isinstance(side, Literal) for empty, side in zip(sides, (ast.left, ast.right), strict=True))
        return ast.operator in _ARITHMETIC and calm and any(sides)
    if isinstance(ast, Call) and ast.name in _STRICT:
        calm = all(isinstance(argument, Literal) for argument in ast.arguments)
        return calm and ast.source is not None and _always_empty(ast.source, type_name)
    if not isinstance(ast, Member | Call):
        return isinstance(ast, Empty)
    try:
        return not path_values(ast, type_name, _truth)[1]
    except OtherKindError:
        return False


def _binary(ast: Binary, type_name: str) -> Direct:
    found = among(ast, type_name, _truth) if ast.operator == "or" else None
    if found is not None:
        return found
    if ast.operator in ("and", "or"):
        return _row(_truth(ast.left, type_name), _truth(ast.right, type_name), decisive=ast.operator == "or")
    if ast.operator == "xor":
        return _xor(_truth(ast.left, type_name), _truth(ast.right, type_name))
    if ast.operator == "implies":
        return _implies(_truth(ast.left, type_name), _truth(ast.right, type_name))
    if ast.operator in ORDERS and counts(ast.left) and counts(ast.right):
        return compared(ast, type_name, _truth)
    if ast.operator == "in":
        return one_of(ast, type_name, _truth)
    if ast.operator not in ("=", "!="):
        raise OtherKindError
    if isinstance(ast.left, Call) and isinstance(ast.right, Call):
        same = _xor(_simple(ast.left, type_name), _simple(ast.right, type_name))
        return same if ast.operator == "!=" else _inverse(same)
    return equal(ast, type_name, _truth)


def _row(left: Direct, right: Direct, *, decisive: bool) -> Direct:
    if CONSTANTS.get(left) is not None:
        return left if CONSTANTS[left] is decisive else right

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
    if CONSTANTS.get(left) is not None:
        return right if CONSTANTS[left] else always

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
    if inner in CONSTANTS:
        return undecided if CONSTANTS[inner] is None else _constant(not CONSTANTS[inner])

    def holds(value: Json) -> bool | None:
        found = inner(value)
        return None if found is None else not found

    return holds


def _exists(ast: Call, type_name: str) -> Direct:
    return _present(ast, type_name)


def _empty(ast: Call, type_name: str) -> Direct:
    return _inverse(_present(ast, type_name))


def _has_value(ast: Call, type_name: str) -> Direct:
    """hasValue() of a path to one primitive."""
    if ast.source is None:
        raise OtherKindError
    values, types = path_values(ast.source, type_name, _truth)
    if not all(is_primitive(name) for name in types):
        raise OtherKindError

    def holds(value: Json) -> bool | None:
        found = values(value)
        return len(found) == 1 and not isinstance(found[0], dict | list | None)

    return holds


def _all(ast: Call, type_name: str) -> Direct:
    if ast.source is None:
        raise OtherKindError
    values, types = path_values(ast.source, type_name, _truth)
    if not types:
        return always
    inner = _criteria(ast.arguments[0], types)
    return lambda value: all(inner(item) is True for item in values(value))


def _is_call(ast: Call, type_name: str) -> Direct:
    if ast.source is None:
        raise OtherKindError
    return _is(ast.source, type_argument(ast.arguments[0]), type_name)


def _is(operand: Ast, wanted: str, type_name: str) -> Direct:
    """path is Type, of a path to a resource or to elements of one type."""
    values, types = path_values(operand, type_name, _truth)
    is_resource = types == ("Resource",) and is_concrete(wanted)
    if not is_resource and (len(types) != 1 or types[0] == "Resource" or not is_fhir_type(wanted)):
        raise OtherKindError
    decided = wanted in ancestors(types[0])

    def holds(value: Json) -> bool | None:
        found = values(value)
        if not found:
            return None
        item: Any = single(found)
        if not is_resource:
            return decided
        return item.__class__ is dict and item.get("resourceType") == wanted

    return holds


def _matches(ast: Call, type_name: str) -> Direct:
    """path.matches('pattern'), or matches('pattern') of the value itself."""
    if len(ast.arguments) != 1:
        raise OtherKindError
    values, search = texts(ast.source, type_name, _truth), searcher(text(ast.arguments[0]))
    general = _general(ast, type_name)

    def holds(value: Json) -> bool | None:
        found = values(value)
        if not found:
            return None
        return search(found[0]) if len(found) == 1 and found[0].__class__ is str else general(value)

    return holds


_CALLS: dict[str, Callable[[Call, str], Direct]] = {
    "not": _not,
    "exists": _exists,
    "empty": _empty,
    "all": _all,
    "hasValue": _has_value,
    "is": _is_call,
    "matches": _matches,
}
_LIGHT = frozenset(
    {"exists", "empty", "not", "count", "first", "last", "hasValue", "startsWith", "endsWith", "contains"}
)


def _present(call: Call, type_name: str) -> Direct:
    """Whether a path, with conditions or without, leads to anything."""
    source = call.source
    if source is None:
        raise OtherKindError
    if call.arguments:
        return _any(source, call.arguments[0], type_name)
    if isinstance(source, Call) and source.name == "where":
        return _any(source.source, source.arguments[0], type_name)
    return path_present(source, type_name, _truth)


def _any(source: Ast | None, criteria: Ast, type_name: str) -> Direct:
    if source is None:
        itself = _truth(criteria, type_name)
        return lambda value: itself(value) is True
    values, types = path_values(source, type_name, _truth)
    if not types:
        return never
    inner = _criteria(criteria, types)
    return lambda value: any(inner(item) is True for item in values(value))


def _criteria(criteria: Ast, types: tuple[str, ...]) -> Direct:
    """The criteria on each of the objects a path leads to."""
    if len(types) != 1 or is_primitive(types[0]) or types[0] == "Resource":
        raise OtherKindError
    inner = _truth(criteria, types[0])
    # What should be an object and is none has no elements.
    return lambda item: inner(item if item.__class__ is dict else {})
