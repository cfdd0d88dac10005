"""Golden samples: a message and, beside it, what it must be read as and answered with.

`x.json` or `x.xml` has `x.json.expected.json`; `pytest --update-golden` writes what is read now. A sample whose name
begins with "refused-" must be refused, every other one must be taken in.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from mappings.formats import read
from mappings.reading import Outcome, Reading, Receipt, Stamp, Verdict
from profiles.issue import refuses

MESSAGES = Path(__file__).parents[1] / "messages"
STAMP = Stamp(
    "e0000000-0000-4000-8000-000000000001",
    "e0000000-0000-4000-8000-000000000002",
    datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
)


def samples(*folders: str) -> list[Path]:
    """The messages of some folders below tests/messages, without their expectations."""
    found = (path for folder in folders for path in sorted((MESSAGES / folder).iterdir()))
    return [path for path in found if not path.name.endswith(".expected.json")]


def outcome_of(reading: Reading) -> Outcome:
    """The state a reading ends in when nothing has come before."""
    if refuses(reading.issues):
        return Outcome.REFUSED
    return Outcome.ACCEPTED_WITH_WARNINGS if reading.issues else Outcome.ACCEPTED


def compare(sample: Path, *, update: bool) -> None:
    """Read a sample and compare with its expectation; update: write the expectation instead."""
    expected = sample.with_name(f"{sample.name}.expected.json")
    found = json.dumps(_summary(sample.read_bytes()), ensure_ascii=False, indent=2) + "\n"
    if update:
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def _summary(body: bytes) -> dict[str, Any]:
    form, reading = read(body, None, "")
    outcome = outcome_of(reading)
    receipt = form.receipt(reading, Verdict(outcome, reading.issues), STAMP) if reading.wants_receipt else None
    return {
        "outcome": outcome.value,
        "reading": _plain(asdict(reading)),
        "receipt": _receipt(receipt) if receipt else None,
    }


def _receipt(receipt: Receipt) -> Any:
    as_json = receipt.media_type.endswith("json")
    return json.loads(receipt.body) if as_json else receipt.body.decode().splitlines()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item not in (None, "", (), {})}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
