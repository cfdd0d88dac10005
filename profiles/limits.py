"""Limits: how much of a document is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one document; what exceeds one is a fatal issue, never an exception.

    size: bytes of the body. depth: objects and lists (JSON) or elements (XML) inside each other.
    nodes: objects and lists, or elements, in all. items: members of one list or object.
    digits: characters of one number. exponent: absolute value of a number's exponent
    (`Decimal("1e9999999999999999999")` raises, and a huge exponent makes plain arithmetic slow).
    """

    size: int = 20 * 1024 * 1024
    depth: int = 100
    nodes: int = 2_000_000
    items: int = 500_000
    digits: int = 100
    exponent: int = 18


DEFAULT_LIMITS = Limits()
