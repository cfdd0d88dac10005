"""Rules of search parameters, and of the search parameters a CapabilityStatement offers (R4, SearchParameter).

Expressions are parsed, and their steps followed through the types of `base`; what is derived is held against what it
is derived from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed
from profiles.fhir_plan import resource_types
from profiles.fhirpath import FhirPathError, check_expression, compile_expression
from profiles.fhirpath.syntax import Ast, Binary, Call, Index, Member, TypeTest
from profiles.issue import Severity
from profiles.json_shapes import objects, text, texts, unnumbered
from profiles.plans import Check
from profiles.questionnaires import Find
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_WARN = Severity.WARNING


def search_parameter_check(find: Find) -> Check:
    """The check of a SearchParameter; find: another one by its canonical."""

    def check(parameter: Any, _: Scope) -> Found:
        faults = [*_code(parameter), *_expression(parameter), *_derived(parameter, find)]
        if parameter.get("type") == "composite" and len(objects(parameter.get("component"))) < 2:
            told = "A composite search parameter must have two components or more."
            faults.append(Fault("search-components", told, "business-rule"))
        return faults or None

    return check


def _code(parameter: Json) -> Iterator[Fault]:
    """In a search, these have a meaning of their own (R4, search: chains, operations, composites)."""
    for sign in (sign for sign in ".$|" if sign in text(parameter.get("code"))):
        yield Fault("search-code", f"The code holds {sign}, which means something else in a search.", "invalid", _WARN)


def _expression(parameter: Json) -> Iterator[Fault]:
    expression, bases = text(parameter.get("expression")), texts(parameter.get("base"))
    if not expression or not bases:
        return
    try:
        check_expression(compile_expression(expression), *bases)
    except FhirPathError as problem:
        told = f"The expression cannot be used on {', '.join(bases[:5])}: {problem}"
        yield Fault("search-expression", unnumbered(told), "invalid", step="expression")


def _derived(parameter: Json, find: Find) -> Iterator[Fault]:
    """What the parameter changes of the one it is derived from."""
    canonical = text(parameter.get("derivedFrom"))
    if not canonical:
        return
    origin = find(canonical)
    if origin is None:
        told = "The search parameter this is derived from is not known, so the two cannot be held together."
        yield Fault("search-origin-unknown", told, "business-rule", _WARN)
        return
    known = texts(origin.get("base"))
    for base in texts(parameter.get("base")):
        if base not in known and "Resource" not in known:
            told = f"The search parameter this is derived from is for {', '.join(known[:5])}, and not for {base}."
            yield Fault("search-base", told, "business-rule")
    if "type" in parameter and parameter["type"] != origin.get("type"):
        told = f"The search parameter this is derived from is of type {origin.get('type')}; this must be too."
        yield Fault("search-type", told, "business-rule")
    if not _same_expression(parameter, origin):
        told = "The expression is another than that of the search parameter this is derived from."
        yield Fault("search-expression-differs", told, "business-rule", _WARN)


def _same_expression(parameter: Json, origin: Json) -> bool:
    """Whether both find the same on the bases of the derived one: the same paths, in whatever order."""
    mine, theirs = text(parameter.get("expression")), text(origin.get("expression"))
    if not mine or not theirs or mine == theirs:
        return True
    bases = texts(parameter.get("base"))
    try:
        return _paths(mine, bases) == _paths(theirs, bases)
    except FhirPathError:
        return True  # told already, or not ours to tell


def _paths(expression: str, bases: list[str]) -> frozenset[Ast]:
    """The members of a union that begin at one of the bases, or at no type."""
    parts = _members(compile_expression(expression).ast)
    return frozenset(part for part in parts if _head(part) in bases or _head(part) not in resource_types())


def _members(ast: Ast) -> Iterator[Ast]:
    if isinstance(ast, Binary) and ast.operator == "|":
        yield from _members(ast.left)
        yield from _members(ast.right)
    else:
        yield ast


def _head(ast: Ast | None) -> str:
    """The name a path begins with."""
    name = ""
    while ast is not None:
        name = ast.name if isinstance(ast, Member) else ""
        if isinstance(ast, Member | Call | Index):
            ast = ast.source
        else:
            ast = ast.operand if isinstance(ast, TypeTest) else ast.left if isinstance(ast, Binary) else None
    return name


def capability_check(find: Find) -> Check:
    """The check of a CapabilityStatement: search parameters have the type their definition gives."""

    def check(statement: Any, _: Scope) -> Found:
        return [fault for path, one in _offered(statement) for fault in _offer(one, path, find)] or None

    return check


def _offered(statement: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """The search parameters of a statement, with their places."""
    for at, rest in enumerate(objects(statement.get("rest"))):
        for number, one in enumerate(objects(rest.get("searchParam"))):
            yield ("rest", at, "searchParam", number), one
        for where, resource in enumerate(objects(rest.get("resource"))):
            for number, one in enumerate(objects(resource.get("searchParam"))):
                yield ("rest", at, "resource", where, "searchParam", number), one


def _offer(offered: Json, path: tuple[str | int, ...], find: Find) -> Iterator[Fault]:
    canonical = text(offered.get("definition"))
    defined = find(canonical) if canonical else None
    if defined is not None and offered.get("type") != defined.get("type"):
        told = f"The search parameter is defined as one of type {defined.get('type')}."
        yield placed(Fault("search-type", told, "invalid"), *path)
