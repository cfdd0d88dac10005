"""Measures in FHIR R4: the definition as Measure, a quarter's result as a summary MeasureReport.

Kinds of measure become scorings: proportion -> proportion, count -> cohort, sum and mean -> continuous-variable. Counts
of populations are exact. A sum is written as `measureScore` alone: FHIR integers end at 2,147,483,647, and oere do not.
Every stratifier of the definition is a stratifier of the report, those of several parts with a component for each.
Texts are Danish, with the English as translation extensions.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from itertools import groupby
from typing import Any

from mappings.canonical_json import canonical_json, sealed
from mappings.measure_parts import SHAPES, population_code, score, stratifier_code, stratum_value
from mappings.outbound import MEASURE_REPORT_PROFILE, REGION_CODES, TERMINOLOGY, Party, concept, identified, translated
from profiles.names import BASE, MUNICIPALITY_CODES
from settlement.lines import Document
from settlement.measures import Count, Result, Stratum
from settlement.periods import Quarter
from settlement.quality import Measure

GOAL_MET = f"{BASE}/StructureDefinition/goal-met"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}/measure-report")
_NOTATION = f"{TERMINOLOGY}/measure-improvement-notation"


def measure_url(measure: Measure) -> str:
    """The measure's canonical url, without its version."""
    return f"{BASE}/Measure/{measure.id}"


def measure_resource(measure: Measure) -> dict[str, Any]:
    """The definition as a Measure: scoring, populations and stratifiers, with what each means in words."""
    resource = {
        "resourceType": "Measure",
        "id": measure.id,
        "url": measure_url(measure),
        "version": measure.version,
        "name": "".join(word.capitalize() for word in measure.id.split("-")),
        **translated("title", measure.title),
        "status": "active",
        **translated("description", measure.description),
        "relatedArtifact": [{"type": "derived-from", "display": measure.source}],
        "scoring": concept(f"{TERMINOLOGY}/measure-scoring", SHAPES[measure.kind].scoring),
        **_improvement(measure),
        **_guidance(measure),
        "group": [_definition(measure)],
    }
    return {name: value for name, value in resource.items() if value}


def measure_document(measure: Measure, created_at: datetime) -> Document:
    """The definition as a document, addressed to nobody: whoever reads reports may read it."""
    return _document(sealed(measure_resource(measure)), "measure", "", "", "", created_at)


def measure_report(
    result: Result,
    measure: Measure,
    quarter: Quarter,
    reporter: Party,
    recipient: str,
    created: date,
    created_at: datetime,
) -> Document:
    """The result as a MeasureReport from `reporter` to the region `recipient` ("DK-82").

    created: the date written in the report. created_at: when the document was made; not part of the bytes. The id is
    that of measure, quarter, reporter and recipient; a result that changes keeps it, under a new identifier.
    """
    report = {
        "resourceType": "MeasureReport",
        "meta": {"profile": [MEASURE_REPORT_PROFILE]},
        "id": str(uuid.uuid5(_IDS, "|".join((measure.id, str(quarter), reporter.code, recipient)))),
        "status": "complete",
        "type": "summary",
        "measure": f"{measure_url(measure)}|{measure.version}",
        "date": created.isoformat(),
        "reporter": _reporter(reporter),
        "period": {"start": quarter.first_day.isoformat(), "end": quarter.last_day.isoformat()},
        **_improvement(measure),
        "group": [_group(result, measure)],
    }
    return _document(sealed(report), "measure-report", str(quarter), reporter.code, recipient, created_at)


def _document(
    resource: dict[str, Any], kind: str, period: str, owner: str, recipient: str, created_at: datetime
) -> Document:
    body = canonical_json(resource)
    digest = hashlib.sha256(body).hexdigest()
    return Document(resource["id"], kind, period, owner, recipient, resource["status"], body, digest, created_at)


def _improvement(measure: Measure) -> dict[str, Any]:
    known = measure.improvement in ("increase", "decrease")
    return {"improvementNotation": concept(_NOTATION, measure.improvement)} if known else {}


def _guidance(measure: Measure) -> dict[str, Any]:
    if measure.goal is None:
        return {}
    goal = f"{measure.goal.comparator} {measure.goal.value}"
    return translated("guidance", {"da": f"Mål: {goal}", "en": f"Goal: {goal}"})


def _definition(measure: Measure) -> dict[str, Any]:
    populations = [_population(measure, code) for code, _ in SHAPES[measure.kind].populations]
    stratifiers = [_stratifier(names) for names in measure.stratifiers]
    group: dict[str, Any] = {"population": populations, "stratifier": stratifiers}
    return {**translated("description", measure.population_text), **{k: v for k, v in group.items() if v}}


def _population(measure: Measure, code: str) -> dict[str, Any]:
    names, texts = measure.population, measure.population_text
    if code == "numerator":
        names, texts = (*measure.population, *measure.numerator), measure.numerator_text or {}
    return {"code": population_code(code), **translated("description", texts), "criteria": _criteria(names)}


def _criteria(names: tuple[str, ...]) -> dict[str, str]:
    """The conditions by their names here, since they are no CQL: all must hold, and none is needed for "all"."""
    return {"language": "text/plain", "expression": " and ".join(names) or "all"}


def _stratifier(names: tuple[str, ...]) -> dict[str, Any]:
    if len(names) == 1:
        return {"code": stratifier_code(names[0]), "criteria": _criteria(names)}
    return {"component": [{"code": stratifier_code(name), "criteria": _criteria((name,))} for name in names]}


def _reporter(party: Party) -> dict[str, Any]:
    system = REGION_CODES if party.code.startswith("DK-") else MUNICIPALITY_CODES
    return {"type": "Organization", **(identified(system, party.code) if party.code else {}), "display": party.name}


def _group(result: Result, measure: Measure) -> dict[str, Any]:
    verdict = [] if result.goal_met is None else [{"url": GOAL_MET, "valueBoolean": result.goal_met}]
    strata = [_strata(names, list(group), measure) for names, group in groupby(result.strata, key=_names)]
    group = {
        "extension": verdict,
        "code": translated("text", measure.title),
        **_numbers(result.count, measure),
        "stratifier": strata,
    }
    return {name: value for name, value in group.items() if value}


def _names(stratum: Stratum) -> tuple[str, ...]:
    return tuple(name for name, _ in stratum.keys)


def _numbers(count: Count, measure: Measure) -> dict[str, Any]:
    shape = SHAPES[measure.kind]
    counts = {"numerator": count.numerator, "denominator": count.denominator}
    populations = [{"code": population_code(code), "count": counts[which]} for code, which in shape.populations]
    return {**({"population": populations} if populations else {}), **score(count, measure.unit, shape)}


def _strata(names: tuple[str, ...], strata: list[Stratum], measure: Measure) -> dict[str, Any]:
    return {
        "code": [stratifier_code(name) for name in names],
        "stratum": [{**_keys(stratum), **_numbers(stratum.count, measure)} for stratum in strata],
    }


def _keys(stratum: Stratum) -> dict[str, Any]:
    """A group's value, or a component for each part where it is grouped by several."""
    values = [(name, stratum_value(name, value)) for name, value in stratum.keys]
    if len(values) == 1:
        return {"value": values[0][1]}
    return {"component": [{"code": stratifier_code(name), "value": value} for name, value in values]}
