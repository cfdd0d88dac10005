"""Syntax to closures: every part of an expression becomes a function of $this and the run.

Boolean parts are compiled to functions that answer True, False or None, so that no collections are made for them;
paths are one loop over their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from profiles.fhirpath import terms
from profiles.fhirpath.comparisons import TRUTHS, equals_text
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.functions import FUNCTIONS
from profiles.fhirpath.functions.kinds import Lazy, ScopedFunction, TypeFunction, ValueFunction
from profiles.fhirpath.logic import implies, row, xor
from profiles.fhirpath.numbers import MIN_INTEGER
from profiles.fhirpath.operators import arithmetic, concatenate, sign, type_test, union
from profiles.fhirpath.paths import leading_path, walk
from profiles.fhirpath.run import Code, Items, Run, Truth
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
from profiles.fhirpath.values import boolean, single, truth, whole_number

_COLLECTIONS: dict[str, Callable[[Items, Items, Run], Items]] = {"|": union, "&": concatenate}
_LEAST_INTEGER = Unary("-", Literal("number", str(-MIN_INTEGER)))
"""The one Integer whose digits alone are none."""
_LOGIC = frozenset({"and", "or", "xor", "implies"})


def compile_items(ast: Ast) -> Code:
    """The function of a part that gives a collection. Raises FhirPathError for unknown functions and types."""
    return _COMPILERS[type(ast)](ast)


def compile_truth(ast: Ast) -> Truth:
    """The function of a part that is used as a Boolean."""
    if isinstance(ast, Binary) and (ast.operator in _LOGIC or ast.operator in TRUTHS):
        return _logic(ast) if ast.operator in _LOGIC else _truth_operator(ast)
    if isinstance(ast, Call) and not ast.arguments and ast.name in _TRUTH_CALLS:
        return _TRUTH_CALLS[ast.name](ast)
    code = compile_items(ast)
    return lambda this, run: truth(code(this, run))


def _path(ast: Member) -> Code:
    """One loop for a whole path: a.b.c."""
    names = [ast.name]
    source = ast.source
    while isinstance(source, Member):
        names.append(source.name)
        source = source.source
    names.reverse()
    if source is None:
        return leading_path(names)
    code = compile_items(source)
    steps = tuple(names)
    return lambda this, run: walk(code(this, run), steps, run)


def _index(ast: Index) -> Code:
    source, index = compile_items(ast.source), _scoped(ast.index)

    def at(this: Items, run: Run) -> Items:
        items, place = source(this, run), whole_number(index(this, run))
        return [] if place is None or place < 0 else items[place : place + 1]

    return at


def _unary(ast: Unary) -> Code:
    if ast == _LEAST_INTEGER:
        return lambda _, __: [MIN_INTEGER]
    operand, apply = _scoped(ast.operand), sign(ast.operator)
    return lambda this, run: apply(operand(this, run), run)


def _type_test(ast: TypeTest) -> Code:
    operand, is_type = compile_items(ast.operand), type_test(ast.type_name)
    if ast.operator == "is":

        def test(this: Items, run: Run) -> Items:
            item = single(operand(this, run))
            return [] if item is None else [is_type(item)]

        return test

    def cast(this: Items, run: Run) -> Items:
        items = operand(this, run)
        if not run.environment.as_filters:
            single(items)
        return [item for item in items if is_type(item)]

    return cast


def _binary(ast: Binary) -> Code:
    if ast.operator in _LOGIC or ast.operator in TRUTHS:
        holds = compile_truth(ast)
        return lambda this, run: boolean(holds(this, run))
    left, right = _scoped(ast.left), _scoped(ast.right)
    apply = _COLLECTIONS.get(ast.operator) or arithmetic(ast.operator)
    return lambda this, run: apply(left(this, run), right(this, run), run)


def _truth_operator(ast: Binary) -> Truth:
    left, right, apply = _scoped(ast.left), _scoped(ast.right), TRUTHS[ast.operator]
    if ast.operator == "=" and isinstance(ast.right, Literal) and ast.right.kind == "string":
        return equals_text(left, ast.right.text)
    return lambda this, run: apply(left(this, run), right(this, run), run)


def _logic(ast: Binary) -> Truth:
    """and, or, xor, implies with three values (N1, 6.5). Operands stand in one row, so that long ones do not nest."""
    if ast.operator in ("and", "or"):
        return row(ast.operator == "or", [_scoped_truth(operand) for operand in _operands(ast, ast.operator)])
    left, right = _scoped_truth(ast.left), _scoped_truth(ast.right)
    return xor(left, right) if ast.operator == "xor" else implies(left, right)


def _operands(ast: Ast, operator: str) -> Iterator[Ast]:
    operands = []
    while isinstance(ast, Binary) and ast.operator == operator:
        operands.append(ast.right)
        ast = ast.left
    return reversed([*operands, ast])


def _call(ast: Call) -> Code:
    function = FUNCTIONS.get(ast.name)
    if function is None:
        raise FhirPathError(f"There is no function {ast.name[:80]}().")
    source = compile_items(ast.source) if ast.source is not None else _this
    if isinstance(function, TypeFunction):
        return _type_call(ast, function, source)
    if not function.least <= len(ast.arguments) <= function.most:
        raise FhirPathError(f"{ast.name}() takes {function.least} to {function.most} arguments.")
    if isinstance(function, ScopedFunction):
        return _scoped_call(ast, function, source)
    return _value_call(ast, function, source)


def _this(this: Items, _: Run) -> Items:
    return this


def _type_call(ast: Call, function: TypeFunction, source: Code) -> Code:
    if len(ast.arguments) != 1:
        raise FhirPathError(f"{ast.name}() takes the name of a type.")
    body, is_type = function.body, type_test(type_argument(ast.arguments[0]))
    return lambda this, run: body(run, source(this, run), is_type)


def type_argument(ast: Ast) -> str:
    """The type that is named as a path: FHIR.Patient. Raises FhirPathError where something else stands."""
    names: list[str] = []
    while isinstance(ast, Member):
        names.append(ast.name)
        if ast.source is None:
            return ".".join(reversed(names))
        ast = ast.source
    raise FhirPathError("The name of a type is missing.")


def _scoped_call(ast: Call, function: ScopedFunction, source: Code) -> Code:
    body = function.body
    arguments = tuple(_lazy(argument, ast.name == "sort") for argument in ast.arguments)
    return lambda this, run: body(run, this, source(this, run), arguments)


def _lazy(ast: Ast, is_key: bool) -> Lazy:
    """An argument; a key of sort() with a minus, or "desc", goes downwards. A minus leaves what is empty first."""
    descending = is_key and isinstance(ast, Unary) and ast.operator in ("-", "desc")
    inner = ast.operand if descending and isinstance(ast, Unary) else ast
    empty_last = isinstance(ast, Unary) and ast.operator == "desc"
    return Lazy(_scoped(inner), _scoped_truth(inner), descending, empty_last)


def _value_call(ast: Call, function: ValueFunction, source: Code) -> Code:
    body = function.body
    arguments = [_scoped(argument) for argument in ast.arguments]
    if not arguments:
        return lambda this, run: body(run, source(this, run), ())
    if len(arguments) == 1:
        only = arguments[0]
        return lambda this, run: body(run, source(this, run), (only(this, run),))
    return lambda this, run: body(run, source(this, run), [argument(this, run) for argument in arguments])


def _exists(ast: Call) -> Truth:
    source = compile_items(ast.source) if ast.source is not None else _this
    return lambda this, run: bool(source(this, run))


def _is_empty(ast: Call) -> Truth:
    source = compile_items(ast.source) if ast.source is not None else _this
    return lambda this, run: not source(this, run)


def _not(ast: Call) -> Truth:
    if ast.source is None:
        return lambda this, _: _inverse(truth(this))
    source = compile_truth(ast.source)
    return lambda this, run: _inverse(source(this, run))


def _inverse(value: bool | None) -> bool | None:
    return None if value is None else not value


_TRUTH_CALLS: dict[str, Callable[[Call], Truth]] = {"exists": _exists, "empty": _is_empty, "not": _not}


def _scoped(ast: Ast) -> Code:
    """The function of an operand or argument: variables it defines end with it."""
    code = compile_items(ast)
    if not _defines(ast):
        return code

    def within(this: Items, run: Run) -> Items:
        outer = run.variables
        found = code(this, run)
        run.variables = outer
        return found

    return within


def _scoped_truth(ast: Ast) -> Truth:
    if not _defines(ast):
        return compile_truth(ast)
    code = _scoped(ast)
    return lambda this, run: truth(code(this, run))


def _defines(ast: Ast) -> bool:
    """Whether a chain of calls defines a variable for what comes after."""
    while isinstance(ast, Member | Call | Index):
        if isinstance(ast, Call) and ast.name == "defineVariable":
            return True
        if ast.source is None:
            return False
        ast = ast.source
    return False


_COMPILERS: dict[type[Ast], Callable[..., Code]] = {
    Literal: terms.literal,
    QuantityLiteral: terms.quantity,
    Empty: terms.empty,
    Constant: terms.constant,
    Variable: terms.variable,
    Member: _path,
    Call: _call,
    Index: _index,
    Unary: _unary,
    Binary: _binary,
    TypeTest: _type_test,
}
