"""Comparisons of what stands in JSON objects of a known type with texts, and of how many there are with numbers."""

from __future__ import annotations

from collections.abc import Callable

from profiles.fhirpath.json_paths import Condition, Direct, Json, OtherKindError, Values, path_values
from profiles.fhirpath.model import ancestors, is_primitive
from profiles.fhirpath.syntax import Ast, Binary, Call, Constant, Literal
from profiles.fhirpath.terms import SYSTEMS
from profiles.fhirpath.values import single

ORDERS: dict[str, Callable[[int, int], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
_NOT_TEXT = frozenset({"boolean", "decimal", "integer", "date", "dateTime", "instant", "time", "xhtml"})


def counts(ast: Ast) -> bool:
    """Whether an expression adds up whole numbers and how many there are of something."""
    if isinstance(ast, Binary):
        return ast.operator == "+" and counts(ast.left) and counts(ast.right)
    return (isinstance(ast, Call) and ast.name == "count") or (
        isinstance(ast, Literal) and ast.kind == "number" and ast.text.isdigit() and len(ast.text) < 9
    )


def compared(ast: Binary, type_name: str, condition: Condition) -> Direct:
    """How two such numbers compare."""
    left, right = (_number(side, type_name, condition) for side in (ast.left, ast.right))
    compare = ORDERS[ast.operator]
    return lambda value: compare(left(value), right(value))


def _number(ast: Ast, type_name: str, condition: Condition) -> Callable[[Json], int]:
    if isinstance(ast, Literal):
        number = int(ast.text)
        return lambda _: number
    if isinstance(ast, Binary):
        left, right = _number(ast.left, type_name, condition), _number(ast.right, type_name, condition)
        return lambda value: left(value) + right(value)
    if not isinstance(ast, Call) or ast.source is None:
        raise OtherKindError
    values, _ = path_values(ast.source, type_name, condition)
    return lambda value: len(values(value))


def equal(ast: Binary, type_name: str, condition: Condition) -> Direct:
    """path = 'text', path != 'text': open without a value, False for many (N1, 6.1.1). An object is no text."""
    values, types = path_values(ast.left, type_name, condition)
    wanted = text(ast.right)
    if not all(_is_text(name) or _is_object(name) for name in types):
        raise OtherKindError
    positive = ast.operator == "="

    def holds(value: Json) -> bool | None:
        found = values(value)
        if len(found) != 1:
            return not positive if found else None
        return (found[0] == wanted) is positive

    return holds


def among(ast: Binary, type_name: str, condition: Condition) -> Direct | None:
    """path = 'a' or path = 'b' or ...: what `equal` says of each by itself. None for a row of anything else."""
    rows = [_equality(side) for side in _operands(ast)]
    wanted = frozenset(row[1] for row in rows if row is not None)
    path = rows[0][0] if rows[0] is not None else None
    if path is None or any(row is None or row[0] != path for row in rows):
        return None
    values, types = path_values(path, type_name, condition)
    if not all(_is_text(name) or _is_object(name) for name in types):
        raise OtherKindError

    def holds(value: Json) -> bool | None:
        found = values(value)
        if len(found) != 1:
            return False if found else None
        return found[0].__class__ is str and found[0] in wanted

    return holds


def _operands(ast: Ast) -> list[Ast]:
    if isinstance(ast, Binary) and ast.operator == "or":
        return [*_operands(ast.left), *_operands(ast.right)]
    return [ast]


def _equality(ast: Ast) -> tuple[Ast, str] | None:
    """The path and the text of path = 'text'."""
    if (
        isinstance(ast, Binary)
        and ast.operator == "="
        and isinstance(ast.right, Literal)
        and ast.right.kind == "string"
    ):
        return ast.left, ast.right.text
    return None


def one_of(ast: Binary, type_name: str, condition: Condition) -> Direct:
    """path in ('a' | 'b'); many values are an error."""
    values, wanted = texts(ast.left, type_name, condition), frozenset(_union(ast.right))

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
    return [text(ast)]


def text(ast: Ast) -> str:
    """The text of a literal, or of a constant. Raises OtherKindError for anything else."""
    if isinstance(ast, Literal) and ast.kind == "string":
        return ast.text
    if isinstance(ast, Constant) and ast.name in SYSTEMS:
        return SYSTEMS[ast.name]
    raise OtherKindError


def texts(ast: Ast | None, type_name: str, condition: Condition) -> Values:
    """The values of a path whose type is text, so that the JSON value is the value; else raises OtherKindError."""
    values, types = path_values(ast, type_name, condition)
    if not all(_is_text(name) for name in types):
        raise OtherKindError
    return values


def _is_text(name: str) -> bool:
    return is_primitive(name) and not (ancestors(name) & _NOT_TEXT)


def _is_object(name: str) -> bool:
    """Whether values of a type are objects that are compared with a text as they stand."""
    return not is_primitive(name) and name != "Resource" and "Quantity" not in ancestors(name)
