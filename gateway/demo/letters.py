"""MedCom XML letters as the demo's hospitals write them: windows-1252, with IV type and category as treatment codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from gateway.demo.cast import Actor, Course
from gateway.demo.fhir_messages import stay_of
from settlement.records import IvType, WeightCategory

_DISCHARGE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2007/02/01/"
_MUNICIPALITY = "urn:oio:medcom:municipality:1.0.3"
_TYPE_SLOTS = {
    IvType.ANTIBIOTIC: "IVTANTIBIOTIC",
    IvType.FLUID: "IVTFLUID",
    IvType.NUTRITION: "IVTNUTRITION",
    IvType.MEDICINE: "IVTMEDICINE",
    IvType.CHEMOTHERAPY: "IVTCHEMO",
}
_CATEGORY_SLOTS = {
    category: "IVKCHEMO" if category is WeightCategory.CHEMOTHERAPY else f"IVK{category.value}"
    for category in WeightCategory
}
_LETTERS = {
    "xdis18": ("ReportOfDischarge", "XDIS18", "XD1834C", _DISCHARGE),
    "xref15": ("MunicipalityReferral", "XREF15", "XH1530R", _MUNICIPALITY),
    "xref22": ("AcuteFunctionReferral", "XREF22", "XH2230R", _MUNICIPALITY),
}


def letter(course: Course, kind: str, at: datetime, *, number: str = "", encoding: str = "windows-1252") -> bytes:
    """A letter of `kind` ("xdis18", "xref15", "xref22") about a course, as the bytes its sender lets go of."""
    root, type_code, version, namespace = _LETTERS[kind]
    name = number or f"{type_code[1:]}{course.number:06d}"
    content = "".join(
        (
            _envelope(f"E{name}", at),
            f"<{root}>",
            _letter(name, type_code, version, at, course),
            _party("Sender", course.hospital, "sygehusafdelingsnummer"),
            _party("Receiver", course.municipality, "kommunenummer"),
            _patient(course),
            _moment("Admission", course.admitted) + _moment("Discharge", course.discharged),
            _treatments(course),
            "<ClinicalInformation>Fortsat intravenøs behandling i eget hjem.<Break/>",
            "Kontakt afdelingen ved tvivl.</ClinicalInformation>",
            f"</{root}>",
        )
    )
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<Emessage xmlns="{namespace}">{content}</Emessage>\n'
    return text.encode(encoding)


def _envelope(identifier: str, at: datetime) -> str:
    sent = f"<Sent><Date>{at:%Y-%m-%d}</Date><Time>{at:%H:%M}</Time></Sent>"
    return (
        f"<Envelope>{sent}<Identifier>{identifier}</Identifier>"
        "<AcknowledgementCode>pluspositivkvitt</AcknowledgementCode></Envelope>"
    )


def _letter(identifier: str, type_code: str, version: str, at: datetime, course: Course) -> str:
    return (
        f"<Letter><Identifier>{identifier}</Identifier><VersionCode>{version}</VersionCode>"
        f"<StatisticalCode>{type_code}</StatisticalCode>{_moment('Authorisation', at)}<TypeCode>{type_code}</TypeCode>"
        f"<StatusCode>nytbrev</StatusCode>"
        f"<EpisodeOfCareIdentifier>{stay_of(course).replace('-', '')}</EpisodeOfCareIdentifier></Letter>"
    )


def _party(role: str, actor: Actor, code: str) -> str:
    identifier = actor.kommune[1:] if code == "kommunenummer" else actor.sor[-7:]
    signed = (
        "<SignedBy><PersonGivenName>Demo</PersonGivenName><PersonSurnameName>Afsender</PersonSurnameName>"
        "<PersonTitle>Overlæge</PersonTitle></SignedBy>"
        if role == "Sender"
        else ""
    )
    return (
        f"<{role}><EANIdentifier>{actor.gln}</EANIdentifier><Identifier>{identifier}</Identifier>"
        f"<IdentifierCode>{code}</IdentifierCode><OrganisationName>{escape(actor.name[:35])}</OrganisationName>"
        f"{signed}</{role}>"
    )


def _patient(course: Course) -> str:
    person = course.person
    return (
        f"<Patient><CivilRegistrationNumber>{person.cpr}</CivilRegistrationNumber>"
        f"<PersonSurnameName>{person.family}</PersonSurnameName><PersonGivenName>{person.given}</PersonGivenName></Patient>"
    )


def _moment(name: str, at: datetime) -> str:
    return f"<{name}><Date>{at:%Y-%m-%d}</Date><Time>{at:%H:%M}</Time></{name}>"


def _treatments(course: Course) -> str:
    codes = [_TYPE_SLOTS[course.iv_type]]
    if course.category:
        codes.append(_CATEGORY_SLOTS[course.category])
    rows = "".join(f"<Treatment><TreatmentCode>{code}</TreatmentCode></Treatment>" for code in codes)
    return f"<Treatments>{rows}</Treatments>"


def sent_at(course: Course) -> datetime:
    """When the letter about a discharge is written: an hour after it."""
    return course.discharged + timedelta(hours=1)
