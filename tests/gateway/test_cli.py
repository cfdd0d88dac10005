"""The command line: what it says, and what it exits with."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.demo.run import organisations_file
from tests.bench.messages import notification
from tests.shared import shared_data

Run = Callable[..., "subprocess.CompletedProcess[str]"]
COMMANDS = (
    "agreement",
    "serve",
    "demo",
    "receive",
    "validate",
    "verify",
    "close",
    "months",
    "decide",
    "paid",
    "report",
    "changes",
    "explain",
    "simulate",
    "monitor",
    "invoice",
    "statement",
    "registrations",
    "reconcile",
    "control",
    "sample",
    "dispute",
    "replay",
    "retry",
    "deliveries",
    "settings",
    "token",
    "password",
    "health",
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `python -m gateway` with a data folder of its own."""
    organisations = tmp_path / "organisations.toml"
    organisations.write_text(organisations_file(""), encoding="utf-8")
    monkeypatch.setenv("OVERGANG_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("OVERGANG_ORGANISATIONS", str(organisations))
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "gateway", *arguments], input=stdin, capture_output=True, check=False, timeout=120
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return command


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Everything that is sent about one course, as files."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for number, sending in enumerate(course_sendings(course(0))):
        (folder / f"{number:02d}").write_bytes(sending.body)
    return folder


def test_help_names_every_command_and_the_exit_codes(run: Run) -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in COMMANDS)
    assert "Exit codes" in shown.stdout


def test_a_month_from_files_to_explained_line(run: Run, letters: Path) -> None:
    received = run("receive", str(letters), "--json")
    assert received.returncode == 0, received.stderr
    assert {row["outcome"] for row in json.loads(received.stdout)} == {"accepted"}
    claims = json.loads(run("close", "2026-09", "--json").stdout)
    assert [claim["total"] for claim in claims] == [253500]
    explained = run("explain", claims[0]["lines"][0]["id"])
    assert explained.returncode == 0
    assert "DKK 2,535.00" in explained.stdout
    report = json.loads(run("report", "2026-Q3", "--json").stdout)
    assert {"iv-episodes", "iv-economy"} <= {row["measure"] for row in report}
    replayed = run("replay", "--json")
    assert replayed.returncode == 0, replayed.stderr
    assert json.loads(replayed.stdout)["identical"] is True


def test_a_month_is_reconciled_with_what_the_region_imported(run: Run, letters: Path, tmp_path: Path) -> None:
    assert run("receive", str(letters)).returncode == 0
    assert run("reconcile", "2026-09").returncode == 0
    known = tmp_path / "known.csv"
    person = course(0).person.cpr
    known.write_bytes(f"CPR;Kommune;Startdato;IV-type;Kategori\n{person};0751;1-9-2026;Væske;9\n".encode("cp1252"))
    refused = run("registrations", "import", str(known), "--source", "lpr")
    assert (refused.returncode, person in refused.stdout + refused.stderr) == (1, False)
    assert "line 2: The weight category" in refused.stdout
    known.write_bytes(f"CPR;Kommune;Startdato;IV-type;Kategori\n{person};0751;1-9-2026;Væske;4\n".encode("cp1252"))
    assert "1 new" in run("registrations", "import", str(known), "--source", "lpr").stdout
    assert "1 there already" in run("registrations", "import", str(known), "--source", "lpr").stdout
    assert json.loads(run("registrations", "list", "--json").stdout)[0]["registrations"] == 1
    file = tmp_path / "differences.csv"
    differs = run("reconcile", "2026-09", "--json", "--csv", str(file))
    assert differs.returncode == 1, differs.stderr
    (found,) = json.loads(differs.stdout)
    assert {one["finding"] for one in found["courses"]} & {"category-mismatch", "period-mismatch", "iv-type-mismatch"}
    assert person not in differs.stdout + file.read_text(encoding="utf-8-sig")


def test_a_month_is_controlled_and_a_sample_of_it_noted(run: Run, letters: Path) -> None:
    run("receive", str(letters))
    line = json.loads(run("close", "2026-09", "--json").stdout)[0]["lines"][0]["id"]
    assert run("control", "2026-09").returncode == 0
    high = run("control", "2026-09", "--high", "2.000,00", "--json")
    assert (high.returncode, json.loads(high.stdout)["lines"][0]["remarks"][0]["rule"]) == (1, "unusually-high")
    drawn = json.loads(run("sample", "draw", "2026-09", "--seed", "7", "--json").stdout)
    assert [name for stratum in drawn for name in stratum["drawn"]] == [line]
    assert "due DKK 0.00" in run("sample", "note", line, "wrong", "--text", "Ikke givet").stdout
    assert "DKK 2,535.00 too much" in run("sample", "result", "2026-09", "--seed", "7").stdout


def test_a_line_is_disputed_and_answered(run: Run, letters: Path) -> None:
    run("receive", str(letters))
    line = json.loads(run("close", "2026-09", "--json").stdout)[0]["lines"][0]["id"]
    raised = json.loads(run("dispute", "raise", line, "--reason", "wrong-amount", "--text", "Nej", "--json").stdout)
    again = run("dispute", "raise", line, "--reason", "other")
    assert (again.returncode, "open dispute" in again.stderr) == (3, True)
    assert "answered" in run("dispute", "answer", raised["dispute"], "--text", "Jo").stdout
    assert "Jo" in run("dispute", "list").stdout
    assert run("dispute", "close", raised["dispute"]).returncode == 0
    assert json.loads(run("dispute", "list", "--json").stdout) == []
    assert len(json.loads(run("dispute", "list", "--all", "--json").stdout)[0]["entries"]) == 3


def test_a_refused_file_is_exit_code_1_and_says_why(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(notification("cli", 1)[:500])
    received = run("receive", str(broken))
    assert received.returncode == 1
    assert "refused" in received.stdout
    assert "json-syntax" in received.stdout


def test_validate_takes_nothing_in(run: Run, tmp_path: Path) -> None:
    assert run("validate", "-", stdin=notification("cli", 1)).returncode == 0
    assert not (tmp_path / "data").exists()


def test_validate_names_line_and_column(run: Run, tmp_path: Path) -> None:
    patient = tmp_path / "patient.json"
    patient.write_text('{\n  "resourceType": "Patient",\n  "gender": "many"\n}\n', encoding="utf-8")
    (found,) = json.loads(run("validate", str(patient), "--json").stdout)
    assert found["valid"] is False
    assert {(issue["where"], issue["line"]) for issue in found["issues"]} == {("Patient.gender", 3)}


def test_validate_judges_by_the_guide_that_is_named(run: Run) -> None:
    packages = shared_data("packages")
    message = shared_data("messages/hospital-notification/ig-3.0.2/Bundle-f4aa42a4-86db-4e68-9b38-9dda0dfd5774.json")
    guide = ("--packages", str(packages), "--package", "medcom.fhir.dk.hospitalnotification#3.0.2", "--json")
    right = run("validate", str(message), *guide)
    assert right.returncode == 0, right.stdout
    bundle = json.loads(message.read_bytes())
    encounter = next(each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Encounter")
    encounter["class"]["code"] = "AMB"
    wrong = run("validate", "-", *guide, stdin=json.dumps(bundle).encode())
    assert wrong.returncode == 1
    assert any("class" in issue["where"] for issue in json.loads(wrong.stdout)[0]["issues"])


def test_validate_asks_recorded_answers_what_no_package_knows(run: Run, tmp_path: Path) -> None:
    coding = {"system": "http://snomed.info/sct", "code": "91935009"}
    observation = {"resourceType": "Observation", "status": "final", "code": {"coding": [coding]}}
    given = tmp_path / "observation.json"
    given.write_text(json.dumps(observation), encoding="utf-8")
    profile = ("--profile", "http://hl7.org/fhir/StructureDefinition/Observation")
    assert "coding-undecided" in run("validate", str(given), *profile).stdout
    answers = tmp_path / "answers"
    answers.mkdir()
    request = json.dumps({"code": {"coding": [coding]}})
    text = f"{'-' * 40}\n{request}####\nv: {json.dumps({'code': '91935009'})}\n"
    (answers / "snomed.cache").write_text(text, encoding="utf-8")
    assert "warning" not in run("validate", str(given), *profile, "--tx", str(answers)).stdout
    assert "there is no folder" in run("validate", str(given), *profile, "--tx", str(tmp_path / "none")).stderr


def test_validate_follows_a_profile_of_our_own_guide(run: Run, tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_text('{"resourceType": "ServiceRequest", "status": "active", "intent": "plan", "subject": {}}')
    profile = "https://fhir.overgang.example/StructureDefinition/iv-referral"
    (found,) = json.loads(run("validate", str(request), "--profile", profile, "--json").stdout)
    assert found["valid"] is False
    assert any(profile in issue["text"] for issue in found["issues"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("close", "2026-13"), 2, "2026-10"),
        (("close", "2099-01"), 3, "not over"),
        (("report", "2026"), 2, "2026-Q3"),
        (("explain", "nothing"), 3, "no line"),
        (("receive", "/nowhere/at/all"), 3, "cannot be read"),
        (("health",), 3, "Nobody answers"),
        (("validate", "-", "--package", "no.such.package"), 3, "not installed"),
        (("deliveries", "--resend", "nothing"), 3, "no failed delivery"),
        (("clsoe",), 2, "No such command"),
    ],
)
def test_a_wrong_call_is_one_clear_message_and_a_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.setenv("OVERGANG_HTTP_PORT", "1")
    failed = run(*arguments)
    assert failed.returncode == code
    assert words in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERGANG_HTTP_PORT", "eighty")
    failed = run("settings")
    assert failed.returncode == 3
    assert "http_port" in failed.stderr


def test_what_a_message_tells_to_write_is_printed_as_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Brackets in a message are no markup."""
    (tmp_path / "organisations.toml").write_text("who = 1", encoding="utf-8")
    monkeypatch.setenv("OVERGANG_ORGANISATIONS", str(tmp_path / "organisations.toml"))
    failed = run("months")
    assert failed.returncode == 3
    assert "[[organisation]] table" in failed.stderr


def test_secrets_are_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERGANG_PSEUDONYM_KEY", "very-secret")
    shown = run("settings")
    assert "OVERGANG_PSEUDONYM_KEY" in shown.stdout
    assert "very-secret" not in shown.stdout


def test_a_token_and_its_line_belong_together(run: Run) -> None:
    words = run("token").stdout.split()
    token, digest = words[words.index("once:") + 1], words[-1].strip('"')
    assert hashlib.sha256(token.encode()).hexdigest() == digest


def test_validate_goes_through_folders_and_reports_for_other_programs(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "a.ndjson").write_text('{"resourceType": "Patient"}\n{"resourceType": "Patient", "gender": "x"}\n')
    (folder / ".hidden.json").write_text("{")
    (tmp_path / "deep" / "b.xml").write_text('<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>')
    sarif = run("validate", str(tmp_path / "deep"), "--format", "sarif")
    assert sarif.returncode == 1
    lines = [
        one["locations"][0]["physicalLocation"]["region"]["startLine"]
        for one in json.loads(sarif.stdout)["runs"][0]["results"]
        if one["level"] == "error"
    ]
    assert set(lines) == {2}
    junit = run("validate", str(tmp_path / "deep"), "--format", "junit")
    assert 'tests="3" failures="1"' in junit.stdout
    assert run("validate", str(tmp_path / "deep"), "--format", "pdf").returncode == 2


def test_validate_drafts_a_review_that_then_fits(run: Run, tmp_path: Path) -> None:
    patient, review = tmp_path / "patient.json", tmp_path / "review.toml"
    patient.write_text('{"resourceType": "Patient", "gender": "many", "birthDate": "soon"}', encoding="utf-8")
    first = run("validate", str(patient), "--review-out", str(review))
    assert (first.returncode, "review each" in first.stderr) == (1, True)
    drafted = review.read_text(encoding="utf-8")
    assert drafted.count("[[finding]]") == 3
    assert run("validate", str(patient), "--review", str(review)).returncode == 0
    for more in ((), ("--review", str(review))):
        run("validate", str(patient), "--review-out", str(review), *more)
        assert review.read_text(encoding="utf-8") == drafted
    patient.write_text('{"resourceType": "Patient", "gender": "many", "active": "no"}', encoding="utf-8")
    run("validate", str(patient), "--review-out", str(review))
    assert review.read_text(encoding="utf-8").startswith(drafted + "\n# ")
    assert run("validate", str(patient), "--review-out", str(tmp_path / "no" / "x.toml")).returncode == 3


def test_validate_silences_what_is_reviewed_and_explains_mistakes_in_the_file(run: Run, tmp_path: Path) -> None:
    patient, review = tmp_path / "patient.json", tmp_path / "review.toml"
    patient.write_text('{"resourceType": "Patient", "gender": "many"}')
    entry = '[[finding]]\ncode = "{}"\naction = "silence"\n{}'
    codes = {issue["code"] for issue in json.loads(run("validate", str(patient), "--json").stdout)[0]["issues"]}
    review.write_text("\n".join(entry.format(code, 'reason = "test data"\n') for code in codes))
    silenced = run("validate", str(patient), "--review", str(review))
    assert silenced.returncode == 0, silenced.stdout
    assert "because: test data" in silenced.stdout
    review.write_text(entry.format("x", ""))
    wrong = run("validate", str(patient), "--review", str(review))
    assert wrong.returncode == 3
    assert "line 1" in wrong.stderr
    assert "reason" in wrong.stderr
