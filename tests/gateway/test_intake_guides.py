"""Messages are judged by the guide of their format where it is installed; what the review lowers refuses nothing."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.build import Gateway, build
from gateway.cli import app
from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.demo.sending import MLLP
from gateway.errors import SettingsError
from gateway.intake import Taken
from gateway.intake_guides import GUIDED, IntakeGuides, pinned, reviewed
from gateway.replay import replay
from gateway.settings import Settings
from gateway.store.opening import open_store
from mappings.formats import FORMATS, read
from mappings.reading import Outcome, Reading
from profiles.issue import Severity
from profiles.review import Review
from tests.bench.messages import notification
from tests.profiles.archives import put_package
from tests.shared import shared_data

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOSPITAL = "medcom.fhir.dk.hospitalnotification"
MESSAGE = GUIDED["medcom-hospital-notification"].profiles[0]


def message_profile(version: str, *constraints: dict[str, str]) -> dict[str, Any]:
    """A profile for discharges that says what a test wants of the Bundle."""
    return {
        "resourceType": "StructureDefinition",
        "id": "m",
        "url": MESSAGE,
        "version": version,
        "name": "M",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Bundle",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Bundle",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Bundle", "path": "Bundle", "constraint": list(constraints)}]},
    }


def rule(severity: str, expression: str = "timestamp < @2000-01-01") -> dict[str, str]:
    return {"key": "test-1", "severity": severity, "human": "Nothing is new.", "expression": expression}


def extension(url: str) -> dict[str, Any]:
    """A definition of an extension that may stand anywhere."""
    return {
        "resourceType": "StructureDefinition",
        "id": url.rpartition("/")[2],
        "url": url,
        "name": "E",
        "status": "active",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": "Element"}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Extension", "path": "Extension"}]},
    }


def put_guide(folder: Path, version: str, *constraints: dict[str, str]) -> None:
    """A guide for discharges, with the extensions of others that they hold."""
    used = sorted(set(re.findall(rb'"url": ?"(http://medcomfhir[^"]+)"', discharge())))
    resources = [message_profile(version, *constraints), *(extension(url.decode()) for url in used)]
    put_package(folder, HOSPITAL, version, resources)


def gateway_in(folder: Path, now: datetime = NOON, **more: Any) -> Gateway:
    settings = Settings(
        data_folder=folder, pseudonym_key="test", package_folders=str(folder), **{"review": None, **more}
    )
    return build(settings, now=lambda: now)


def take(gateway: Gateway, body: bytes) -> Taken:
    return asyncio.run(gateway.intake.take(body, channel="http", family=None, media_type="", peer=None))


def discharge() -> bytes:
    """A discharge that claims no profile, so that only the guide of its format can have judged it."""
    bundle = json.loads(notification("guide", 1))
    for resource in (bundle, *(entry["resource"] for entry in bundle["entry"])):
        resource.pop("meta", None)
    text = json.dumps(bundle)
    return text.encode()


def test_every_guided_format_exists() -> None:
    assert set(GUIDED) <= {form.name for form in FORMATS}


def test_without_its_guide_a_message_is_taken_in_by_the_rules_of_its_format(tmp_path: Path) -> None:
    with closing(gateway_in(tmp_path)) as gateway:
        assert take(gateway, discharge()).verdict.guide == ""


@pytest.mark.parametrize(
    ("severity", "outcome", "code"),
    [("error", Outcome.REFUSED, "fatal-error"), ("warning", Outcome.ACCEPTED_WITH_WARNINGS, "ok")],
)
def test_what_the_guide_finds_is_in_the_receipt(tmp_path: Path, severity: str, outcome: Outcome, code: str) -> None:
    put_guide(tmp_path, "3.0.2", rule(severity))
    with closing(gateway_in(tmp_path)) as gateway:
        taken = take(gateway, discharge())
    assert (taken.outcome, taken.verdict.guide) == (outcome, f"{HOSPITAL}#3.0.2")
    assert taken.receipt is not None
    resources = [entry["resource"] for entry in json.loads(taken.receipt.body)["entry"]]
    assert resources[0]["response"]["code"] == code
    told = [issue for issue in resources[-1]["issue"] if issue["details"]["text"] == "test-1"]
    assert [(issue["severity"], issue["expression"]) for issue in told] == [(severity, ["Bundle"])]


def test_a_refused_message_makes_no_episode(tmp_path: Path) -> None:
    put_guide(tmp_path, "3.0.2", rule("error"))
    with closing(gateway_in(tmp_path)) as gateway:
        take(gateway, discharge())
        gateway.projection.refresh()
        assert list(gateway.store.every_episode()) == []


def test_the_reviewed_file_of_the_settings_comes_first(tmp_path: Path) -> None:
    put_guide(tmp_path, "3.0.2", rule("error"))
    review = tmp_path / "review.toml"
    review.write_text('[[finding]]\ncode = "test-1"\naction = "silence"\nreason = "known"\n', encoding="utf-8")
    with closing(gateway_in(tmp_path, review=review)) as gateway:
        assert not [issue for issue in take(gateway, discharge()).verdict.issues if issue.code == "test-1"]


def test_the_latest_version_judges_unless_another_is_named(tmp_path: Path) -> None:
    for version in ("3.0.1", "3.0.2"):
        put_guide(tmp_path, version)
    for named, used in (("", "3.0.2"), (f"{HOSPITAL}#3.0.1", "3.0.1")):
        with closing(gateway_in(tmp_path, guide_versions=named)) as gateway:
            assert gateway.guides.label("medcom-hospital-notification") == f"{HOSPITAL}#{used}"


def test_a_named_version_that_is_not_installed_stops_the_start(tmp_path: Path) -> None:
    with (
        closing(gateway_in(tmp_path, guide_versions=f"{HOSPITAL}#9.9.9")) as gateway,
        pytest.raises(SettingsError, match=r"overgang packages install medcom\.fhir\.dk\.hospitalnotification#9\.9\.9"),
    ):
        gateway.guides.load()


def test_a_damaged_package_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / f"{HOSPITAL}-3.0.2.tgz").write_bytes(b"no archive")
    with closing(gateway_in(tmp_path)) as gateway, pytest.raises(SettingsError, match="cannot be used"):
        gateway.guides.load()


def test_our_own_extension_is_known_to_every_guide(tmp_path: Path) -> None:
    put_guide(tmp_path, "3.0.2")
    with closing(gateway_in(tmp_path)) as gateway:
        taken = take(gateway, discharge())
    assert b"iv-treatment" in discharge()
    assert "extension-unknown" not in {issue.code for issue in taken.verdict.issues}


def replayed(gateway: Gateway, folder: Path) -> bool:
    with closing(open_store(Settings(data_folder=folder), {})) as scratch:
        return asyncio.run(replay(gateway, scratch)).identical


def test_replay_judges_by_the_package_of_that_day(tmp_path: Path) -> None:
    put_guide(tmp_path, "3.0.2")
    with closing(gateway_in(tmp_path)) as gateway:
        assert take(gateway, discharge()).outcome is not Outcome.REFUSED
    put_guide(tmp_path, "3.0.3", rule("error"))
    with closing(gateway_in(tmp_path)) as gateway:
        assert replayed(gateway, tmp_path / "scratch")
    (tmp_path / f"{HOSPITAL}-3.0.2.tgz").unlink()
    with closing(gateway_in(tmp_path)) as gateway, pytest.raises(SettingsError, match=r"judged by it.*install"):
        replayed(gateway, tmp_path / "again")


def test_invariants_go_by_the_time_a_message_came(tmp_path: Path) -> None:
    """Also when it is replayed, later."""
    put_guide(tmp_path, "3.0.2", rule("error", "timestamp <= now() and now() < @2026-11-02T00:00:00Z"))
    with closing(gateway_in(tmp_path)) as gateway:
        assert take(gateway, discharge()).outcome is not Outcome.REFUSED
    with closing(gateway_in(tmp_path, datetime(2026, 12, 1, tzinfo=UTC))) as gateway:
        assert replayed(gateway, tmp_path / "scratch")


@pytest.mark.parametrize("text", ["medcom.fhir.dk.core", "#1.0.0", "a#"])
def test_versions_are_named_with_their_package(text: str) -> None:
    with pytest.raises(SettingsError, match="guide_versions"):
        pinned(text)


def test_mistakes_in_the_reviewed_file_are_told(tmp_path: Path) -> None:
    wrong = tmp_path / "review.toml"
    with pytest.raises(SettingsError, match="cannot be read"):
        reviewed(wrong)
    wrong.write_text("finding = 1", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"review\.toml"):
        reviewed(wrong)


@pytest.fixture(scope="module")
def judge() -> Callable[[bytes], Reading]:
    guides = IntakeGuides((shared_data("packages"),), {}, Review(), lambda: NOON)

    def judged(body: bytes) -> Reading:
        return read(body, None, "", guides.judge)[1]

    return judged


@pytest.mark.parametrize(
    ("folder", "guide"),
    [
        ("hospital-notification/receive", f"{HOSPITAL}#3.0.2"),
        ("hospital-notification/ig-3.0.2", f"{HOSPITAL}#3.0.2"),
        ("care-communication/receive", "medcom.fhir.dk.carecommunication#5.0.2"),
        ("care-communication/ig-5.0.2", "medcom.fhir.dk.carecommunication#5.0.2"),
        ("acknowledgement/ig-2.0.3", "medcom.fhir.dk.acknowledgement#2.0.3"),
        ("acknowledgement/receive-xml", "medcom.fhir.dk.acknowledgement#2.0.3"),
        ("kl-gateway/delivery-reports", "kl.dk.fhir.gateway#1.2.0"),
    ],
)
def test_published_messages_are_taken_in_by_their_guides(
    folder: str, guide: str, judge: Callable[[bytes], Reading]
) -> None:
    """All but those that are invalid by name."""
    messages = [path for path in sorted(shared_data(f"messages/{folder}").iterdir()) if "invalid" not in path.name]
    found = {path.name: judge(path.read_bytes()) for path in messages}
    assert len(found) > 3
    assert {reading.guide for reading in found.values()} == {guide}
    errors = {
        name: [(issue.code, issue.where) for issue in reading.issues if issue.severity is Severity.ERROR]
        for name, reading in found.items()
    }
    assert {name: issues for name, issues in errors.items() if issues} == {}


def test_the_demo_sends_what_the_guides_ask_for(judge: Callable[[bytes], Reading]) -> None:
    """As the other tests of the demo have it, without a warning."""
    sendings = [sending for number in range(12) for sending in course_sendings(course(number)) if sending.door != MLLP]
    found = [reading for sending in sendings if (reading := judge(sending.body)).guide]
    assert {reading.format for reading in found} >= set(GUIDED) - {"medcom-acknowledgement", "medcom-empty"}
    assert [issue for reading in found for issue in reading.issues] == []


def test_what_a_guide_of_ours_alone_cannot_know_is_not_told(tmp_path: Path) -> None:
    """A referral claims MedCom's profiles, whose packages are not installed."""
    sent = next(one for number in range(30) for one in course_sendings(course(number)) if b"iv-referral" in one.body)
    assert b"medcom-core-patient" in sent.body
    with closing(gateway_in(tmp_path)) as gateway:
        taken = take(gateway, sent.body)
    assert (taken.outcome, taken.verdict.guide) == (Outcome.ACCEPTED, "overgang.fhir.dk#0.1.0")


def test_validate_says_what_intake_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the versions and the reviewed file of the settings."""
    put_guide(tmp_path, "3.0.1", rule("error"))
    put_guide(tmp_path, "3.0.2", rule("error") | {"key": "test-2"})
    review, message = tmp_path / "review.toml", tmp_path / "message.json"
    review.write_text('[[finding]]\ncode = "test-1"\naction = "lower"\nreason = "known"\n', encoding="utf-8")
    message.write_bytes(discharge())
    monkeypatch.setenv("OVERGANG_PACKAGE_FOLDERS", str(tmp_path))
    monkeypatch.setenv("OVERGANG_GUIDE_VERSIONS", f"{HOSPITAL}#3.0.1")
    monkeypatch.setenv("OVERGANG_REVIEW", str(review))
    result = CliRunner().invoke(app, ["validate", str(message), "--json"])
    assert result.exit_code == 0
    assert '"test-1"' in result.stdout
    assert '"test-2"' not in result.stdout
