"""Observations that R4 wants to follow a vital signs profile, because of the code they have (R4, Vital Signs).

R4's table names one code of LOINC for each; codes of LOINC and SNOMED CT that mean the same, or something narrower,
count as it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

_LOINC = "http://loinc.org"
_SNOMED = "http://snomed.info/sct"
_BY_PROFILE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "vitalspanel": ("85353-1", "46680005"),
        "resprate": (
            "9279-1 76170-0 76172-6 76171-8 19840-8 33438-3 76270-8 11291-2",
            "86290005 271625008 271306003",
        ),
        "heartrate": (
            "8867-4 8886-4 8889-8 8890-6 8891-4 8892-2 8893-0 11328-2 40443-4 55425-3 60978-4 68999-2 69000-8"
            " 73795-7 73799-9 76476-1 76477-9",
            "249043002 251670001 399017001 429525003 429614003 444981005",
        ),
        "oxygensat": (
            "2708-6 2709-4 2710-2 2713-6 19224-5 20564-1 51733-4 59408-5 59417-6 89276-0 97549-0",
            "431314004 442476006",
        ),
        "bodytemp": (
            "8309-7 8310-5 8328-7 8329-5 8330-3 8331-1 8332-9 8333-7 8334-5 60834-9 60835-6 60836-4 60838-0 60955-2"
            " 61009-7 75539-7 75987-8 76010-8 76011-6 76278-1 91371-5 98657-0 98663-8",
            "276885007 300076005 307047009 364246006 386725007 415882003 415929009 415945006 415974002 431598003"
            " 698831002 698832009 708499008 1222808002",
        ),
        "bodyheight": (
            "3137-7 3138-5 8302-2 8306-3 8308-9",
            "50373000 1153637007 1162392001 1162417005 1162418000 1162419008 1230278008",
        ),
        "headcircum": ("8287-5 9843-4", "169876006 363811000 363812007 1269262007"),
        "bodyweight": (
            "3141-9 3142-7 8350-1 8351-9 29463-7 75292-3 79348-9",
            "424927000 425024002 735395000 784399000 1162415002 1162416001",
        ),
        "bmi": ("39156-5 89270-3", "60621009"),
        "bp": (
            "8459-0 8480-6 35094-2 55284-4 76534-7 85354-9",
            "163033001 163035008 251076008 271649006 271650006 386534000 386536003 399304008 407554009 407556006"
            " 716579001",
        ),
    }
)
"""By the name of the profile: the codes of LOINC, and of SNOMED CT, that ask for it."""


def _by_code() -> Iterator[tuple[tuple[str, str], str]]:
    for name, (loinc, snomed) in _BY_PROFILE.items():
        yield from (((_LOINC, code), name) for code in loinc.split())
        yield from (((_SNOMED, code), name) for code in snomed.split())


_PROFILES: Mapping[tuple[str, str], str] = MappingProxyType(dict(_by_code()))


def vital_sign_profiles(resource: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The names of the R4 profiles an Observation must follow, each with the code that says so; none for others."""
    code = resource.get("code") if resource.get("resourceType") == "Observation" else None
    codings = code.get("coding") if type(code) is dict else None
    members = [one for one in codings if type(one) is dict] if type(codings) is list else []
    found: dict[str, str] = {}
    for system in (_LOINC, _SNOMED):
        for one in members:
            name = (
                _PROFILES.get((str(one.get("system")), str(one.get("code")))) if one.get("system") == system else None
            )
            if name is not None:
                found.setdefault(name, f"{'LOINC' if system == _LOINC else 'SNOMED CT'} code {one['code']}")
    return tuple(found.items())
