"""Resources compared with a pattern that has placeholders and marks."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.matchetypes import check_matchetype

MARK = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"


def _pattern(*marks: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "extension": list(marks), **rest}


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (_pattern(birthDate="$date$"), {"birthDate": "1980-01-01"}, []),
        (_pattern(birthDate="$date$"), {"birthDate": "yesterday"}, ["$.birthDate"]),
        (_pattern(id="$uuid$"), {"id": "00000000-0000-4000-8000-000000000000"}, []),
        (_pattern(active=True), {}, ["$"]),
        (_pattern(), {"active": True}, ["$"]),
        (_pattern({"url": f"{MARK}-optional", "valueString": "id,text"}), {"id": "1"}, []),
        (_pattern(name=[{"text": "a"}]), {"name": [{"text": "a"}, {"text": "b"}]}, ["$.name", "$.name"]),
        (
            _pattern({"url": f"{MARK}-count", "valueString": "name"}, name=[{"text": "a"}]),
            {"name": [{"text": "b"}]},
            [],
        ),
        (
            _pattern(
                {"url": f"{MARK}-sort", "extension": [{"url": "element", "valueString": "name"}]},
                name=[{"text": "a"}, {"text": "b"}],
            ),
            {"name": [{"text": "b"}, {"text": "a"}]},
            [],
        ),
    ],
)
def test_differences(pattern: dict[str, Any], value: dict[str, Any], expected: list[str]) -> None:
    issues = check_matchetype({"resourceType": "Patient", **value}, pattern)
    assert [issue.where for issue in issues] == expected


def test_optional_repetitions() -> None:
    may = {"extension": [{"url": f"{MARK}-optional", "valueBoolean": True}], "text": "b"}
    pattern = _pattern(name=[{"text": "a"}, may, {"text": "c"}])
    for names, count in ((["a", "b", "c"], 0), (["a", "c"], 0), (["a", "x", "c"], 1)):
        value = {"resourceType": "Patient", "name": [{"text": name} for name in names]}
        assert len(check_matchetype(value, pattern)) == count
