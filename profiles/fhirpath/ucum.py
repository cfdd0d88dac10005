"""Units of measure: reading UCUM codes, and what they are made of (UCUM 2.2, chapters 2-4).

A unit is reduced to an exact factor and powers of base units. Units on scales without a ratio (Cel, pH) and
arbitrary units ([iU]) are kept as dimensions of their own: each is comparable with itself alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("ucum.csv")
_BASE = ("m", "s", "g", "rad", "K", "C", "cd")
_TENS = {"Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2}
_TENTHS = {"m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24}
_TWOS = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}
_PREFIXES = {
    **{prefix: Fraction(10) ** power for prefix, power in (_TENS | _TENTHS).items()},
    **{prefix: Fraction(2) ** power for prefix, power in _TWOS.items()},
}
_COMPONENT = re.compile(r"(?P<symbol>(?:10[*^]|\[[^\[\]{}]*\]|[^0-9./()+\-{}\[\]])*)(?P<power>[+-]?[0-9]{1,3})?")
_NUMBER = re.compile(r"[1-9][0-9]{0,19}(?![0-9*^])")
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_LONGEST = 200
_HIGHEST_POWER = 60

Powers = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit reduced: factor times base units to their powers, sorted by name."""

    factor: Fraction
    powers: Powers


@dataclass(frozen=True, slots=True)
class _Atom:
    kind: str
    value: str
    unit: str


class _NoUnitError(ValueError):
    """The code is no UCUM unit; stays within this file."""


@lru_cache(maxsize=4096)
def reduce_unit(code: str) -> Unit | None:
    """What a UCUM code is made of; None where it is none. Case-sensitive."""
    try:
        symbols = _Reader(code).all()
        return _product((_reduce_symbol(symbol), power) for symbol, power in symbols)
    except _NoUnitError:
        return None


@lru_cache(maxsize=4096)
def symbols_of(code: str) -> Mapping[str, int] | None:
    """The units of a code as written, with their powers: "g/m" is {"g": 1, "m": -1}. None where it is none."""
    try:
        symbols = _Reader(code).all()
    except _NoUnitError:
        return None
    powers: dict[str, int] = {}
    for symbol, power in symbols:
        powers[symbol] = powers.get(symbol, 0) + power
    return powers


def unit_text(powers: Mapping[str, int]) -> str:
    """A code of units and their powers: "m", "m2", "g/m", "/s"; "1" without any."""
    above = [f"{symbol}{power if power > 1 else ''}" for symbol, power in powers.items() if power > 0]
    below = [f"/{symbol}{-power if power < -1 else ''}" for symbol, power in powers.items() if power < 0]
    return ".".join(above) + "".join(below) or "1"


class _Reader:
    """Reads one code: terms of components joined by "." and "/"."""

    def __init__(self, code: str) -> None:
        if not code or len(code) > _LONGEST or not code.isascii():
            raise _NoUnitError
        self.code = code
        self.at = 0
        self.depth = 0

    def all(self) -> list[tuple[str, int]]:
        """Symbols with their powers, in order; numbers are symbols too."""
        found = self.term()
        if self.at != len(self.code):
            raise _NoUnitError
        return found

    def term(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        sign = 1
        if self.code.startswith("/", self.at):
            sign, self.at = -1, self.at + 1
        while True:
            found += [(symbol, sign * power) for symbol, power in self.component()]
            mark = self.code[self.at : self.at + 1]
            if mark not in (".", "/") or not mark:
                return found
            sign, self.at = (1 if mark == "." else -1), self.at + 1

    def component(self) -> list[tuple[str, int]]:
        if self.code.startswith("(", self.at):
            return self.group()
        annotation = _ANNOTATION.match(self.code, self.at)
        if annotation is not None:
            self.at = annotation.end()
            return []
        number = _NUMBER.match(self.code, self.at)
        if number is not None:
            self.at = number.end()
            self.skip_annotation()
            return [(number[0], 1)]
        return [self.simple()]

    def group(self) -> list[tuple[str, int]]:
        self.at += 1
        self.depth += 1
        if self.depth > 20:
            raise _NoUnitError
        found = self.term()
        if not self.code.startswith(")", self.at):
            raise _NoUnitError
        self.at += 1
        self.skip_annotation()
        return found

    def simple(self) -> tuple[str, int]:
        match = _COMPONENT.match(self.code, self.at)
        if match is None or not match["symbol"]:
            raise _NoUnitError
        self.at = match.end()
        self.skip_annotation()
        power = int(match["power"] or 1)
        if abs(power) > _HIGHEST_POWER:
            raise _NoUnitError
        _reduce_symbol(match["symbol"])
        return match["symbol"], power

    def skip_annotation(self) -> None:
        annotation = _ANNOTATION.match(self.code, self.at)
        self.at = annotation.end() if annotation else self.at


@cache
def _atoms() -> Mapping[str, _Atom]:
    with _TABLE.open(encoding="ascii", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["code"]: _Atom(row["kind"], row["value"], row["unit"]) for row in rows}


@lru_cache(maxsize=4096)
def _reduce_symbol(symbol: str) -> Unit:
    """A symbol alone: a number, a base unit, a unit of the table, or one of them with a prefix."""
    if symbol.isdigit():
        return Unit(Fraction(int(symbol)), ())
    whole = _reduce_atom(symbol)
    if whole is not None:
        return whole
    for length in (1, 2):
        factor = _PREFIXES.get(symbol[:length])
        rest = symbol[length:]
        metric = rest in _BASE or "m" in _atoms().get(rest, _Atom("-", "", "")).kind
        unit = _reduce_atom(rest) if metric and factor is not None else None
        if unit is not None and factor is not None:
            return Unit(unit.factor * factor, unit.powers)
    raise _NoUnitError


def _reduce_atom(symbol: str) -> Unit | None:
    if symbol in _BASE:
        return Unit(Fraction(1), ((symbol, 1),))
    atom = _atoms().get(symbol)
    if atom is None:
        return None
    if "x" in atom.kind or ("a" in atom.kind and atom.unit == "1"):
        return Unit(Fraction(1), ((symbol, 1),))
    unit = reduce_unit(atom.unit)
    return Unit(unit.factor * Fraction(atom.value), unit.powers) if unit else None


def _product(units: Iterable[tuple[Unit, int]]) -> Unit:
    factor = Fraction(1)
    powers: dict[str, int] = {}
    for unit, power in units:
        factor *= unit.factor**power
        for base, exponent in unit.powers:
            powers[base] = powers.get(base, 0) + exponent * power
    return Unit(factor, tuple(sorted((base, power) for base, power in powers.items() if power)))
