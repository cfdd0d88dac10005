"""overgang months, decide and paid: a month's life from draft to paid, by hand, through the gateway's own intake."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.build import Gateway, build
from gateway.cli import app
from gateway.settings import read_settings
from settlement.disputes import Step, added, raised
from settlement.lines import Line
from settlement.periods import Month
from tests.gateway.test_months import OTHER, PRICED
from tests.gateway.test_replay import replayed
from tests.gateway.world import NOVEMBER, world

Run = Callable[..., Any]
SEPTEMBER = Month.parse("2026-09")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a store with two courses, of which September is not closed yet."""
    with world(tmp_path, PRICED, OTHER):
        pass
    monkeypatch.setenv("OVERGANG_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("OVERGANG_ORGANISATIONS", str(tmp_path / "organisations.toml"))
    monkeypatch.setenv("OVERGANG_PSEUDONYM_KEY", "test")
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, list(arguments), catch_exceptions=False)


def opened() -> Gateway:
    return build(read_settings(), now=lambda: NOVEMBER)


def claims(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("months", "2026-09", "--json").stdout)
    return found


def closed(run: Run) -> list[dict[str, Any]]:
    """The claims once the month is closed."""
    gateway = opened()
    gateway.months.close(SEPTEMBER)
    gateway.close()
    return claims(run)


def states(run: Run) -> list[str]:
    return [claim["state"] for claim in claims(run)]


def test_a_month_lives_from_draft_to_paid(run: Run, tmp_path: Path) -> None:
    assert states(run) == ["draft", "draft"]
    first, second = closed(run)
    assert states(run) == ["submitted", "submitted"]
    assert run("decide", first["id"], "--approve-all").exit_code == 0
    assert states(run) == ["closed", "submitted"]
    assert run("paid", first["id"], "--on", "2026-11-30", "--reference", "1").exit_code == 0
    assert states(run) == ["paid", "submitted"]
    (month,) = json.loads(run("months", "--json").stdout)
    assert (month["state"], month["claims"], month["paid"]) == ("submitted", 2, first["total"])
    assert month["claimed"] == first["total"] + second["total"]
    assert "submitted" in run("months").stdout
    assert first["id"] in run("months", "2026-09").stdout
    gateway = opened()
    assert replayed(gateway, tmp_path / "scratch").identical
    gateway.close()


def test_one_line_is_reduced_and_the_rest_approved(run: Run) -> None:
    claim = closed(run)[0]
    line = claim["lines"][0]["id"]
    done = run(
        "decide", claim["id"], "--line", line, "--approve", "1.000,50", "--reason", "other-amount", "--approve-all"
    )
    assert done.exit_code == 0
    after = claims(run)[0]
    (found,) = [one for one in after["lines"] if one["id"] == line]
    assert (found["verdict"], found["decision"]["approved"], found["decision"]["reason"]) == (
        "reduced",
        100050,
        "other-amount",
    )
    assert (after["state"], after["undecided"], after["owed"]) == ("closed", 0, after["approved"])
    assert run("decide", claim["id"], "--approve-all").stdout == "Every line is decided on already.\n"


def test_what_is_paid_and_not_owed_is_shown(run: Run) -> None:
    claim = closed(run)[0]
    run("decide", claim["id"], "--approve-all")
    less = run("paid", claim["id"], "--on", "2026-11-30", "--reference", "1", "--amount", "1000")
    assert less.exit_code == 1
    assert f"difference -DKK {(claim['total'] - 100000) / 100:,.2f}" in less.stdout
    assert states(run)[0] == "closed"
    assert run("paid", claim["id"], "--on", "2026-11-30", "--reference", "1").exit_code == 0
    assert states(run)[0] == "paid"


def test_a_claim_in_dispute_is_answered_and_not_closed(run: Run) -> None:
    claim = closed(run)[0]
    run("decide", claim["id"], "--approve-all")
    gateway = opened()
    line = gateway.store.line(claim["lines"][0]["id"])
    assert isinstance(line, Line)
    entry = raised(line.id, (), "other", "Hvorfor?", "municipality", "", datetime(2026, 11, 2, tzinfo=UTC))
    gateway.store.add_dispute_entry(entry)
    assert states(run)[0] == "answered"
    (dispute,) = gateway.store.disputes()
    ended = added(dispute, Step.CLOSED, "Derfor.", "region", "", datetime(2026, 11, 3, tzinfo=UTC))
    gateway.store.add_dispute_entry(ended)
    gateway.close()
    assert states(run)[0] == "closed"


def test_a_refused_answer_is_told_and_changes_nothing(run: Run) -> None:
    claim = closed(run)[0]
    line = claim["lines"][0]["id"]
    too_much = run("decide", claim["id"], "--line", line, "--approve", "99999999", "--reason", "other")
    assert too_much.exit_code == 1
    assert "approved-beyond-claim" in too_much.stdout
    assert states(run)[0] == "submitted"


@pytest.mark.parametrize(
    "arguments",
    [
        ("decide", "{claim}"),
        ("decide", "{claim}", "--line", "{line}"),
        ("decide", "{claim}", "--approve", "5"),
        ("decide", "{claim}", "--line", "{line}", "--approve", "five"),
        ("decide", "{claim}", "--line", "{line}", "--approve", "1.005"),
        ("decide", "{claim}", "--line", "another", "--approve", "5"),
        ("paid", "{claim}", "--on", "30/11", "--reference", "1"),
        ("paid", "{claim}", "--on", "2026-11-30", "--reference", "1", "--amount", "NaN"),
    ],
)
def test_wrong_usage_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    claim = closed(run)[0]
    done = run(*(part.format(claim=claim["id"], line=claim["lines"][0]["id"]) for part in arguments))
    assert done.exit_code == 2
    assert states(run)[0] == "submitted"


def test_an_invoice_lives_from_draft_to_paid_with_its_month(run: Run, tmp_path: Path) -> None:
    inputs = tmp_path / "goals.toml"
    inputs.write_text("met = {a = true, b = true}\n", encoding="utf-8")
    goals = ("agreement", "settle", "rygcenter-syddanmark-2016", str(inputs), "--on", "2016-12-31")
    assert run(*goals, "--month", "2026-09").exit_code == 2
    kept = run(*goals, "--month", "2026-09", "--payee", "0751", "--payer", "DK-82")
    assert "Draft invoice" in kept.stdout
    (draft,) = [row for row in claims(run) if row["kind"] == "invoice"]
    assert (draft["state"], draft["total"], draft["paid"]) == ("draft", 50_000_000, None)
    assert draft["id"] in run("close", "2026-09").stdout
    listed = run("months", "2026-09").stdout
    assert f"{draft['id']}  submitted" in listed
    (month,) = json.loads(run("months", "--json").stdout)
    assert (month["claims"], month["invoices"]) == (2, 1)


def test_one_payment_covers_a_claim_and_an_invoice_and_parts_add_up(run: Run, tmp_path: Path) -> None:
    goals = tmp_path / "goals.toml"
    goals.write_text("met = {a = true}\n", encoding="utf-8")
    gateway = opened()
    claim = next(gateway.months.preview(SEPTEMBER))
    gateway.close()
    parties = ("--payee", claim.municipality, "--payer", claim.region)
    run(
        "agreement",
        "settle",
        "rygcenter-syddanmark-2016",
        str(goals),
        "--on",
        "2016-12-31",
        "--month",
        "2026-09",
        *parties,
    )
    assert run("close", "2026-09").exit_code == 0
    (invoice,) = [row for row in claims(run) if row["kind"] == "invoice"]
    both = (claim.id, invoice["id"])
    assert run("paid", *both, "--on", "2026-11-20", "--reference", "1", "--amount", "5").exit_code == 2
    done = run("paid", *both, "--on", "2026-11-20", "--reference", "1")
    assert (done.exit_code, done.stdout.count("difference DKK 0.00")) == (0, 2)
    found = {row["id"]: row for row in claims(run)}
    assert {found[name]["state"] for name in both} == {"paid"}
    more = run("paid", invoice["id"], "--on", "2026-11-21", "--reference", "2", "--amount", "100,00")
    assert (more.exit_code, "difference DKK 100.00" in more.stdout) == (1, True)
    run("paid", claim.id, "--on", "2026-11-21", "--reference", "3", "--amount", "0,01")
    found = {row["id"]: row for row in claims(run)}
    assert found[invoice["id"]]["paid"] == invoice["total"] + 10000
    assert (found[claim.id]["overpaid"], found[claim.id]["state"]) == (1, "submitted")
    assert "more than is owed" in run("months", "2026-09").stdout
    gateway = opened()
    assert replayed(gateway, tmp_path / "scratch").identical
    gateway.close()
