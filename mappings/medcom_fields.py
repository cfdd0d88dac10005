"""Reading the parts that all MedCom XML letters share: envelope, head, parties, citizen, times."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from mappings.danish_ids import check_citizen, citizen_system, is_gln, is_sor, municipality_code, plain_id
from mappings.danish_time import danish
from mappings.reading import NOWHERE, Citizen
from profiles.issue import Issue, error, warning
from settlement.records import Action, Organisation

ACTIONS = {"nytbrev": Action.NEW, "rettetbrev": Action.REVISED, "annulleretbrev": Action.CANCELLED}


def text_at(element: etree._Element | None, path: str) -> str:
    """The text at a path of local names, trimmed; "" when there is none."""
    return ("" if element is None else element.findtext(path) or "").strip()


def moment_at(element: etree._Element, path: str) -> datetime | None:
    """A Date with Time or TimeWithSec as Danish wall time; midnight without a time of day, None when there is none."""
    found = element.find(path)
    if found is None:
        return None
    time = text_at(found, "TimeWithSec") or text_at(found, "Time") or "00:00"
    try:
        read = datetime.fromisoformat(f"{text_at(found, 'Date')}T{time}")
        return danish(read) if read.tzinfo is None else read
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a letter and its parties."""

    letter_id: str
    type: str
    version: str
    action: Action
    stay: str
    stated_at: datetime | None
    sender: Organisation
    receiver: Organisation
    copy_receiver: Organisation


def read_head(letter: etree._Element) -> Head:
    """Letter, Sender and Receiver. The stay is EpisodeOfCareIdentifier, or NotificationIdentifier in advices."""
    head = letter.find("Letter")
    stay = text_at(head, "EpisodeOfCareIdentifier") or text_at(head, "NotificationIdentifier")
    return Head(
        letter_id=text_at(head, "Identifier"),
        type=text_at(head, "TypeCode"),
        version=text_at(head, "VersionCode"),
        action=ACTIONS.get(text_at(head, "StatusCode"), Action.NEW),
        stay=plain_id(stay)[:100],
        stated_at=moment_at(letter, "Letter/Authorisation"),
        sender=read_party(letter.find("Sender")),
        receiver=read_party(letter.find("Receiver")),
        copy_receiver=read_party(letter.find("CCReceiver")),
    )


def read_party(element: etree._Element | None) -> Organisation:
    """Sender or Receiver: EAN, and Identifier as its IdentifierCode says (kommunenummer is three digits here)."""
    if element is None:
        return NOWHERE
    code, identifier = text_at(element, "IdentifierCode"), text_at(element, "Identifier")
    ean = text_at(element, "EANIdentifier") or (identifier if code == "lokationsnummer" else "")
    names = (text_at(element, name) for name in ("OrganisationName", "DepartmentName", "UnitName"))
    return Organisation(
        sor=identifier[:35] if code == "sorkode" and is_sor(identifier) else "",
        gln=ean[:35],
        name=", ".join(name for name in names if name)[:200],
        municipality=municipality_code(identifier) if code == "kommunenummer" else "",
    )


def party_issues(letter: etree._Element) -> tuple[Issue, ...]:
    """Warnings about EAN numbers that cannot be right: published letters have them, so they refuse nothing."""
    issues: list[Issue] = []
    for name in ("Sender", "Receiver"):
        if not is_gln(text_at(letter, f"{name}/EANIdentifier")):
            text = (
                f"{name}'s EANIdentifier is not 13 digits with a valid check digit: correct it in the address register."
            )
            issues.append(warning("gln-check-digit", f"/Emessage/{letter.tag}/{name}/EANIdentifier", text, "value"))
    return tuple(issues)


def read_citizen(letter: etree._Element) -> tuple[Citizen | None, tuple[Issue, ...]]:
    """The citizen of Patient, by CPR number or replacement number, and what is wrong with the number."""
    where = f"/Emessage/{letter.tag}/Patient"
    number = text_at(letter, "Patient/CivilRegistrationNumber")
    if number:
        return _citizen(letter, number), check_citizen(number, f"{where}/CivilRegistrationNumber")
    number = text_at(letter, "Patient/AlternativeIdentifier")
    if not number:
        text = "The letter names no citizen: fill in Patient/CivilRegistrationNumber."
        return None, (error("citizen-missing", where, text, "required"),)
    if not citizen_system(number):
        text = (
            "AlternativeIdentifier is no national replacement number (X-eCPR or D-eCPR): send one, or the CPR number."
        )
        return None, (error("citizen-system", f"{where}/AlternativeIdentifier", text, "value"),)
    return _citizen(letter, number), ()


def _citizen(letter: etree._Element, number: str) -> Citizen:
    names = (text_at(letter, f"Patient/{name}") for name in ("PersonSurnameName", "PersonGivenName"))
    return Citizen(number[:35], citizen_system(number), *(name[:200] for name in names))


def letter_hash(letter: etree._Element) -> str:
    """SHA-256 (hex) of the letter in exclusive canonical XML, without its envelope, which changes on resend."""
    try:
        canonical = etree.tostring(letter, method="c14n", exclusive=True, with_comments=False)
    except etree.C14NError:  # a namespace that is no URI has no canonical form
        canonical = etree.tostring(letter, with_tail=False)
    return hashlib.sha256(canonical).hexdigest()
