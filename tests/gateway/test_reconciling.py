"""Reconciling a month: a gateway's claims against registrations, imported or of hospitals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.papers.reconciliation import FORMATS
from gateway.reconciling import Scope, municipality_of, reconcile_month, sources
from settlement.lines import Line
from settlement.periods import Month
from settlement.reconciling import Compared, Finding
from settlement.registrations import Registration
from tests.gateway.world import world

SEPTEMBER = Month(2026, 9)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """Four courses of the demo month, in municipalities of one region; the month is closed."""
    with world(tmp_path, 0, 1, 2, 3) as made:
        made.months.close(SEPTEMBER)
        yield made


def lines(gateway: Gateway) -> list[Line]:
    return [line for claim in gateway.months.preview(SEPTEMBER) for line in claim.lines]


def registered(line: Line) -> Registration:
    return Registration(
        f"r-{line.id}",
        line.citizen,
        line.municipality,
        line.region,
        line.service_date,
        line.iv_type,
        line.category,
        "lpr",
    )


def compared(gateway: Gateway, **scope: Any) -> list[Compared]:
    return [one for each in reconcile_month(gateway, SEPTEMBER, Scope(**scope)) for one in each.compared]


def findings(gateway: Gateway, **scope: str) -> list[Finding]:
    return sorted(one.finding for one in compared(gateway, **scope))


def test_what_hospitals_have_said_agrees_with_what_is_claimed_by_it(gateway: Gateway) -> None:
    assert set(findings(gateway)) == {Finding.AGREED}
    assert sum(one.claimed for one in compared(gateway)) == sum(line.amount for line in lines(gateway))
    assert all(one.difference == 0 for one in compared(gateway))


def test_imported_registrations_go_before_the_hospitals_messages(gateway: Gateway) -> None:
    first, *rest = lines(gateway)
    other = "1" if first.category != "1" else "2"
    known = [replace(registered(first), category=other), *(registered(line) for line in rest[1:])]
    gateway.store.save_registrations(known, gateway.now())
    assert sources(gateway) == ["hospital", "lpr"]
    expected = sorted([Finding.CATEGORY, Finding.NOT_REGISTERED, *[Finding.AGREED] * len(rest[1:])])
    assert findings(gateway) == findings(gateway, source="lpr") == findings(gateway, source="import") == expected
    assert set(findings(gateway, source="hospital")) == {Finding.AGREED}
    differs = next(one for one in compared(gateway) if one.finding is Finding.CATEGORY)
    assert differs.expected not in (None, differs.claimed)


def test_scope_narrows_both_sides(gateway: Gateway) -> None:
    place = lines(gateway)[0].municipality
    gateway.store.save_registrations([registered(line) for line in lines(gateway)], gateway.now())
    assert len(compared(gateway, municipality=place)) == sum(line.municipality == place for line in lines(gateway))
    assert compared(gateway, region="DK-81") == []
    with pytest.raises(NotFoundError, match="iv-midtjylland"):
        compared(gateway, agreement="none")
    with pytest.raises(NotFoundError, match="hospital, import, lpr"):
        compared(gateway, source="cosmic")


def test_another_month_is_not_asked_for_what_stands_here(gateway: Gateway) -> None:
    near = replace(registered(lines(gateway)[0]))
    gateway.store.save_registrations([near], gateway.now())
    later = [one for each in reconcile_month(gateway, SEPTEMBER.next(), Scope()) for one in each.compared]
    assert later == []


def test_other_regions_courses_are_none_of_the_agreements_business(gateway: Gateway) -> None:
    known = registered(lines(gateway)[0])
    gateway.store.save_registrations([replace(known, municipality="0101", region="DK-84")], gateway.now())
    assert Finding.NOT_CLAIMED not in findings(gateway)
    gateway.store.save_registrations([replace(known, id="x", citizen="other")], gateway.now())
    assert Finding.NOT_CLAIMED in findings(gateway)


def test_each_municipality_comes_once_with_its_own_courses(gateway: Gateway) -> None:
    """Also one that only the region knows of, and one that claims but that the region does not know of."""
    first, *rest = sorted(lines(gateway), key=lambda line: line.municipality)
    alone = replace(registered(first), id="alone", citizen="other", municipality="0741")
    gateway.store.save_registrations([alone, *map(registered, rest)], gateway.now())
    found = list(reconcile_month(gateway, SEPTEMBER, Scope()))
    places = [each.municipality for each in found]
    assert places == sorted({"0741", *(line.municipality for line in lines(gateway))})
    for each in found:
        assert {municipality_of(one) for one in each.compared} == {each.municipality}
        assert list(reconcile_month(gateway, SEPTEMBER, Scope(municipality=each.municipality))) == [each]


def test_an_open_month_is_reconciled_as_it_would_be_closed(tmp_path: Path) -> None:
    with world(tmp_path, 0, 1, 2, 3) as made:
        opened = [list(reconcile_month(made, SEPTEMBER, Scope())) for _ in range(2)]
        made.months.close(SEPTEMBER)
        assert list(reconcile_month(made, SEPTEMBER, Scope())) == opened[0] == opened[1]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_files_are_the_same_bytes_each_time(gateway: Gateway, form: str, language: str) -> None:
    evil = replace(
        registered(lines(gateway)[0]),
        id="=cmd",
        source="=2+2",
        start=lines(gateway)[0].service_date + timedelta(days=2),
    )
    gateway.store.save_registrations([evil], gateway.now())
    found = list(reconcile_month(gateway, SEPTEMBER, Scope()))
    write, _ = FORMATS[form]
    body = write(found, language)
    assert body == write(found, language)
    if form == "csv":
        rows = body.decode("utf-8-sig").splitlines()
        assert len(rows) == 1 + sum(len(each.compared) for each in found)
        assert not any(cell.startswith("=") for row in rows for cell in row.split(";"))
