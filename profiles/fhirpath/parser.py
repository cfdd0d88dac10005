"""Tokens to syntax: the grammar of FHIRPath N1 (appendix B), by precedence."""

from __future__ import annotations

from profiles.fhirpath.errors import FhirPathSyntaxError
from profiles.fhirpath.lexer import Token, tokens
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

_LEVELS = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in", "contains"),
    ("=", "~", "!=", "!~"),
    ("<=", "<", ">", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
    ("*", "/", "div", "mod"),
)
_PRECEDENCE = {operator: level for level, group in enumerate(_LEVELS) for operator in group}
_TYPE_LEVEL = _PRECEDENCE["is"]
_NOT_NAMES = frozenset({"and", "or", "xor", "implies", "div", "mod", "true", "false"})
_UNITS = frozenset({"year", "month", "week", "day", "hour", "minute", "second", "millisecond"})
_CALENDAR_UNITS = _UNITS | {f"{unit}s" for unit in _UNITS}
_LITERALS = frozenset({"string", "date", "datetime", "time"})
_MAX_DEPTH = 100


def parse(text: str) -> Ast:
    """The syntax of a FHIRPath expression. Raises FhirPathSyntaxError where the text is none."""
    parser = _Parser(tokens(text))
    found = parser.expression(0)
    parser.expect_end()
    return found


class _Parser:
    """Reads one list of tokens from left to right."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def is_symbol(self, text: str) -> bool:
        return self.next.kind == "symbol" and self.next.text == text

    def expect(self, symbol: str) -> None:
        if not self.is_symbol(symbol):
            raise self.error(f'"{symbol}" is missing here.')
        self.take()

    def expect_end(self) -> None:
        if self.next.kind != "end":
            raise self.error("The expression is complete before this.")

    def error(self, text: str) -> FhirPathSyntaxError:
        return FhirPathSyntaxError(text, self.next.offset)

    def expression(self, level: int) -> Ast:
        """An expression of operators that bind at least as tightly as the level."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.error(f"More than {_MAX_DEPTH} expressions inside each other are not read.")
        left = self.unary()
        while True:
            operator = self.next.text if self.next.kind in ("symbol", "identifier") else ""
            precedence = _PRECEDENCE.get(operator, -1)
            if precedence < level:
                self.depth -= 1
                return left
            self.take()
            if precedence == _TYPE_LEVEL:
                left = TypeTest(operator, left, self.type_name())
            else:
                left = Binary(operator, left, self.expression(precedence + 1))

    def unary(self) -> Ast:
        """Signs, then a term with its path: a sign binds less tightly than what follows a dot (N1, 6.8)."""
        signs = []
        while self.is_symbol("+") or self.is_symbol("-"):
            signs.append(self.take().text)
            if len(signs) > _MAX_DEPTH:
                raise self.error("Too many signs.")
        found = self.path()
        for sign in reversed(signs):
            found = Unary(sign, found)
        return found

    def path(self) -> Ast:
        found = self.term()
        while True:
            if self.is_symbol("."):
                self.take()
                found = self.invocation(found)
            elif self.is_symbol("["):
                self.take()
                found = Index(found, self.expression(0))
                self.expect("]")
            else:
                return found

    def term(self) -> Ast:
        token = self.next
        if token.kind in _LITERALS:
            return Literal(self.take().kind, token.text)
        if token.kind == "number":
            return self.number()
        if token.kind == "identifier" and token.text in ("true", "false"):
            return Literal("boolean", self.take().text)
        if token.kind == "symbol":
            return self.symbol_term()
        return self.invocation(None)

    def symbol_term(self) -> Ast:
        if self.is_symbol("("):
            self.take()
            found = self.expression(0)
            self.expect(")")
            return found
        if self.is_symbol("{"):
            self.take()
            self.expect("}")
            return Empty()
        if self.is_symbol("%"):
            self.take()
            if self.next.kind == "string":
                return Constant(self.take().text)
            return Constant(self.identifier())
        raise self.error("A value, a path or a function is missing here.")

    def number(self) -> Ast:
        number = self.take().text
        unit = self.next
        if unit.kind == "string":
            self.take()
            return QuantityLiteral(number, unit.text, calendar=False)
        if unit.kind == "identifier" and unit.text in _CALENDAR_UNITS:
            self.take()
            return QuantityLiteral(number, unit.text, calendar=True)
        return Literal("number", number)

    def invocation(self, source: Ast | None) -> Ast:
        if self.next.kind == "variable":
            return Variable(self.take().text)
        name = self.identifier()
        if not self.is_symbol("("):
            return Member(source, name)
        self.take()
        arguments = self.arguments(name)
        self.expect(")")
        return Call(source, name, arguments)

    def arguments(self, name: str) -> tuple[Ast, ...]:
        found: list[Ast] = []
        if self.is_symbol(")"):
            return ()
        while True:
            found.append(self.argument(name))
            if not self.is_symbol(","):
                return tuple(found)
            self.take()

    def argument(self, name: str) -> Ast:
        """An argument; a key of sort() may say in which direction."""
        found = self.expression(0)
        if name == "sort" and self.next.kind == "identifier" and self.next.text in ("asc", "desc"):
            return Unary("desc", found) if self.take().text == "desc" else found
        return found

    def identifier(self) -> str:
        token = self.next
        if token.kind == "delimited" or (token.kind == "identifier" and token.text not in _NOT_NAMES):
            return self.take().text
        raise self.error("A name is missing here.")

    def type_name(self) -> str:
        name = self.identifier()
        while self.is_symbol("."):
            self.take()
            name += f".{self.identifier()}"
        return name
