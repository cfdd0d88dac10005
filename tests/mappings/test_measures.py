"""Measures in FHIR: legal R4, exact counts, and every result in its report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from fhir.resources.R4B.measure import Measure as FhirMeasure
from fhir.resources.R4B.measurereport import MeasureReport
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import content_hash
from mappings.measure_parts import EXACT_VALUE, SHAPES, score
from mappings.measures import GOAL_MET, measure_document, measure_report, measure_resource
from mappings.outbound import Party
from profiles.names import IV_TYPE_CODES, MUNICIPALITY_CODES
from profiles.structure import check_structure
from settlement.lines import Document
from settlement.measures import Count, Result, Stratum
from settlement.periods import Quarter
from settlement.quality import KINDS, Goal, Measure, load_measures

MEASURES = {measure.id: measure for measure in load_measures()}
QUARTER = Quarter(2026, 3)
AT = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
REPORTER = Party("DK-82", "Region Midtjylland")
READMISSION = MEASURES["iv-readmission"]
STRATA = (
    Stratum((("iv-type", "antibiotic"),), Count(1, 2)),
    Stratum((("iv-type", "unknown"),), Count(0, 1)),
    Stratum((("iv-type", "antibiotic"), ("category", "2")), Count(1, 2)),
    Stratum((("municipality", "0751"),), Count(1, 3)),
    Stratum((("month", "2026-07"),), Count(1, 3)),
)
RESULT = Result("iv-readmission", "proportion", "1", "2026-Q3", Count(1, 3), STRATA, goal_met=False)


def report(result: Result = RESULT, measure: Measure = READMISSION) -> Document:
    return measure_report(result, measure, QUARTER, REPORTER, "DK-82", date(2026, 10, 1), AT)


def tree(document: Document) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document.body, parse_float=Decimal)
    return content


def group(result: Result = RESULT, measure: Measure = READMISSION) -> dict[str, Any]:
    found: dict[str, Any] = tree(report(result, measure))["group"][0]
    return found


def test_every_kind_of_measure_has_a_shape() -> None:
    assert SHAPES.keys() == KINDS.keys()


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_every_shipped_measure_and_a_report_of_it_are_legal_r4(measure: Measure) -> None:
    definition, result = measure_document(measure, AT), replace(RESULT, kind=measure.kind, unit=measure.unit)
    FhirMeasure.model_validate_json(definition.body)
    MeasureReport.model_validate_json(report(result, measure).body)
    assert check_structure(tree(definition)) == ()
    assert check_structure(tree(report(result, measure))) == ()


def test_a_definition_says_what_it_counts_in_both_languages() -> None:
    resource = measure_resource(READMISSION)
    assert resource["title"] == READMISSION.title["da"]
    assert resource["_title"]["extension"][0]["extension"][1]["valueString"] == READMISSION.title["en"]
    populations = {item["code"]["coding"][0]["code"]: item for item in resource["group"][0]["population"]}
    assert populations.keys() == {"initial-population", "denominator", "numerator"}
    assert populations["numerator"]["criteria"]["expression"] == "treated and discharged and readmitted-within-days"
    assert resource["improvementNotation"]["coding"][0]["code"] == "decrease"


def test_a_goal_is_written_and_judged() -> None:
    measure = replace(READMISSION, goal=Goal("<=", Fraction(1, 5)))
    assert measure_resource(measure)["guidance"] == "Mål: <= 1/5"
    assert group()["extension"] == [{"url": GOAL_MET, "valueBoolean": False}]
    assert "extension" not in group(replace(RESULT, goal_met=None))


def test_a_proportion_keeps_its_exact_counts_beside_the_rounded_score() -> None:
    counts = {item["code"]["coding"][0]["code"]: item["count"] for item in group()["population"]}
    assert counts == {"initial-population": 3, "denominator": 3, "numerator": 1}
    assert group()["measureScore"]["value"] == Decimal("0.3333")


def test_strata_are_grouped_by_their_stratifier() -> None:
    iv_type, both, municipality, month = group()["stratifier"]
    coded, unknown = (stratum["value"]["coding"][0] for stratum in iv_type["stratum"])
    assert coded == {"system": IV_TYPE_CODES, "code": "antibiotic"}
    assert unknown["code"] == "unknown"
    assert [part["value"]["coding"][0]["code"] for part in both["stratum"][0]["component"]] == ["antibiotic", "2"]
    assert municipality["stratum"][0]["value"]["coding"][0]["system"] == MUNICIPALITY_CODES
    assert month["stratum"][0]["value"] == {"text": "2026-07"}
    assert iv_type["stratum"][0]["measureScore"]["value"] == Decimal("0.5000")


def test_nothing_to_divide_by_gives_no_score() -> None:
    assert "measureScore" not in group(replace(RESULT, count=Count(0, 0)))


def test_an_amount_is_written_in_kroner_without_loss() -> None:
    oere = 12_345_678_901
    economy = MEASURES["iv-economy"]
    result = replace(RESULT, kind="sum", unit="oere", count=Count(oere, 1), strata=())
    assert group(result, economy)["measureScore"]["value"] == Decimal("123456789.01")
    assert "population" not in group(result, economy)


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_mean_keeps_the_numbers_it_was_rounded_from(numerator: int, denominator: int) -> None:
    found = score(Count(numerator, denominator), "min", SHAPES["mean"])["measureScore"]
    assert abs(Fraction(found["value"]) - Fraction(numerator, denominator)) <= Fraction(1, 20_000)
    (exact,) = found["extension"]
    assert exact["url"] == EXACT_VALUE
    assert [part["valueDecimal"] for part in exact["extension"]] == [numerator, denominator]


def test_the_same_result_gives_the_same_bytes_and_another_a_new_identifier() -> None:
    changed = report(replace(RESULT, count=Count(2, 3)))
    assert report().body == report().body
    assert changed.id == report().id
    assert tree(changed)["identifier"] != tree(report())["identifier"]
    assert tree(report())["meta"]["tag"][0]["code"] == content_hash(tree(report()))


def test_the_document_is_addressed_to_the_region_for_the_quarter() -> None:
    document = report()
    assert (document.kind, document.period, document.owner) == ("measure-report", "2026-Q3", "DK-82")
    assert (document.recipient, document.status) == ("DK-82", "complete")
    assert tree(document)["period"] == {"start": "2026-07-01", "end": "2026-09-30"}
    definition = measure_document(READMISSION, AT)
    assert (definition.id, definition.kind, definition.recipient) == ("iv-readmission", "measure", "")
