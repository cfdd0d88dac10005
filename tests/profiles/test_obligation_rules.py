"""Obligations taken over from other profiles."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.obligation_rules import inherited
from tests.profiles.samples import BASE, R4, Json, profile

_MARK = {"url": R4 + "obligation-profile", "valueBoolean": True}


def _found(canonical: str | None, **more: Any) -> list[str]:
    other: Json = profile("other", "Patient", **more)
    extension = {"url": R4 + "inherit-obligations", **({"valueCanonical": canonical} if canonical else {})}
    structure = profile("p", "Patient", extension=[{"url": R4 + "x"}, extension])
    faults = inherited(structure, lambda url: other if url == other["url"] else None)
    return [f"{fault.code} {fault.issue('S').where}" for fault in faults]


def test_a_profile_of_obligations() -> None:
    assert _found(BASE + "other", extension=[_MARK]) == []


@pytest.mark.parametrize(
    ("canonical", "more"),
    [
        (None, {}),
        (BASE + "none", {}),
        (BASE + "other", {}),
        (BASE + "other", {"extension": [_MARK | {"valueBoolean": False}]}),
        (BASE + "other", {"extension": [_MARK], "baseDefinition": BASE + "another"}),
    ],
)
def test_no_profile_of_obligations(canonical: str | None, more: Json) -> None:
    assert _found(canonical, **more) == ["obligation-profile S.extension[1]"]
