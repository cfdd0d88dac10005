"""The properties an expression looks at."""

from __future__ import annotations

import pytest

from profiles.fhirpath import compile_expression
from profiles.fhirpath.heads import properties_read


@pytest.mark.parametrize(
    ("text", "type_name", "expected"),
    [
        ("contained.contained.empty()", "Patient", {"contained"}),
        ("contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()", "Patient", {"contained"}),
        ("contact.all(name.exists() or telecom.exists())", "Patient", {"contact"}),
        ("contact.where(gender = 'male').count() < 2", "Patient", {"contact"}),
        ("contact.exists() or name.exists()", "Patient", {"contact", "name"}),
        ("gender.exists()", "Patient", {"gender", "_gender"}),
        (
            "deceased.exists()",
            "Patient",
            {"deceasedBoolean", "_deceasedBoolean", "deceasedDateTime", "_deceasedDateTime"},
        ),
        ("true", "Patient", set()),
        ("contact.exists() or %resource.id.exists()", "Patient", None),
        ("exists()", "Patient", None),
        ("contact.select(name | $this).exists()", "Patient", None),
        ("nothing.exists()", "Patient", None),
    ],
)
def test_properties_read(text: str, type_name: str, expected: set[str] | None) -> None:
    assert properties_read(compile_expression(text).ast, type_name) == expected
