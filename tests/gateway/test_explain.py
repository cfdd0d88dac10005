"""Explaining: a line with what it rests on, what was billed before and since, and the calculation made again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.errors import NotFoundError
from gateway.explain import explain
from gateway.explain_command import told
from settlement.decisions import Decision
from settlement.records import WeightCategory
from settlement.wording import Say
from tests.gateway.test_changes import use
from tests.gateway.test_months import OCTOBER, PRICED, SEPTEMBER, changed_category
from tests.gateway.world import send, world

RUNNER = CliRunner()


def test_a_line_is_traced_to_clause_rate_and_messages(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        found = explain(gateway, claim.lines[0].id)
        assert found.again.agrees
        assert found.closed
        assert found.terms.clause["da"] == "Forløbstakst efter tyngdekategori"
        assert [(rate.id, rate.legal_reference) for rate in found.rates] == [
            ("2026", "illustrativ sats, PL-fremskrevet")
        ]
        assert [one.id for one in found.inputs] == list(claim.lines[0].inputs)
        assert all(one.received_at and one.sender for one in found.inputs)
        assert found.history == claim.lines


def test_a_corrected_line_tells_what_was_billed_before_and_since(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (before,) = gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        assert "changed since" in explain(gateway, before.lines[0].id).again.text["en"]
        (after,) = gateway.months.close(OCTOBER)
        found = explain(gateway, after.lines[1].id)
        assert found.history == (before.lines[0], *after.lines)
        text = "\n".join(told(found, Say("da")))
    assert "Krævet før og siden:" in text
    assert "Netto  15.210,00 kr." in text


def test_a_line_of_an_open_month_is_explained_too(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.preview(OCTOBER)
        found = explain(gateway, claim.lines[0].id)
        assert not found.closed
        assert found.again.agrees
        assert "the month is not closed" in told(found, Say("en"))[0]


def test_an_agreement_that_is_in_force_no_more_still_explains(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        gateway.months.agreements = ()
        assert explain(gateway, claim.lines[0].id).again.agrees


def test_what_the_region_answered_is_told(tmp_path: Path) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        found = explain(gateway, claim.lines[0].id)
        assert found.decisions == ()
        said = Decision(found.line.id, 0, "not-registered", "Ukendt", datetime(2026, 10, 9, tzinfo=UTC), "m")
        text = "\n".join(told(replace(found, decisions=(said,)), Say("en")))
    assert "The region's answer:\n  2026-10-09 DKK 0.00 not-registered Ukendt" in text


def test_the_command_in_danish_and_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, PRICED) as gateway:
        (claim,) = gateway.months.close(SEPTEMBER)
        with pytest.raises(NotFoundError, match="There is no line"):
            explain(gateway, "nothing")
    use(monkeypatch, tmp_path)
    shown = RUNNER.invoke(app, ["explain", claim.lines[0].id, "--language", "da"])
    assert shown.exit_code == 0, shown.output
    assert "Genberegnet: samme beløb" in shown.output
    assert "2026-11-01 13:00 medcom-hospital-notification" in shown.output
    answer = json.loads(RUNNER.invoke(app, ["explain", claim.lines[0].id, "--json"]).output)
    assert answer["agrees"] is True
    assert answer["rates"][0]["valid_from"] == "2026-01-01"
    assert RUNNER.invoke(app, ["explain", "x", "--language", "sv"]).exit_code == 2
