"""overgang agreement: list, check, settle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.agreement_commands import commands
from gateway.agreements import agreements_in_force, known_agreements
from gateway.errors import NotFoundError, SettingsError
from gateway.settings import Settings
from settlement.agreements import SHIPPED

RUNNER = CliRunner()
INTER = (SHIPPED / "inter-regional.toml").read_text(encoding="utf-8")


def test_list_names_every_agreement_and_marks_those_courses_are_claimed_by() -> None:
    rows = json.loads(RUNNER.invoke(commands, ["list", "--json"]).output)
    assert {row["id"] for row in rows} == {path.stem for path in SHIPPED.glob("*.toml")}
    assert [row["id"] for row in rows if row["claimed_by"]] == ["iv-midtjylland"]
    assert "iv-midtjylland *" in RUNNER.invoke(commands, ["list"]).output


def test_check_tells_line_and_remedy(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(INTER, encoding="utf-8")
    bad.write_text(INTER.replace('kind = "percent-of"', 'kind = "percent"'), encoding="utf-8")
    assert RUNNER.invoke(commands, ["check", str(good)]).exit_code == 0
    done = RUNNER.invoke(commands, ["check", str(bad)])
    assert done.exit_code == 1
    assert "bad.toml, line" in done.output
    assert "Write one of: approval" in done.output
    assert len(json.loads(RUNNER.invoke(commands, ["check", "--json", str(bad)]).output)["problems"]) == 1


def test_settle_explains_each_amount(tmp_path: Path) -> None:
    given = tmp_path / "given.toml"
    given.write_text("drg-tariff = 43000.00\n", encoding="utf-8")
    done = RUNNER.invoke(commands, ["settle", "inter-regional", str(given), "--on", "2016-05-01"])
    assert done.exit_code == 0, done.output
    assert "treatment: DKK 38,700.00" in done.output
    assert "90 % x DKK 43,000.00 = DKK 38,700.00" in done.output
    answer = json.loads(
        RUNNER.invoke(commands, ["settle", "inter-regional", str(given), "--on", "2016-05-01", "--json"]).output
    )
    assert answer["total"] == 3_870_000


def test_settle_writes_a_fhir_invoice_with_its_evidence(tmp_path: Path) -> None:
    given, to = tmp_path / "given.toml", tmp_path / "invoice.json"
    given.write_text("drg-tariff = 43000.00\n", encoding="utf-8")
    asked = [str(given), "--on", "2016-05-01", "--fhir", str(to)]
    assert RUNNER.invoke(commands, ["settle", "inter-regional", *asked]).exit_code == 2
    assert RUNNER.invoke(commands, ["settle", "municipal-co-financing-2016", *asked, "--payee", "DK-82"]).exit_code == 2
    assert not to.exists()
    done = RUNNER.invoke(commands, ["settle", "inter-regional", *asked, "--payee", "DK-82", "--payer", "DK-81"])
    assert done.exit_code == 0, done.output
    invoice, evidence = (entry["resource"] for entry in json.loads(to.read_bytes())["entry"])
    assert (invoice["totalNet"]["value"], invoice["recipient"]["identifier"]["value"]) == (38700, "DK-81")
    assert evidence["group"][0]["measureScore"]["value"] == 43000


def test_settle_lists_what_it_needs_and_says_what_is_missing(tmp_path: Path) -> None:
    assert "drg-tariff" in RUNNER.invoke(commands, ["settle", "inter-regional"]).output
    given = tmp_path / "given.toml"
    given.write_text("rate = 90\n", encoding="utf-8")
    done = RUNNER.invoke(commands, ["settle", "inter-regional", str(given), "--on", "2016-05-01"])
    assert done.exit_code == 1
    assert "(drg-tariff)" in done.output
    given.write_text("tariff = 90\n", encoding="utf-8")
    failed = RUNNER.invoke(commands, ["settle", "inter-regional", str(given)])
    assert isinstance(failed.exception, SettingsError)
    assert isinstance(RUNNER.invoke(commands, ["settle", "nothing"]).exception, NotFoundError)


def test_own_agreements_take_the_place_of_shipped_ones(tmp_path: Path) -> None:
    own = (SHIPPED / "iv-midtjylland.toml").read_text(encoding="utf-8").replace("illustrative = true", "")
    (tmp_path / "ours.toml").write_text(own, encoding="utf-8")
    known = known_agreements(Settings(agreements_folder=tmp_path))
    assert not known["iv-midtjylland"].illustrative
    (tmp_path / "ours.toml").write_text(own.replace('kind = "tariff"', 'kind = "tarif"'), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ours\.toml, line"):
        known_agreements(Settings(agreements_folder=tmp_path))


def test_agreements_in_force_are_those_named() -> None:
    both = agreements_in_force(Settings(agreements="iv-midtjylland, iv-hovedstaden"))
    assert [agreement.id for agreement in both] == ["iv-midtjylland", "iv-hovedstaden"]
    with pytest.raises(SettingsError, match="inter-regional"):
        agreements_in_force(Settings(agreements="inter-regional"))
