"""Formats of primitive values: dates that are far from now."""

from __future__ import annotations

import pytest

from tests.profiles.samples import found, patient


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"birthDate": "1492-01-01"}, "Patient.birthDate"),
        ({"birthDate": "9492"}, "Patient.birthDate"),
        ({"birthDate": "1800"}, ""),
        ({"deceasedDateTime": "2202-01-01T10:00:00Z"}, "Patient.deceased.ofType(dateTime)"),
        ({"meta": {"lastUpdated": "0200-01-01T10:00:00Z"}}, "Patient.meta.lastUpdated"),
    ],
)
def test_years_far_from_now(more: dict[str, object], where: str) -> None:
    assert found(patient(**more)) == ([f"warning date-year {where}"] if where else [])
