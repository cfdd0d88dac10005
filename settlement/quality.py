"""Quality: measures as data, evaluated exactly over the episodes and lines of a quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import ge, gt, le, lt
from pathlib import Path

from settlement.datafile import DataFileError, Section, read
from settlement.episodes import Episode
from settlement.indicators import (
    PREDICATES,
    STRATIFIERS,
    SUBJECTS,
    VALUES,
    Item,
    contact_items,
    episode_items,
    line_items,
)
from settlement.lines import Line
from settlement.measures import Count, Result, Stratum
from settlement.organisations import Directory
from settlement.periods import Quarter

SHIPPED = Path(__file__).with_name("measures")
COMPARATORS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt}
IMPROVEMENT = ("increase", "decrease", "none")

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a measure's value is held against; decided on the exact fraction, never on what is shown."""

    comparator: str
    value: Fraction

    def met(self, count: Count) -> bool | None:
        """Whether the goal is met; None where there is nothing to judge."""
        return None if count.value is None else COMPARATORS[self.comparator](count.value, self.value)


@dataclass(frozen=True, slots=True)
class Measure:
    """A quality indicator. kind, subject, predicates, value and stratifiers are names in the tables of this room.

    unit: what the value is in ("course", "oere", "min", "contact", "1" for a share). population: which items count;
    numerator: which of them are met (kind proportion). value: what is added up (kinds sum and mean).
    within_days: the limit of predicates that have one. improvement: which way is better. Texts by language.
    """

    id: str
    version: str
    kind: str
    unit: str
    subject: str
    title: Texts
    description: Texts
    population: tuple[str, ...]
    population_text: Texts
    numerator: tuple[str, ...]
    numerator_text: Texts | None
    value: str
    within_days: int
    stratifiers: tuple[tuple[str, ...], ...]
    improvement: str
    source: str
    goal: Goal | None


@dataclass(frozen=True, slots=True)
class Kind:
    """How items add up. contribute: an item's part of numerator and denominator; base: denominator without items."""

    contribute: Callable[[Measure, Item], tuple[int, int]]
    base: int
    needs_value: bool = False
    needs_numerator: bool = False


def _met(measure: Measure, item: Item) -> int:
    return int(all(PREDICATES[name](item, measure.within_days) for name in measure.numerator))


KINDS: Mapping[str, Kind] = {
    "count": Kind(lambda _, __: (1, 0), base=1),
    "sum": Kind(lambda measure, item: (VALUES[measure.value](item), 0), base=1, needs_value=True),
    "mean": Kind(lambda measure, item: (VALUES[measure.value](item), 1), base=0, needs_value=True),
    "proportion": Kind(lambda measure, item: (_met(measure, item), 1), base=0, needs_numerator=True),
}


class Tally:
    """The running numbers of one measure over one quarter."""

    def __init__(self, measure: Measure, quarter: Quarter) -> None:
        """Begin with nothing counted."""
        self._measure = measure
        self._quarter = quarter
        self._kind = KINDS[measure.kind]
        self._total = (0, 0)
        self._strata: dict[tuple[tuple[str, str], ...], tuple[int, int]] = {}

    def add(self, item: Item) -> None:
        """Count an item, if it is of the measure's subject and population."""
        measure = self._measure
        if item.subject != measure.subject:
            return
        if not all(PREDICATES[name](item, measure.within_days) for name in measure.population):
            return
        part = self._kind.contribute(measure, item)
        self._total = _plus(self._total, part)
        for names in measure.stratifiers:
            keys = tuple((name, STRATIFIERS[name](item)) for name in names)
            self._strata[keys] = _plus(self._strata.get(keys, (0, 0)), part)

    def result(self) -> Result:
        """The exact result; strata in the measure's order of stratifiers, then by key."""
        count = self._count(self._total)
        order = {names: place for place, names in enumerate(self._measure.stratifiers)}
        keys = sorted(self._strata, key=lambda keys: (order[tuple(name for name, _ in keys)], keys))
        return Result(
            measure=self._measure.id,
            kind=self._measure.kind,
            unit=self._measure.unit,
            period=str(self._quarter),
            count=count,
            strata=tuple(Stratum(key, self._count(self._strata[key])) for key in keys),
            goal_met=self._measure.goal.met(count) if self._measure.goal else None,
        )

    def _count(self, numbers: tuple[int, int]) -> Count:
        return Count(numbers[0], self._kind.base + numbers[1])


def evaluate_all(
    measures: Iterable[Measure],
    episodes: Iterable[Episode],
    quarter: Quarter,
    lines: Iterable[Line],
    directory: Directory,
) -> tuple[Result, ...]:
    """The results of several measures, in their order, reading episodes and lines once."""
    tallies = [Tally(measure, quarter) for measure in measures]
    for item in _items(episodes, quarter, lines, directory):
        for tally in tallies:
            tally.add(item)
    return tuple(tally.result() for tally in tallies)


def load_measures(folder: Path = SHIPPED) -> tuple[Measure, ...]:
    """Every measure of a folder, by file name; DataFileError (file, line, key, what to write) for a wrong one."""
    found: dict[str, Measure] = {}
    for path in sorted(folder.glob("*.toml")):
        measure = load_measure(path)
        if measure.id in found:
            raise DataFileError(f"{path.name}, id: another measure in the folder has the same id.")
        found[measure.id] = measure
    return tuple(found.values())


def load_measure(path: Path) -> Measure:
    """The measure in a TOML file."""
    top = read(path)
    top.only(*_KEYS)
    kind = top.choice("kind", KINDS)
    return Measure(
        id=top.text("id"),
        version=top.text("version"),
        kind=kind,
        unit=top.text("unit"),
        subject=top.choice("subject", SUBJECTS),
        title=top.languages("title"),
        description=top.languages("description"),
        population=_names(top, "population", PREDICATES),
        population_text=top.languages("population_text"),
        numerator=_names(top, "numerator", PREDICATES) if KINDS[kind].needs_numerator else (),
        numerator_text=top.languages("numerator_text") if KINDS[kind].needs_numerator else None,
        value=top.choice("value", VALUES) if KINDS[kind].needs_value else "",
        within_days=top.integer("within_days", 0),
        stratifiers=tuple(_stratifier(top, text) for text in top.texts("stratifiers", ())),
        improvement=top.choice("improvement", IMPROVEMENT),
        source=top.text("source"),
        goal=_goal(top.table("goal")) if top.has("goal") else None,
    )


_KEYS = (
    *("id", "version", "kind", "unit", "subject", "title", "description", "population", "population_text"),
    *("numerator", "numerator_text", "value", "within_days", "stratifiers", "improvement", "source", "goal"),
)


def _items(
    episodes: Iterable[Episode], quarter: Quarter, lines: Iterable[Line], directory: Directory
) -> Iterator[Item]:
    for episode in episodes:
        yield from episode_items(episode, quarter, directory)
        yield from contact_items(episode, quarter, directory)
    for line in lines:
        yield from line_items(line, quarter, directory)


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _names(section: Section, key: str, table: Mapping[str, object]) -> tuple[str, ...]:
    names = section.texts(key)
    if any(name not in table for name in names):
        section.fail(key, f"has an unknown name. Known: {', '.join(table)}.")
    return names


def _stratifier(section: Section, text: str) -> tuple[str, ...]:
    """A stratifier of one or more parts: "category", or "iv-type x category"."""
    names = tuple(text.split(" x "))
    if any(name not in STRATIFIERS for name in names):
        section.fail("stratifiers", f"has an unknown part. Known: {', '.join(STRATIFIERS)}; several as 'a x b'.")
    return names


def _goal(section: Section) -> Goal:
    section.only("comparator", "value")
    return Goal(section.choice("comparator", COMPARATORS), Fraction(section.number("value")))
