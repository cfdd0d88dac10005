"""Triaging: responses that come in are told by colour where people look: on the course, and in the monitoring."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.build import Gateway
from gateway.cli import app
from gateway.demo.cast import course
from gateway.demo.municipal import questionnaire_response
from gateway.demo.sending import FHIR_JSON, Sending, as_json
from gateway.errors import SettingsError
from gateway.monitoring import monitored
from gateway.settings import Settings
from gateway.triaging import algorithms
from settlement.periods import Month
from settlement.triage import SHIPPED, Colour
from tests.gateway.pages.conftest import browsing
from tests.gateway.test_changes import use
from tests.gateway.test_months import OTHER, PRICED
from tests.gateway.world import send, world

MONTHS = (Month(2026, 1), Month(2026, 12))
QUESTIONNAIRE = "https://fhir.overgang.example/Questionnaire/ambuflex-epilepsy"
CALM = {"contact-wish": "no", "seizures": "0", "side-effects": "none", "medicine-changed": "no"}


def response(number: int, **changed: str) -> Sending:
    """A citizen's response to the scheme's questionnaire, as FHIR."""
    plan = course(number)
    at = plan.discharged + timedelta(days=1, minutes=len(changed))
    told = CALM | {name.replace("_", "-"): value for name, value in changed.items()}
    body = questionnaire_response(plan, at) | {"questionnaire": f"{QUESTIONNAIRE}|1.0.0"}
    body["id"] = f"{body['id']}-{len(changed)}"
    body["identifier"] = {"value": body["id"]}
    body["item"] = [{"linkId": name, "answer": [{"valueString": value}]} for name, value in told.items()]
    return Sending("response", f"/fhir/QuestionnaireResponse/{body['id']}", as_json(body), FHIR_JSON)


def tell(gateway: Gateway) -> None:
    send(gateway, response(PRICED), response(PRICED, contact_wish="yes"))
    send(gateway, response(OTHER, seizures="2", side_effects="some", medicine_changed="yes"))


def test_responses_are_counted_by_colour_and_the_red_ones_listed(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        assert monitored(gateway, MONTHS).triage == ()
        tell(gateway)
        found = monitored(gateway, MONTHS)
        assert found.triage == (("ambuflex-epilepsy", {"green": 1, "yellow": 1, "red": 1}),)
        (red,) = found.red
        assert (red.triage.colour, red.triage.explanation["en"]) == (Colour.RED, "contact (Wants contact)")
        assert gateway.store.episode(red.episode) is not None
        assert monitored(gateway, (Month(2025, 1), Month(2025, 2))).triage == ()


def test_pages_and_the_command_tell_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, PRICED, OTHER) as gateway:
        tell(gateway)

        async def looked() -> tuple[str, str]:
            async with browsing(gateway) as client:
                page = (await client.get("/monitor?months=2026-01..2026-12")).text
                episode = monitored(gateway, MONTHS).red[0].episode
                return page, (await client.get(f"/episodes/{episode}")).text

        monitor, episode = asyncio.run(looked())
    assert "AmbuFlex, epilepsi" in monitor
    assert "kontakt (Ønsker kontakt)" in monitor
    assert "kontakt (Ønsker kontakt)" in episode
    assert "triage-green" in episode
    use(monkeypatch, tmp_path)
    (row,) = json.loads(CliRunner().invoke(app, ["monitor", "2026-01..2026-12", "--json"]).output)["triage"]
    assert row == {"algorithm": "ambuflex-epilepsy", "green": 1, "yellow": 1, "red": 1}


def test_an_algorithm_of_ones_own_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    source = (SHIPPED / "ambuflex-epilepsy.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(source.replace("red_from = 4", "red_from = 2"), encoding="utf-8")
    known = algorithms(Settings(triage_folder=tmp_path))
    assert known[QUESTIONNAIRE].questions[0].red_from == 2
    (tmp_path / "mine.toml").write_text("id = 3", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mine\.toml"):
        algorithms(Settings(triage_folder=tmp_path))
