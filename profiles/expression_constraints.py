"""Expression constraints of SNOMED CT (ECL 2.2, brief and long syntax): whether a text is well-formed.

Which concepts one means only a terminology server can tell; what stands inside filters ({{ }}) is not judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 20_000
_DEEPEST = 50
_TOKEN = re.compile(
    r"""(?:
    (?P<term>\|[^|]*\|)
    |(?P<alternative>(?:[A-Za-z][\w\-]*|"[^"]+")\#(?:[\w.\-]+|"[^"]+"))
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<filter>\{\{(?:[^"}]|"(?:[^"\\]|\\.)*"|\}(?!\}))*\}\})
    |(?P<number>\#[+\-]?\d+(?:\.\d+)?)
    |(?P<cardinality>\[\s*\d+\s*\.\.\s*(?:\d+|\*)\s*\])
    |(?P<fields>\[\s*[\w*]+(?:\s*,\s*\w+)*\s*\])
    |(?P<compare>!=|<=|>=|<>|=)
    |(?P<operator><<!|<<|<!|>>!|>>|>!|!!>|!!<|<|>)
    |(?P<concept>[1-9]\d{5,17}(?!\d))
    |(?P<word>[A-Za-z]+:?)
    |(?P<sign>[(){}:,.*^])
    |(?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
).match
_SPACE = re.compile(r"(?:\s|/\*(?:[^*]|\*(?!/))*+\*/)*+").match
_OPERATORS = frozenset(
    (
        *("descendantof", "descendantorselfof", "childof", "childorselfof", "ancestorof", "ancestororselfof"),
        *("parentof", "parentorselfof", "top", "bottom"),
    )
)
_JOINS = {",": "and", "and": "and", "or": "or", "minus": "minus"}


def constraint_problem(text: str) -> str:
    """What is wrong with an expression constraint, as "character 8: ..."; "" where it is well-formed, or too long or
    nested too deeply to say."""
    if len(text) > _LONGEST:
        return ""
    try:
        parser = _Parser(_tokens(text))
        parser.expression(0)
        parser.expect("end", "the end, or AND, OR or MINUS with another expression")
    except _TooDeepError:
        return ""
    except _SyntaxError as problem:
        return str(problem)
    return ""


class _SyntaxError(ValueError):
    """The text is not well-formed; says where and why."""


class _TooDeepError(ValueError):
    """The text is nested more deeply than is followed."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while not found or found[-1].kind != "end":
        space = _SPACE(text, at)
        at = space.end() if space else at
        match = _TOKEN(text, at)
        if match is None:
            raise _SyntaxError(f"character {at + 1}: nothing in an expression constraint is written like this.")
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind) + 1))
        at = match.end()
    return found


class _Parser:
    """Reads tokens by the grammar, in one pass without going back."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *wanted: str) -> bool:
        """Takes the next token where its kind or its text is wanted."""
        is_wanted = self._next.kind in wanted or self._next.text.lower() in wanted
        self._at += is_wanted and self._next.kind != "end"
        return is_wanted

    def expect(self, wanted: str, told: str) -> None:
        """Takes the next token, which must be this."""
        if not self._take(wanted):
            raise _SyntaxError(f"character {self._next.at}: {told} should stand here.")

    def _join(self) -> str:
        """What joins to the next part, which is taken; "" where nothing does."""
        found = _JOINS.get(self._next.text.lower(), "") if self._next.kind in ("word", "sign") else ""
        self._at += bool(found)
        return found

    def expression(self, depth: int) -> None:
        """A constraint: one refined or followed along attributes, or several joined in one way."""
        if depth > _DEEPEST:
            raise _TooDeepError
        self._part(depth)
        if self._take(":"):
            self._refinement(depth)
            return
        if self._next.text == ".":
            while self._take("."):
                self._part(depth)
            return
        at, first = self._next.at, self._join()
        joined = first
        while joined:
            self._part(depth)
            at, joined = self._next.at, self._join()
            if joined and (joined != first or joined == "minus"):
                raise _SyntaxError(f"character {at}: parts joined in another way must stand in brackets.")

    def _part(self, depth: int) -> None:
        """A concept, all of them, or an expression in brackets, with what operators and filters make of it."""
        if self._next.text.lower() in _OPERATORS or self._next.kind == "operator":
            self._at += 1
        if self._take("^", "memberof"):
            self._take("fields")
        if self._take("("):
            self.expression(depth + 1)
            self.expect(")", "a closing bracket")
        elif self._take("concept", "alternative"):
            self._take("term")
        elif not self._take("*", "any"):
            raise _SyntaxError(f"character {self._next.at}: a concept, * or an opening bracket should stand here.")
        while self._take("filter"):
            pass

    def _refinement(self, depth: int) -> None:
        """Attributes and groups of them, joined by AND or OR."""
        if depth > _DEEPEST:
            raise _TooDeepError
        while True:
            self._refined(depth)
            if self._join() not in ("and", "or"):
                return

    def _refined(self, depth: int) -> None:
        """An attribute, a group of attributes, or refinements in brackets."""
        self._take("cardinality")
        if self._take("{"):
            self._refinement(depth + 1)
            self.expect("}", "a closing brace")
        elif self._next.text == "(" and self._is_refinement():
            self._at += 1
            self._refinement(depth + 1)
            self.expect(")", "a closing bracket")
        else:
            self._take("r", "reverseof")
            self._part(depth + 1)
            self._value(depth)

    def _is_refinement(self) -> bool:
        """Whether the bracket that opens here holds comparisons, and so no attribute's name."""
        depth = 0
        for token in self._tokens[self._at :]:
            depth += (token.text in ("(", "{")) - (token.text in (")", "}"))
            if depth == 0:
                return False
            if token.kind == "compare" and depth == 1:
                return True
        return False

    def _value(self, depth: int) -> None:
        """What an attribute is compared with."""
        if not self._take("compare", "<", ">"):
            raise _SyntaxError(f"character {self._next.at}: a comparison should stand here, as in 363698007 = *.")
        if self._take("number", "text", "true", "false"):
            return
        is_set = self._next.text == "(" and self._tokens[self._at + 1].kind in ("text", "number")
        if self._take("match:", "wild:") or is_set:
            self._texts()
        else:
            self._part(depth + 1)

    def _texts(self) -> None:
        """A text, or several texts or numbers in brackets."""
        if not self._take("("):
            self.expect("text", 'a text in "quotation marks"')
            return
        while self._take("text", "number", ","):
            pass
        self.expect(")", "a closing bracket")
