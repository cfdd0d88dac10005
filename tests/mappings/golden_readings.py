"""What a message is read as and answered with, as text beside the message."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mappings.formats import read
from mappings.reading import Outcome, Reading, Stamp, Verdict
from profiles.issue import Issue, refuses

MESSAGES = Path(__file__).parents[1] / "messages"
STAMP = Stamp("envelope-1", "letter-1", datetime(2026, 11, 1, 12, 30, tzinfo=UTC))


def samples(folder: str, suffix: str) -> list[Path]:
    """The message samples of a folder."""
    return sorted((MESSAGES / folder).glob(f"*{suffix}"))


def judged(body: bytes, media_type: str = "") -> tuple[Reading, Verdict, bytes]:
    """A message's reading, verdict and receipt, as intake makes them."""
    form, reading = read(body, None, media_type)
    outcome = Outcome.ACCEPTED_WITH_WARNINGS if reading.issues else Outcome.ACCEPTED
    verdict = Verdict(Outcome.REFUSED if refuses(reading.issues) else outcome, reading.issues)
    return reading, verdict, form.receipt(reading, verdict, STAMP).body


def compare(sample: Path, *, update: bool) -> None:
    """Hold a sample against `<sample>.expected.json`, or write that file."""
    expected = sample.with_name(f"{sample.name}.expected.json")
    text = json.dumps(_told(sample.read_bytes()), ensure_ascii=False, indent=1, default=_plain) + "\n"
    if update:
        expected.write_text(text, "utf-8")
    assert text.splitlines() == expected.read_text("utf-8").splitlines()


def _told(body: bytes) -> dict[str, Any]:
    reading, verdict, receipt = judged(body)
    told = {
        name: value
        for name, value in asdict(reading).items()
        if name not in ("fields", "guide", "issues", "records", "decisions", "payments")
    }
    told["records"] = [{"record": type(record).__name__, **asdict(record)} for record in reading.records]
    told["outcome"] = verdict.outcome
    told["issues"] = [_written(issue) for issue in verdict.issues]
    told["receipt"] = receipt.decode(_encoding(reading)).splitlines()
    return told


def _written(issue: Issue) -> dict[str, Any]:
    """An issue without what it rests on where nobody said."""
    return {name: value for name, value in asdict(issue).items() if name != "about" or value}


def _encoding(reading: Reading) -> str:
    return str(reading.fields.get("encoding") or reading.fields.get("charset") or "utf-8")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
