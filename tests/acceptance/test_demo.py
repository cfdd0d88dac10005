"""The demo: a month through the real doors, and the same claims and reports every time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.demo.run import MARK

SECONDS = 240


def demo(folder: Path) -> str:
    command = [sys.executable, "-m", "gateway", "demo", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)  # noqa: S603
    return done.stdout.decode()


def written(folder: Path) -> dict[str, bytes]:
    return {
        f"{name}/{path.name}": path.read_bytes()
        for name in ("claims", "reports")
        for path in sorted((folder / name).iterdir())
    }


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path]:
    one, two = (tmp_path_factory.mktemp("demo") / name for name in ("one", "two"))
    shown = demo(one)
    demo(two)
    return shown, one, two


def test_claims_and_reports_are_the_same_bytes(twice: tuple[str, Path, Path]) -> None:
    _, one, two = twice
    assert written(one) == written(two)
    assert sum(name.startswith("claims/") for name in written(one)) == 4


def test_what_came_in_what_was_refused_and_what_was_claimed_is_shown(twice: tuple[str, Path, Path]) -> None:
    shown = twice[0]
    for words in ("What came in", "What was refused, and why", "letter-id-reused", "xml-doctype", "What was claimed"):
        assert words in shown


def test_every_bundle_adds_up(twice: tuple[str, Path, Path]) -> None:
    for path in (twice[1] / "claims").iterdir():
        resources = [entry["resource"] for entry in json.loads(path.read_bytes(), parse_float=str)["entry"]]
        claims = [resource for resource in resources if resource["resourceType"] == "Claim"]
        (invoice,) = (resource for resource in resources if resource["resourceType"] == "Invoice")
        total = sum(int(claim["total"]["value"].replace(".", "")) for claim in claims)
        assert claims
        assert total == int(invoice["totalNet"]["value"].replace(".", ""))


def test_the_region_was_handed_every_claim_and_report_once(twice: tuple[str, Path, Path]) -> None:
    folder = twice[1]
    reports = [path for path in (folder / "reports").iterdir() if b'"MeasureReport"' in path.read_bytes()]
    handed = list((folder / "region").iterdir())
    assert len(handed) == len(list((folder / "claims").iterdir())) + len(reports)


def test_a_folder_that_is_not_a_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    command = [sys.executable, "-m", "gateway", "demo", "--folder", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)  # noqa: S603
    assert done.returncode == 3
    assert b"--folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert not (tmp_path / MARK).exists()
