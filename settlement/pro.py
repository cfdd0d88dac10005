"""PRO: scores of patient-reported outcomes, exact, from dated value sets.

EQ-5D-5L, Danish value set of 2021 (Jensen et al., doi 10.1007/s40258-021-00639-3): 1 minus what each dimension's
level takes away, no constant. Only the scoring is here; the wording of the questionnaire is EuroQol's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from settlement.records import Answer

FOLDER = Path(__file__).with_name("value_sets")
EQ5D_5L_DK = "eq5d-5l-dk-2021"

_DIMENSIONS: Mapping[str, str] = {
    "mo": "MO",
    "mobility": "MO",
    "sc": "SC",
    "selfcare": "SC",
    "ua": "UA",
    "usualactivities": "UA",
    "pd": "PD",
    "paindiscomfort": "PD",
    "ad": "AD",
    "anxietydepression": "AD",
}
"""Names a questionnaire may give the five questions, in small letters without punctuation."""


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A version of a value set: what each level (1 best, 5 worst) of each dimension takes from 1."""

    id: str
    losses: Mapping[tuple[str, int], Fraction]

    @classmethod
    def load(cls, name: str = EQ5D_5L_DK) -> ValueSet:
        """A shipped value set by its name."""
        with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return cls(name, {(row["dimension"], int(row["level"])): Fraction(row["loss"]) for row in rows})

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions, in the order a health state is written ("21111")."""
        return tuple(dict.fromkeys(dimension for dimension, _ in self.losses))


def score(answers: Iterable[Answer], value_set: ValueSet) -> Fraction | None:
    """The exact score of a response; None unless each of the five questions is recognised and answered once.

    A question is recognised by its linkId ("MO", "eq5d.mobility", "/pain-discomfort"), a level by its code or value
    ("3", "MO3", "level-3").
    """
    levels = profile(answers)
    if levels is None or set(levels) != set(value_set.dimensions):
        return None
    return 1 - sum((value_set.losses[dimension, level] for dimension, level in levels.items()), Fraction(0))


def profile(answers: Iterable[Answer]) -> dict[str, int] | None:
    """The level of each dimension recognised among the answers; None where one is answered twice or with no level."""
    levels: dict[str, int] = {}
    for answer in answers:
        dimension = _dimension(answer.link_id)
        if dimension is None:
            continue
        level = _level(answer.code or answer.value, dimension)
        if level is None or dimension in levels:
            return None
        levels[dimension] = level
    return levels


def _dimension(link_id: str) -> str | None:
    last = re.split(r"[./]", link_id)[-1].lower()
    return _DIMENSIONS.get(re.sub(r"[^a-z]", "", last))


def _level(text: str, dimension: str) -> int | None:
    match = re.fullmatch(rf"(?:{dimension}|level)?[\s\-]?([1-5])", text.strip(), re.IGNORECASE)
    return int(match[1]) if match else None
