"""A compiled expression: made once, evaluated often, by any number of threads."""

from __future__ import annotations

from profiles.fhirpath.compiler import compile_items, compile_truth
from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.json_paths import Direct
from profiles.fhirpath.model import Node
from profiles.fhirpath.parser import parse
from profiles.fhirpath.run import PLAIN, Code, Environment, Items, Run, Truth
from profiles.fhirpath.specialise import specialise
from profiles.fhirpath.syntax import Ast
from profiles.fhirpath.values import boolean

_TOO_DEEP = "The expression, or the data it walks through, is nested too deeply."


class Expression:
    """An expression ready to be evaluated. text: as it was written; ast: as it was read."""

    __slots__ = ("_direct", "_items", "_truth", "ast", "text")

    def __init__(self, text: str, ast: Ast, items: Code, truth: Truth) -> None:
        self.text = text
        self.ast = ast
        self._items = items
        self._truth = truth
        self._direct: dict[str, Direct | None] = {}

    def direct(self, type_name: str) -> Direct | None:
        """The expression for elements of one type, from their JSON object to True, False or None (empty).

        None where the expression is not simple enough for it. Made once for a type.
        """
        try:
            return self._direct[type_name]
        except KeyError:
            found = self._direct[type_name] = specialise(self.ast, type_name)
            return found

    def evaluate(self, node: Node | None, environment: Environment = PLAIN) -> Items:
        """The collection that the expression gives on a node; None evaluates it on nothing.

        Items are Nodes (FHIR elements) or System values. Raises FhirPathError where the specification has an error,
        and FhirPathBudgetError where the environment's steps do not suffice.
        """
        try:
            if node is not None and node.value.__class__ is dict:
                direct = self.direct(node.type)
                if direct is not None:
                    return boolean(direct(node.value))
            context: Items = [] if node is None else [node]
            return list(self._items(context, Run(context, environment)))
        except RecursionError:
            raise FhirPathError(_TOO_DEEP) from None

    def holds(self, node: Node | None, environment: Environment = PLAIN) -> bool | None:
        """The expression as a Boolean: None where it is empty (N1, 4.5). Raises as evaluate() does."""
        try:
            if node is not None and node.value.__class__ is dict:
                direct = self.direct(node.type)
                if direct is not None:
                    return direct(node.value)
            context: Items = [] if node is None else [node]
            return self._truth(context, Run(context, environment))
        except RecursionError:
            raise FhirPathError(_TOO_DEEP) from None


def compile_expression(text: str) -> Expression:
    """An expression from its text. Raises FhirPathSyntaxError, or FhirPathError for unknown functions and types."""
    try:
        ast = parse(text)
        return Expression(text, ast, compile_items(ast), compile_truth(ast))
    except RecursionError:
        raise FhirPathError(_TOO_DEEP) from None
