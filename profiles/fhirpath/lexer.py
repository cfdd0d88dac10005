"""Text to tokens (FHIRPath N1, 7 Lexical Elements and appendix B)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from profiles.fhirpath.errors import FhirPathSyntaxError

MAX_LENGTH = 100_000
_LONGEST_NUMBER = 40
_TIME = r"[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_TOKEN = re.compile(
    r"(?P<space>[ \r\n\t]+|//[^\r\n]*|/\*.*?\*/)"
    rf"|@(?P<datetime>{_DATE}T(?:{_TIME}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?)"
    rf"|@T(?P<time>{_TIME})"
    rf"|@(?P<date>{_DATE})"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|'(?P<string>(?:[^'\\]|\\.)*)'"
    r"|`(?P<delimited>(?:[^`\\]|\\.)*)`"
    r"|(?P<identifier>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\$(?P<variable>this|index|total)\b"
    r"|(?P<symbol><=|>=|!=|!~|/(?!\*)|[<>=~|&+\-*.,()\[\]{}%])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """kind: a group of the lexer's pattern, or "end". text: without quotes, escapes resolved."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, white space and comments left out, with an "end" last.

    Raises FhirPathSyntaxError at the first character that begins no token.
    """
    if len(text) > MAX_LENGTH:
        raise FhirPathSyntaxError(f"An expression of more than {MAX_LENGTH} characters is not read.", MAX_LENGTH)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FhirPathSyntaxError("Nothing in FHIRPath begins like this.", at)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, _content(kind, match[kind], at), at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found


def _content(kind: str, text: str, offset: int) -> str:
    if kind == "number" and len(text) > _LONGEST_NUMBER:
        raise FhirPathSyntaxError(f"A number of more than {_LONGEST_NUMBER} characters is not read.", offset)
    if kind not in ("string", "delimited") or "\\" not in text:
        return text
    resolved = _ESCAPE.sub(_resolve, text)
    try:
        return resolved.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FhirPathSyntaxError("A \\u escape names half of a surrogate pair.", offset) from None


def _resolve(match: re.Match[str]) -> str:
    """The character an escape stands for; a backslash before anything else is left out (N1, 4.1.2)."""
    if match[1]:
        return chr(int(match[1], 16))
    return _ESCAPED.get(match[2], match[2])
