"""Checking without taking in: messages, resources, lines, and reviewed findings."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.checking import Checked, Checker
from gateway.guides import load_guide
from profiles.issue import Issue
from profiles.review import read_review
from tests.gateway.world import NOVEMBER
from tests.profiles.test_health_cards import TYPES, payload, scanned, token

SAMPLES = Path(__file__).parents[1] / "messages"
GUIDE = load_guide("", (), (), NOVEMBER)
PATIENT = b'{"resourceType": "Patient", "gender": "many"}'
REVIEW = '[[finding]]\ncode = "binding-required"\naction = "silence"\nreason = "old sender"\n'


def check(name: str, body: bytes, checker: Checker = Checker(GUIDE.judge)) -> list[Checked]:  # noqa: B008  (a value)
    return list(checker.check_file(name, body))


def test_a_message_is_judged_as_it_is_taken_in() -> None:
    body = (SAMPLES / "hospital-notification" / "refused-category-unknown.json").read_bytes()
    (found,) = check("a.json", body)
    assert found.format.startswith("medcom-hospital-notification")
    assert not found.valid


def test_without_intake_the_guide_judges_messages_too() -> None:
    body = (SAMPLES / "hospital-notification" / "discharge.json").read_bytes()
    (found,) = check("a.json", body, Checker(GUIDE.judge, None))
    assert found.format == "Bundle"
    assert any(issue.code == "profile-unknown" for issue in found.issues)


def test_ndjson_is_checked_line_by_line_by_name_or_by_looks() -> None:
    body = b'{"resourceType": "Patient"}\n\n' + PATIENT + b"\n"
    for name in ("a.ndjson", "standard input"):
        right, empty, wrong = check(name, body)
        assert (right.line, right.valid) == (1, True)
        assert [(issue.code, issue.line) for issue in empty.issues] == [("ndjson-empty-line", 2)]
        assert (wrong.line, wrong.valid) == (3, False)
        assert {issue.line for issue in wrong.issues} == {3}
    assert len(check("a.json", b'{\n"resourceType": "Patient"}\n')) == 1


def test_each_slip_of_broken_json_is_a_finding_with_its_place() -> None:
    body = b'{\n"resourceType": "Patient",\n"gender": "many"\n"active": true,\n"active": false,\n}'
    (found,) = check("a.json", body)
    assert [(issue.code, issue.line) for issue in found.issues if issue.code.startswith("json")] == [
        ("json-comma", 4),
        ("json-duplicate-key", 5),
        ("json-extra-comma", 5),
    ]
    assert "binding-required" in {issue.code for issue in found.issues}
    (hopeless,) = check("a.json", b'{"resourceType": "Patient", @}')
    assert [issue.severity for issue in hopeless.issues] == ["fatal"]


def test_the_bundle_of_a_health_card_is_judged_in_its_wrapping() -> None:
    bundle = {"resourceType": "Bundle", "type": "heap"}
    subject = {"fhirVersion": "4.0.1", "fhirBundle": bundle}
    card = token(payload(vc={"type": TYPES, "credentialSubject": subject}))
    for body in (card.encode(), scanned(card), json.dumps({"verifiableCredential": [card]}).encode()):
        (found,) = check("card", body)
        assert found.format == "SMART Health Card"
        told = {issue.code: issue.where for issue in found.issues}
        assert told["binding-required"].endswith("payload.vc.credentialSubject.type")
        assert "card-key" in told
    parameters = b'{"resourceType": "Parameters", "parameter": [{"name": "verifiableCredential", "valueString": "x"}]}'
    (issued,) = check("a.json", parameters)
    assert (issued.format, issued.valid) == ("Parameters", True)


def test_what_is_reviewed_is_silenced_and_says_why() -> None:
    checker = Checker(GUIDE.judge, review=read_review(REVIEW), today=NOVEMBER.date())
    (found,) = check("a.json", PATIENT, checker)
    assert [(issue.code, reason) for issue, reason in found.silenced] == [("binding-required", "old sender")]
    assert found.silenced[0][0].line == 1
    assert all(issue.code != "binding-required" for issue in found.issues)


def test_rules_of_a_guide_at_intake_say_what_they_silence() -> None:
    hushed = Issue("error", "bdl-7", "Bundle", "twice")  # type: ignore[arg-type]
    body = (SAMPLES / "hospital-notification" / "discharge.json").read_bytes()

    def intake(form: str, tree: object) -> tuple[str, object]:
        return "guide#1", read_review(REVIEW.replace("binding-required", "bdl-7")).apply((hushed,), NOVEMBER.date())

    (found,) = check("a.json", body, Checker(GUIDE.judge, intake))  # type: ignore[arg-type]
    assert found.guide == "guide#1"
    assert [issue.code for issue, _ in found.silenced] == ["bdl-7"]
