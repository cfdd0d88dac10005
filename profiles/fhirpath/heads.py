"""Where an expression begins to look: a rule about a property that is not there need not be evaluated."""

from __future__ import annotations

from profiles.fhirpath.model import members_of
from profiles.fhirpath.syntax import Ast, Binary, Call, Literal, Member

_CRITERIA = frozenset({"where", "exists", "all"})
"""Functions whose argument is evaluated on what they are called on, and so never where that is nothing."""


def only_property(ast: Ast, type_name: str) -> str:
    """The one property that an expression on elements of a type looks at; "" where there are more, or it looks at
    something else, or a choice of types or a primitive has more names than one in JSON."""
    names = _heads(ast)
    found = members_of(type_name).get(next(iter(names)), ()) if names is not None and len(names) == 1 else ()
    return found[0].key if len(found) == 1 and not found[0].beside else ""


def _heads(ast: Ast) -> frozenset[str] | None:
    """The names of the elements that paths begin with; None where something begins otherwise."""
    if isinstance(ast, Literal):
        return frozenset()
    if isinstance(ast, Member):
        return frozenset((ast.name,)) if ast.source is None else _heads(ast.source)
    if isinstance(ast, Call) and ast.source is not None:
        is_plain = ast.name in _CRITERIA or all(isinstance(argument, Literal) for argument in ast.arguments)
        return _heads(ast.source) if is_plain else None
    if isinstance(ast, Binary):
        left, right = _heads(ast.left), _heads(ast.right)
        return left | right if left is not None and right is not None else None
    return None
