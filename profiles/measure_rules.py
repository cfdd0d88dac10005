"""Rules of FHIR's Measure (R4, Measure): its libraries, groups, populations and what divides them into strata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from profiles.cql_libraries import check_criteria
from profiles.faults import Fault, Found, placed, under
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, texts, unnumbered
from profiles.plans import Check
from profiles.questionnaires import Find
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]


def measure_check(find: Find) -> Check:
    """The check of a Measure; find: a Library by its canonical."""

    def check(measure: Any, _: Scope) -> Found:
        named = [(canonical, find(canonical)) for canonical in texts(measure.get("library"))]
        faults = [_unknown(canonical) for canonical, library in named if library is None]
        groups = objects(measure.get("group"))
        if not groups:
            faults.append(_advice("A Measure should have a group."))
        libraries = [library for _, library in named if library is not None]
        for at, group in enumerate(groups):
            found = [*_group(group, len(groups)), *_strata(group, libraries)]
            faults += under("group", under(at, found))
        return faults or None

    return check


def _unknown(canonical: str) -> Fault:
    told = f"The library {unnumbered(canonical)} is not known, so expressions cannot be found in it."
    return Fault("library-unknown", told, "not-found", Severity.INFORMATION)


def _group(group: Json, count: int) -> Iterator[Fault]:
    if count > 1 and "code" not in group:
        yield _advice("Of several groups each should have a code.")
    populations = objects(group.get("population"))
    if not populations:
        yield _advice("A group should have a population.")
    yield from _uncoded("population", populations)


def _strata(group: Json, libraries: Sequence[Json]) -> Iterator[Fault]:
    """What divides a group, and the components of that: codes, and criteria a library defines."""
    stratifiers = objects(group.get("stratifier"))
    yield from _uncoded("stratifier", stratifiers)
    for at, one in enumerate(stratifiers):
        components = objects(one.get("component"))
        found = [*_criteria(one, libraries), *_uncoded("component", components)]
        for number, component in enumerate(components):
            found += under("component", under(number, _criteria(component, libraries)))
        yield from under("stratifier", under(at, found))


def _criteria(holder: Json, libraries: Sequence[Json]) -> list[Fault]:
    return under("criteria", check_criteria(an_object(holder.get("criteria")), libraries))


def _uncoded(name: str, members: Sequence[Json]) -> Iterator[Fault]:
    """Those of several that no code tells apart."""
    for at, one in enumerate(members):
        if len(members) > 1 and "code" not in one:
            yield placed(_advice(f"Of several {name}s each should have a code."), name, at)


def _advice(told: str) -> Fault:
    return Fault("measure-incomplete", told, "required", Severity.WARNING)
