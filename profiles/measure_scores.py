"""The score of a group in a MeasureReport, by how its Measure scores (R4, Measure.scoring; MeasureReport.group)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from profiles.faults import Fault, placed
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects

Json: TypeAlias = dict[str, Any]

_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
_OTHER_SCORE = "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/extension-alternateScoreType"
_NUMERIC = ("proportion", "ratio", "continuous-variable")


def check_score(group: Json, measure: Json, kind: str, scoring: str) -> list[Fault]:
    """Findings on a group's measureScore. kind: of the report; scoring: of the Measure."""
    has_score = "measureScore" in group
    if kind == "data-collection" or scoring == "cohort":
        told = "There is no score in a report of the type data-collection, nor of a Measure of a cohort."
        return [Fault("score-prohibited", told, "business-rule", step="measureScore")] if has_score else []
    if scoring not in _NUMERIC:
        return []
    if not has_score:
        return [Fault("score-missing", f"A Measure that scores by {scoring} needs a measureScore.", "required")]
    score = an_object(group["measureScore"])
    faults = list(_valued(score))
    faults += _proportion(score) if scoring == "proportion" else [] if faults else _unit(score, measure, scoring)
    return [placed(fault, "measureScore") for fault in faults]


def _valued(score: Json) -> Iterator[Fault]:
    others = [one for one in objects(score.get("extension")) if one.get("url") == _OTHER_SCORE]
    if "value" not in score and not others:
        yield Fault("score-value", "The score needs a value.", "required")


def _proportion(score: Json) -> Iterator[Fault]:
    """A proportion is a bare number from 0 to 1."""
    for key in ("unit", "system", "code"):
        if key in score:
            yield Fault("score-unit", "A proportion has no unit.", "business-rule", step=key)
    value = score.get("value")
    if isinstance(value, int | Decimal) and not 0 <= value <= 1:
        yield Fault("score-range", "A proportion lies between 0 and 1.", "required", step="value")


def _unit(score: Json, measure: Json, scoring: str) -> Iterator[Fault]:
    """The unit is the one the Measure names, where it names one."""
    named = next((one for one in objects(measure.get("extension")) if one.get("url") == _UNIT), None)
    wanted = an_object((named or {}).get("valueCoding"))
    if "code" not in score:
        if wanted:
            yield Fault("score-unit", f"The Measure wants the unit {wanted.get('code')}.", "not-found")
        elif scoring == "ratio":
            yield Fault("score-unit", "A ratio should have a unit.", "not-found", Severity.WARNING)
        return
    if wanted and score["code"] != wanted.get("code"):
        told = f"The Measure wants the unit {wanted.get('code')}."
        yield Fault("score-unit", told, "code-invalid", step="code")
    if wanted and score.get("system") != wanted.get("system"):
        yield Fault("score-unit", f"The Measure wants a unit of {wanted.get('system')}.", "code-invalid")
