"""Where an expression begins to look: a rule about a property that is not there need not be evaluated."""

from __future__ import annotations

from profiles.fhirpath.model import members_of
from profiles.fhirpath.syntax import Ast, Binary, Call, Literal, Member

_CRITERIA = frozenset({"where", "exists", "all"})
"""Functions whose argument is evaluated on what they are called on, and so never where that is nothing."""


def properties_read(ast: Ast, type_name: str) -> frozenset[str] | None:
    """The properties of its JSON object that an expression on an element of a type looks at; None where it may look at
    something else."""
    names = _heads(ast)
    members = members_of(type_name)
    if names is None or not names <= members.keys():
        return None
    found = [one for name in names for one in members[name]]
    return frozenset(key for one in found for key in (one.key, one.beside) if key)


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
