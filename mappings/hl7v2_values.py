"""Values of HL7 v2 fields: times, organisations, the citizen (v2.8.2, chapter 2A: DTM, HD, PL, CX, XPN)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from mappings.danish_ids import D_ECPR, X_ECPR, citizen_system, is_gln, is_sor, municipality_code
from mappings.danish_time import danish
from mappings.hl7v2_segments import Er7, Segment
from mappings.reading import NOWHERE, Citizen
from profiles.names import CPR
from settlement.records import Organisation

_DTM = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d{1,4})?)?)?)?)?)?(?:([+-])(\d\d)([0-5]\d))?",
    re.ASCII,
)
_SOR_OID = "1.2.208.176.1.1"
_GLN_OID = "1.3.88"
_OIDS = {
    CPR.removeprefix("urn:oid:"): CPR,
    X_ECPR.removeprefix("urn:oid:"): X_ECPR,
    D_ECPR.removeprefix("urn:oid:"): D_ECPR,
}
_CPR_AUTHORITIES = ("CPR", "DK-CPR", "CPR-KONTORET")
_CPR_TYPES = ("CPR", "NNDNK", "NNDK", "PNR")
_UNLABELLED_TYPES = ("", "NI", "NN", "SS")
_LONGEST_NUMBER = 35
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """A time and whether the message says the hour of it."""

    at: datetime
    has_hour: bool


def moment(text: str) -> Moment | None:
    """A DTM as an aware time; None when it is none or says less than the day. Without an offset: Danish wall time."""
    match = _DTM.fullmatch(text)
    if match is None or match[3] is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(match[part] or 0) for part in range(1, 7))
        wall = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes below
        return Moment(_zoned(wall, match), match[4] is not None)
    except ValueError:
        return None


def _zoned(wall: datetime, match: re.Match[str]) -> datetime:
    if match[7] is None:
        return danish(wall)
    offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
    return wall.replace(tzinfo=timezone(-offset if match[7] == "-" else offset))


def organisation(name: str, identifier: str, kind: str) -> Organisation:
    """An HD (namespace, universal id, its type) as an organisation.

    Types read: SOR, GLN or EAN, KOM (Kommunekode), ISO with an OID below 1.2.208.176.1.1 (SOR) or 1.3.88 (GLN).
    A lone first component that is a SOR number or a GLN is taken for one.
    """
    scheme, number = _scheme(identifier, kind.strip().upper())
    if not number or len(number) > _LONGEST_NUMBER:
        scheme, number, name = _lone(name)
    return Organisation(
        sor=number if scheme == "SOR" and is_sor(number) else "",
        gln=number if scheme == "GLN" else "",
        name=name[:_LONGEST_NAME],
        municipality=municipality_code(number) if scheme == "KOM" else "",
    )


def _scheme(identifier: str, kind: str) -> tuple[str, str]:
    if kind == "ISO":
        for oid, scheme in ((_SOR_OID, "SOR"), (_GLN_OID, "GLN")):
            if identifier.startswith(f"{oid}."):
                return scheme, identifier.removeprefix(f"{oid}.")
        return "", ""
    return {"EAN": "GLN", "GS1": "GLN", "KOMMUNE": "KOM"}.get(kind, kind), identifier


def _lone(name: str) -> tuple[str, str, str]:
    if is_gln(name):
        return "GLN", name, ""
    return ("SOR", name, "") if is_sor(name) and len(name) <= _LONGEST_NUMBER else ("", "", name)


def facility(tree: Er7, segment: Segment, field: int) -> Organisation:
    """The organisation in an HD field such as MSH-4."""
    return organisation(*(tree.value(segment, field, component) for component in (1, 2, 3)))


def location_facility(tree: Er7, visit: Segment) -> Organisation:
    """The facility of PV1-3 (PL.4, an HD); nowhere when it has no number."""
    place = tree.repetitions(visit, 3)
    parts = tree.subcomponents(tree.component(place[0], 4)) if place else []
    found = organisation(*([*parts, "", "", ""][:3]))
    return found if found.sor or found.gln else NOWHERE


def citizen(tree: Er7, patient: Segment) -> Citizen | None:
    """The citizen of PID-3: the repetition that is labelled as a CPR or replacement number, else an unlabelled one.

    Labelled: assigning authority (CX.4) `CPR` or an OID of 1.2.208.176.1.2, .6.1.1, .6.1.3; or type (CX.5) CPR,
    NNDNK, PNR. Unlabelled: no assigning authority, type empty, NI, NN or SS, and ten digits that begin with a date.
    """
    repetitions = tree.repetitions(patient, 3)
    labelled = ((text, _labelled(tree, text)) for text in repetitions)
    found = next(((text, system) for text, system in labelled if system), None)
    if found is None:
        bare = ((text, _unlabelled(tree, text)) for text in repetitions)
        found = next(((text, system) for text, system in bare if system), None)
    if found is None:
        return None
    names = (tree.value(patient, 5, part)[:_LONGEST_NAME] for part in (1, 2))
    return Citizen(_number(tree, found[0]), found[1], *names)


def _number(tree: Er7, repetition: str) -> str:
    return tree.plain(tree.component(repetition, 1)).strip().replace("-", "").replace(" ", "").upper()


def _labelled(tree: Er7, repetition: str) -> str:
    authority = [*tree.subcomponents(tree.component(repetition, 4)), ""]
    if authority[1] in _OIDS or authority[0] in _OIDS:
        return _OIDS.get(authority[1]) or _OIDS[authority[0]]
    named = authority[0].upper() in _CPR_AUTHORITIES
    typed = tree.component(repetition, 5).upper() in _CPR_TYPES
    if not (named or typed):
        return ""
    return citizen_system(_number(tree, repetition)) or CPR


def _unlabelled(tree: Er7, repetition: str) -> str:
    if tree.component(repetition, 4) or tree.component(repetition, 5).upper() not in _UNLABELLED_TYPES:
        return ""
    return citizen_system(_number(tree, repetition))
