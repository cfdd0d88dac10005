"""Quality: the quarter's measures over what is stored, and their reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.errors import ConflictError
from gateway.store.contract import DocumentSearch
from settlement.periods import Month, Quarter
from tests.gateway.world import world

THIRD = Quarter.parse("2026-Q3")
COURSES = (0, 3, 4, 7)


def test_measures_count_what_was_taken_in(tmp_path: Path) -> None:
    with world(tmp_path, *COURSES) as gateway:
        gateway.months.close(Month.parse("2026-09"))
        results = {result.measure: result.count for result in gateway.quality.report(THIRD)}
    assert results["iv-episodes"].numerator == 4
    assert (results["iv-readmission"].numerator, results["iv-readmission"].denominator) == (1, 4)
    assert (results["iv-completeness"].numerator, results["iv-completeness"].denominator) == (3, 4)


def test_reports_go_to_the_region_of_the_municipalities(tmp_path: Path) -> None:
    with world(tmp_path, *COURSES) as gateway:
        gateway.quality.publish(THIRD)
        reports = gateway.store.documents(DocumentSearch(kinds=("measure-report",)))
        measures = gateway.store.documents(DocumentSearch(kinds=("measure",)))
        assert {report.recipient for report in reports} == {"DK-82"}
        assert len(reports) == len(measures) == len(gateway.quality.measures)
        assert all(json.loads(report.body)["resourceType"] == "MeasureReport" for report in reports)


def test_publishing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    with world(tmp_path, *COURSES) as gateway:
        first = [document.sha256 for document in gateway.quality.publish(THIRD)]
        assert [document.sha256 for document in gateway.quality.publish(THIRD)] == first


def test_a_quarter_that_is_not_over_is_shown_but_not_published(tmp_path: Path) -> None:
    with world(tmp_path, 0, now=datetime(2026, 9, 30, 12, tzinfo=UTC)) as gateway:
        assert gateway.quality.report(THIRD)
        with pytest.raises(ConflictError, match=r"2026-Q3 is not over"):
            gateway.quality.publish(THIRD)


def test_an_empty_store_reports_nothing_and_does_not_fail(tmp_path: Path) -> None:
    with world(tmp_path) as gateway:
        assert all(result.count.numerator == 0 for result in gateway.quality.report(THIRD))
        assert gateway.store.documents(DocumentSearch(kinds=("measure-report",))) == []
