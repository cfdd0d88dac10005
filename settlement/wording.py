"""Explanations as text, in Danish and English: sentences, amounts, numbers and dates as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from settlement.money import kroner, rounded

LANGUAGES = ("da", "en")


@dataclass(frozen=True, slots=True)
class Say:
    """Says amounts and numbers in a language ("da" or "en")."""

    language: str

    def __call__(self, danish: str, english: str) -> str:
        """The text of the language."""
        return danish if self.language == "da" else english

    def money(self, amount: Fraction | int) -> str:
        """An amount in oere, to the oere."""
        return kroner(amount if isinstance(amount, int) else rounded(amount), self.language)

    def number(self, value: Fraction) -> str:
        """A number, with at most four decimals: 12,5 (da) or 12.5 (en)."""
        text = f"{Decimal(rounded(value * 10_000)) / 10_000:,.4f}".rstrip("0").rstrip(".")
        return text.translate(_DANISH) if self.language == "da" else text

    def percent(self, value: Fraction) -> str:
        """A percentage: 34 %."""
        return f"{self.number(value)} %"

    def day(self, value: date) -> str:
        """A date, as ISO 8601 has it."""
        return value.isoformat()


_DANISH = str.maketrans(",.", ".,")


def sentences(*parts: str) -> str:
    """The parts as sentences, one after the other; empty parts are left out. A part that ends in a stop keeps it."""
    told = (part.strip() for part in parts)
    return " ".join(part if part.endswith(".") else f"{part}." for part in told if part)
