"""Observations that R4 wants to follow a vital signs profile, because of the LOINC code they have (R4, Vital Signs)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_LOINC = "http://loinc.org"
_PROFILES: Mapping[str, str] = MappingProxyType(
    {
        "85353-1": "vitalsigns",
        "9279-1": "resprate",
        "8867-4": "heartrate",
        "2708-6": "oxygensat",
        "59408-5": "oxygensat",
        "8310-5": "bodytemp",
        "8302-2": "bodyheight",
        "9843-4": "headcircum",
        "29463-7": "bodyweight",
        "39156-5": "bmi",
        "85354-9": "bp",
    }
)


def vital_sign_profiles(resource: dict[str, Any]) -> tuple[str, ...]:
    """The names of the R4 profiles an Observation must follow by its code; none for other resources."""
    code = resource.get("code") if resource.get("resourceType") == "Observation" else None
    codings = code.get("coding") if type(code) is dict else None
    members = [one for one in codings if type(one) is dict] if type(codings) is list else []
    found = (_PROFILES.get(str(one.get("code"))) for one in members if one.get("system") == _LOINC)
    return tuple(dict.fromkeys(name for name in found if name))
