"""A MeasureReport held against its Measure (R4, MeasureReport): groups, populations, strata and scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed, under
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, unnumbered
from profiles.measure_scores import check_score
from profiles.plans import Check
from profiles.questionnaires import Find
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_POPULATIONS = "http://terminology.hl7.org/CodeSystem/measure-population"
_SCORINGS = ("proportion", "ratio", "continuous-variable", "cohort")


def measure_report_check(find: Find) -> Check:
    """The check of a MeasureReport; find: a Measure by its canonical."""

    def check(report: Any, scope: Scope) -> Found:
        canonical = text(report.get("measure"))
        if not canonical:
            return None
        measure = scope.resolve(canonical) if canonical.startswith("#") else find(canonical)
        if measure is None:
            told = f"The Measure {unnumbered(canonical)} is not known, so the report cannot be held against it."
            return [Fault("measure-unknown", told, "required", Severity.WARNING)]
        return [*_scoring(measure), *_groups(report, measure)] or None

    return check


def _scoring(measure: Json) -> Iterator[Fault]:
    if scoring_of(measure) not in _SCORINGS:
        told = "How the Measure scores is not known, so scores are not judged."
        yield Fault("measure-scoring", told, "business-rule", Severity.INFORMATION, step="measure")


def scoring_of(measure: Json) -> str:
    """How a Measure scores: the code of Measure.scoring."""
    codings = objects(an_object(measure.get("scoring")).get("coding"))
    return text(codings[0].get("code")) if codings else ""


def _groups(report: Json, measure: Json) -> Iterator[Fault]:
    """Each group is one of the Measure; where both have just one, its code may be left out."""
    groups, defined = objects(report.get("group")), objects(measure.get("group"))
    if len(groups) == 1 and len(defined) == 1:
        faults = [*_same_code(groups[0], defined[0]), *_group(groups[0], defined[0], report, measure)]
        yield from under("group", under(0, faults))
        return
    matched, faults = _match("group", groups, defined)
    yield from faults
    for at, group in enumerate(groups):
        if at in matched:
            yield from under("group", under(at, _group(group, matched[at], report, measure)))
    if report.get("type") != "data-collection":
        yield from _missing("group", defined, list(matched.values()))


def _same_code(group: Json, defined: Json) -> Iterator[Fault]:
    if "code" not in group or "code" not in defined:
        return
    if not _codes(group):
        yield _wrong("The group's code needs a system and a code, so that it can be compared.")
    elif not _codes(group) & _codes(defined):
        yield _wrong("The group's code is another than that of the Measure's group.")


def _group(group: Json, defined: Json, report: Json, measure: Json) -> list[Fault]:
    kind = text(report.get("type"))
    faults = _populations(group, defined, kind)
    faults += check_score(group, measure, kind, scoring_of(measure))
    strata, wanted = objects(group.get("stratifier")), objects(defined.get("stratifier"))
    matched, found = _match("stratifier", strata, wanted)
    return [*faults, *found, *_missing("stratifier", wanted, list(matched.values()))]


def _populations(group: Json, defined: Json, kind: str) -> list[Fault]:
    populations, wanted = objects(group.get("population")), objects(defined.get("population"))
    matched, faults = _match("population", populations, wanted)
    for at in matched:
        faults += under("population", under(at, list(_population(populations[at], kind))))
    needed = [one for one in wanted if (_POPULATIONS, "measure-observation") not in _codes(one)]
    return [*faults, *_missing("population", needed, list(matched.values()))]


def _population(population: Json, kind: str) -> Iterator[Fault]:
    """Subjects are listed, and as many as are counted, in reports that list them, and nowhere else."""
    listed = len(objects(population.get("subjectResults"))) or int("subjectResults" in population)
    if kind == "subject-list":
        count = population.get("count")
        if type(count) is int and count != listed:
            yield _wrong(f"The population counts {count} and lists {listed}.")
        return
    if listed:
        yield _wrong("Only a report of the type subject-list lists subjects.")
    if "count" not in population:
        yield _wrong("A population should say its count.", Severity.WARNING)


def _match(name: str, members: Sequence[Json], defined: Sequence[Json]) -> tuple[dict[int, Json], list[Fault]]:
    """Which member of the report stands for which of the Measure, by code; and those that stand for none."""
    matched: dict[int, Json] = {}
    faults = []
    for at, one in enumerate(members):
        target = next((other for other in defined if _alike(one, other)), None)
        if "code" not in one:
            problem = f"The {name} needs a code, which says what it stands for in the Measure."
        elif target is None:
            problem = f"The Measure has no {name} of this code."
        elif any(target is other for other in matched.values()):
            problem = f"Another {name} has this code already."
        else:
            matched[at] = target
            continue
        faults.append(placed(_wrong(problem), name, at))
    return matched, faults


def _missing(name: str, defined: Sequence[Json], matched: Sequence[Json]) -> Iterator[Fault]:
    for one in defined:
        if not any(one is other for other in matched):
            yield _wrong(f"A {name} of the Measure is missing: {_named(one)}.")


def _alike(one: Json, other: Json) -> bool:
    """The same code; or without codes on either side the same text."""
    mine, theirs = _concepts(one), _concepts(other)
    if any("coding" in concept for concept in (*mine, *theirs)):
        return bool(_codes(one) & _codes(other))
    return any(text(concept.get("text")) == known.get("text") for concept in mine for known in theirs)


def _concepts(holder: Json) -> list[Json]:
    """Its `code`; a stratifier in a report may have several."""
    code = holder.get("code")
    return objects(code) if isinstance(code, list) else [an_object(code)]


def _codes(holder: Json) -> frozenset[tuple[str, str]]:
    """Systems and codes of its `code`, where both are said."""
    codings = [coding for concept in _concepts(holder) for coding in objects(concept.get("coding"))]
    pairs = ((text(one.get("system")), text(one.get("code"))) for one in codings)
    return frozenset((system, code) for system, code in pairs if system and code)


def _named(holder: Json) -> str:
    """Its code for a reader."""
    codes = sorted(code for _, code in _codes(holder))
    told = codes[0] if codes else next((text(one.get("text")) for one in _concepts(holder)), "")
    return unnumbered(told) or "(without a code)"


def _wrong(told: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault("report-measure", told, "business-rule", severity)
