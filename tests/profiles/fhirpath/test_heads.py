"""The one property an expression looks at."""

from __future__ import annotations

import pytest

from profiles.fhirpath import compile_expression
from profiles.fhirpath.heads import only_property


@pytest.mark.parametrize(
    ("text", "type_name", "expected"),
    [
        ("contained.contained.empty()", "Patient", "contained"),
        ("contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()", "Patient", "contained"),
        ("contact.all(name.exists() or telecom.exists())", "Patient", "contact"),
        ("contact.where(gender = 'male').count() < 2", "Patient", "contact"),
        ("contact.exists() or name.exists()", "Patient", ""),
        ("gender.exists()", "Patient", ""),
        ("deceased.exists()", "Patient", ""),
        ("contact.exists() or %resource.id.exists()", "Patient", ""),
        ("exists()", "Patient", ""),
        ("contact.select(name | $this).exists()", "Patient", ""),
        ("nothing.exists()", "Patient", ""),
    ],
)
def test_only_property(text: str, type_name: str, expected: str) -> None:
    assert only_property(compile_expression(text).ast, type_name) == expected
