"""The kinds of MedCom XML letters: how each is recognised, and which are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from mappings.medcom_envelope import Emessage


@dataclass(frozen=True, slots=True)
class Kind:
    """A letter type: its TypeCode, the beginning of its version codes, and what it is called."""

    type: str
    version: str
    title: str
    roots: tuple[str, ...]


LETTERS = (
    Kind("XDIS01", "XD01", "Epikrise", ("DischargeLetter",)),
    Kind("XDIS17", "XD17", "Udskrivningsadvis", ("NotificationOfDischarge",)),
    Kind("XDIS18", "XD18", "Udskrivningsrapport", ("ReportOfDischarge",)),
    Kind("XDIS19", "XD19", "Melding om færdigbehandling", ("WarningOfDischarge", "NoticeOfCompletedTreatment")),
    Kind("XDIS20", "XD20", "Indlæggelsesadvis", ("NotificationOfAdmission",)),
    Kind("XREF15", "XH15", "Kommunehenvisning", ("MunicipalityReferral",)),
    Kind("XREF22", "XH22", "Henvisning til kommunens akutfunktion", ("EmergencyMunicipalityReferral",)),
)
RECEIPTS = (
    Kind("XCTL01", "XC01", "Negativ VANS-kvittering", ("NegativeVansReceipt",)),
    Kind("XCTL02", "XC02", "Negativ kvittering", ("NegativeReceipt",)),
    Kind("XCTL03", "XC03", "Positiv kvittering", ("PositiveReceipt",)),
)
_VERSION = re.compile(r"X[A-Z][0-9]{4}[A-Z]")


def letters_in(tree: Emessage) -> list[etree._Element]:
    """The letters of an Emessage: all its elements but the Envelope."""
    if tree.name != "Emessage":
        return []
    return [element for element in tree.root if element.tag != "Envelope"]


def kind_of(tree: Emessage) -> Kind | None:
    """The kind of the first letter: by its VersionCode, else by the name of its element; None when it is not read here.

    The version code decides because the element's name differs between editions of one letter.
    """
    letters = letters_in(tree)
    if not letters:
        return None
    begins = version_of(letters[0])[:4]
    kinds = (*LETTERS, *RECEIPTS)
    named = (kind for kind in kinds if not begins and letters[0].tag in kind.roots)
    return next((kind for kind in kinds if kind.version == begins), None) or next(named, None)


def version_of(letter: etree._Element) -> str:
    """The version code of a letter ("XD1834C"), "" where it has none of the right form."""
    version = (letter.findtext("Letter/VersionCode") or "").strip()
    return version if _VERSION.fullmatch(version) else ""
