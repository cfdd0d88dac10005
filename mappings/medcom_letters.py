"""MedCom XML letters about a citizen's stay or referral, as records.

| letter | what it says | records |
|---|---|---|
| XDIS01 epikrise, XDIS17 udskrivningsadvis, XDIS18 udskrivningsrapport | the stay ended at `Discharge` | discharge |
| XDIS20 indlæggelsesadvis | the stay began at `Admission` | admission |
| XDIS19 melding om færdigbehandling | treatment is over, discharge is planned | admission |
| XREF15, XREF22 | the municipality takes a treatment over | treatment |

IV type and weight category stand in `Treatments/Treatment/TreatmentCode` (XDIS18 has up to 28 of them, 14 characters
each), or in a referral's `DiagnoseCode`: codes of `codes/iv-treatment-slots.csv`, our own (IVTFLUID, IVK2) or SKS.
Other codes are other treatments. They hold from the discharge; in XDIS19 from the planned discharge, until a later
letter or message says otherwise.

`StatusCode` rettetbrev revises and annulleretbrev withdraws what the letter said before about the same stay
(`EpisodeOfCareIdentifier`); an annulled XDIS19 withdraws its IV statement, not the admission it mentions. A patient who
is moved to another department or hospital (`EpisodeOfCareStatusCode`) was not discharged, and nor was one who died.
The municipality is Receiver, or CCReceiver where only that is one (an epikrise goes to the general practitioner).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from mappings.iv_slots import NOTHING, OWN, SKS, Slot, codes_of, slot_of
from mappings.medcom_fields import Head, moment_at, text_at
from mappings.medcom_kinds import Kind
from mappings.reading import NOWHERE
from profiles.issue import Issue, error, warning
from settlement.records import Action, Organisation, Record, StayEvent, StayKind, Treatment

_ENDINGS = ("XDIS01", "XDIS17", "XDIS18")
_REFERRALS = ("XREF15", "XREF22")
_CODE_PLACES = ("TreatmentCode", "DiagnoseCode")
_REQUIRED = {"XDIS17": ("Discharge",), "XDIS19": ("EndOfTreatment",), "XDIS20": ("Admission",)}
_OWN_PREFIXES = ("IVT", "IVK")
_MAX_ISSUES = 20
_DIED = "doed"
_MOVED = ("flyttet_til_sygehusafd", "flyttet_til_sygehus")


@dataclass(frozen=True, slots=True)
class Stay:
    """The times of a letter, who it is between, and what its records are keyed by."""

    head: Head
    anchor: str
    stated_at: datetime
    municipality: Organisation
    admitted_at: datetime | None
    discharged_at: datetime | None
    planned_at: datetime | None
    status: str


def read_records(
    kind: Kind, letter: etree._Element, head: Head, sent_at: datetime | None
) -> tuple[tuple[Record, ...], tuple[Issue, ...]]:
    """The records of a letter that has passed its schema, and what is missing for them."""
    slot, slot_issues = read_slot(letter)
    stated_at = head.stated_at or sent_at
    issues = (
        *slot_issues,
        *_required(kind, letter, annulled=head.action is Action.CANCELLED),
        *_anchor_issues(kind, letter, head),
    )
    if stated_at is None:
        return (), issues
    stay = _stay(letter, head, stated_at)
    issues = (*issues, *_stay_issues(kind, letter, stay))
    if kind.type in _REFERRALS:
        return (_referral(kind, stay, slot),), issues
    treatments = _treatments(kind, stay, slot)
    return (*_stay_events(kind, stay), *treatments), (*issues, *_unplaced(letter, slot, treatments))


def read_slot(letter: etree._Element) -> tuple[Slot, tuple[Issue, ...]]:
    """IV type and weight category among the codes of a letter; later codes may not contradict earlier ones."""
    found, issues = NOTHING, list[Issue]()
    for element in letter.iter(*_CODE_PLACES):
        code, where = (element.text or "").strip(), f"/Emessage/{letter.tag}//{element.tag}"
        slot = slot_of(OWN, code) or slot_of(SKS, code)
        if slot is None and code.upper().startswith(_OWN_PREFIXES):
            issues.append(error("iv-code-unknown", where, f"This is no IV code. Use: {codes_of(OWN)}.", "code-invalid"))
        elif slot is not None and found.contradicts(slot):
            text = "The letter says IV type or weight category twice, and not the same: say it once."
            issues.append(error("iv-code-contradicts", where, text, "business-rule"))
        elif slot is not None:
            found = found.joined(slot)
    return found, tuple(issues[:_MAX_ISSUES])


def _required(kind: Kind, letter: etree._Element, *, annulled: bool) -> tuple[Issue, ...]:
    return tuple(
        error("medcom-required", f"/Emessage/{letter.tag}/{name}", f"{kind.type} needs {name}: fill it in.", "required")
        for name in _REQUIRED.get(kind.type, ())
        if moment_at(letter, name) is None and not annulled
    )


def _anchor_issues(kind: Kind, letter: etree._Element, head: Head) -> tuple[Issue, ...]:
    if head.stay:
        return ()
    where = f"/Emessage/{letter.tag}/Letter/EpisodeOfCareIdentifier"
    if head.action is not Action.NEW and not _names_itself(kind, letter):
        text = "A corrected or annulled letter must say what it is about: fill in EpisodeOfCareIdentifier."
        return (error("medcom-no-stay", where, text, "required"),)
    text = (
        "Without EpisodeOfCareIdentifier other letters about the stay are recognised by their times only: fill it in."
    )
    return (warning("medcom-no-stay", where, text, "required"),)


def _names_itself(kind: Kind, letter: etree._Element) -> bool:
    """Whether a letter without a stay's identifier says otherwise what it is about: its referral, or its times."""
    if kind.type in _REFERRALS:
        return bool(_referral_id(letter))
    return moment_at(letter, "Admission") is not None or moment_at(letter, "Discharge") is not None


def _referral_id(letter: etree._Element) -> str:
    return text_at(letter, "Referral/Identifier")


def _stay(letter: etree._Element, head: Head, stated_at: datetime) -> Stay:
    admitted_at, discharged_at = moment_at(letter, "Admission"), moment_at(letter, "Discharge")
    sender = head.sender.gln or head.sender.sor or head.sender.name
    begun = admitted_at or discharged_at
    return Stay(
        head=head,
        anchor=head.stay or _referral_id(letter) or f"{sender}/{begun.isoformat() if begun else head.letter_id}",
        stated_at=stated_at,
        municipality=_municipality(head),
        admitted_at=admitted_at,
        discharged_at=discharged_at,
        planned_at=moment_at(letter, "PlannedDischarge"),
        status=text_at(letter, "Patient/EpisodeOfCareStatusCode"),
    )


def _municipality(head: Head) -> Organisation:
    if head.receiver.municipality or not head.copy_receiver.municipality:
        return head.receiver
    return head.copy_receiver


def _stay_issues(kind: Kind, letter: etree._Element, stay: Stay) -> tuple[Issue, ...]:
    where = f"/Emessage/{letter.tag}/Discharge"
    if stay.admitted_at and stay.discharged_at and stay.discharged_at < stay.admitted_at:
        text = "The discharge is before the admission: correct one of them."
        return (error("discharge-before-admission", where, text, "business-rule"),)
    if kind.type in ("XDIS01", "XDIS18") and stay.discharged_at is None and stay.head.action is not Action.CANCELLED:
        text = "Without Discharge the letter does not say that the stay has ended, and starts no course: fill it in."
        return (warning("medcom-no-discharge", where, text, "required"),)
    return ()


def _stay_events(kind: Kind, stay: Stay) -> tuple[Record, ...]:
    annulled = stay.head.action is Action.CANCELLED
    otherwise = stay.stated_at if annulled else None  # what annuls need not repeat the time
    if kind.type in _ENDINGS:
        ended_at = stay.discharged_at or otherwise
        return _ended(stay, ended_at) if ended_at else ()
    admitted_at = stay.admitted_at or otherwise
    if admitted_at is None or (annulled and kind.type == "XDIS19"):
        return ()
    return (_event(stay, StayKind.ADMISSION, admitted_at),)


def _ended(stay: Stay, at: datetime) -> tuple[Record, ...]:
    """How the stay ended. A corrected letter that says how withdraws the other ending."""
    died, moved = stay.status == _DIED, stay.status in _MOVED
    ended = () if moved else (_event(stay, StayKind.DEATH if died else StayKind.DISCHARGE, at),)
    if not stay.status or stay.head.action is Action.NEW:
        return ended
    others = [kind for kind in (StayKind.DISCHARGE, StayKind.DEATH) if kind not in {event.kind for event in ended}]
    return (*ended, *(_event(stay, kind, at, Action.CANCELLED) for kind in others))


def _event(stay: Stay, kind: StayKind, at: datetime, action: Action | None = None) -> StayEvent:
    return StayEvent(
        citizen="",
        key=f"{kind.value}:{stay.anchor}",
        at=at,
        stated_at=stay.stated_at,
        message="",
        action=action or stay.head.action,
        kind=kind,
        stay=stay.head.stay,
        hospital=stay.head.sender,
        municipality=stay.municipality,
        admitted_at=stay.admitted_at,
        discharged_at=stay.discharged_at,
    )


def _treatments(kind: Kind, stay: Stay, slot: Slot) -> tuple[Record, ...]:
    """The IV statement: stated, or withdrawn where a letter annuls the discharge or has no IV code any more."""
    at = stay.planned_at if kind.type == "XDIS19" else stay.discharged_at
    action = stay.head.action
    annulled = action is Action.CANCELLED and kind.type in ("XDIS17", "XDIS18", "XDIS19")
    if annulled or (action is Action.REVISED and slot == NOTHING and kind.type in ("XDIS18", "XDIS19")):
        return (_treatment(kind, stay, NOTHING, at or stay.stated_at, Action.CANCELLED),)
    stated = slot != NOTHING and action is not Action.CANCELLED and kind.type != "XDIS20"
    return (_treatment(kind, stay, slot, at, action),) if stated and at and stay.status != _DIED else ()


def _unplaced(letter: etree._Element, slot: Slot, treatments: tuple[Record, ...]) -> tuple[Issue, ...]:
    if slot == NOTHING or treatments:
        return ()
    text = "IV type and weight category hold from a discharge, and this letter has none: they were not used."
    return (warning("iv-not-discharged", f"/Emessage/{letter.tag}/Treatments", text, "business-rule"),)


def _referral(kind: Kind, stay: Stay, slot: Slot) -> Treatment:
    return _treatment(kind, stay, slot, stay.discharged_at or stay.stated_at, stay.head.action)


def _treatment(kind: Kind, stay: Stay, slot: Slot, at: datetime, action: Action) -> Treatment:
    what = f"referral:{kind.type}" if kind.type in _REFERRALS else "letter-treatment"
    return Treatment(
        citizen="",
        key=f"{what}:{stay.anchor}",
        at=at,
        stated_at=stay.stated_at,
        message="",
        action=action,
        stay=stay.head.stay,
        hospital=stay.head.sender,
        municipality=stay.municipality if stay.municipality != NOWHERE else stay.head.receiver,
        iv_type=slot.iv_type,
        category=slot.category,
        carrier=f"{kind.type} {'code' if kind.type in _REFERRALS else 'TreatmentCode'}",
    )
