"""Advisors of the suite: files that name findings of the Java validator a case wants to be silent about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from profiles.review import Action, Entry, Review

_REASON = "The case's advisor says so."
_CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Display_Name_for__should_be_one_of__instead_of": ("coding-display", "*"),
        "Display_Name_WS_for__should_be_one_of__instead_of": ("coding-display", "*"),
        "All_observations_should_have_a_subject": ("observation-advice", "*(subject)*"),
        "All_observations_should_have_a_performer": ("observation-advice", "*(performer)*"),
        "All_observations_should_have_an_effectiveDateTime_or_an_effectivePeriod": (
            "observation-advice",
            "*(effectiveDateTime)*",
        ),
        "Terminology_TX_NoValid_1_CC": ("binding-required", "*"),
        "Terminology_TX_NoValid_2_CC": ("binding-extensible", "*"),
        "Extension_EXT_Unknown_NotHere": ("extension-unknown", "*"),
        "VALIDATION_VAL_PROFILE_UNKNOWN": ("profile-unknown", "*"),
    }
)
"""Names of the Java validator's messages, and how our findings of the same kind are told: code and text."""


def read_advisor(said: Any) -> Review:
    """A review that silences what an advisor names: `message@place`, `message`, or `url#invariant`."""
    return Review(tuple(entry for one in said.get("suppress", ()) for entry in _entries(str(one))))


def _entries(said: str) -> Iterator[Entry]:
    name, at, place = said.partition("@")
    code, text = _CODES.get(name, ("", "*"))
    key = name.partition("#")[2]
    if code or key:
        yield Entry(code or key, Action.SILENCE, _REASON, place if at else "*", text)
