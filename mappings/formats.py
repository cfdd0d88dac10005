"""The formats this gateway reads, and the way from bytes to format and reading.

To add a format: write one file with a class of the shape `mappings.reading.Format`, and add one line to FORMATS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from mappings.acknowledgement import Acknowledgement
from mappings.care_communication import CareCommunication
from mappings.claim_decisions import ClaimDecisions
from mappings.fhir_document import parse_fhir
from mappings.fhir_encounter import FhirEncounter
from mappings.fhir_outcome import UnknownFhir
from mappings.hl7v2_adt import Hl7v2Adt
from mappings.hl7v2_other import Hl7v2Acknowledgement, UnknownHl7v2
from mappings.hl7v2_referral import Hl7v2Referral
from mappings.hl7v2_segments import parse_hl7v2
from mappings.hospital_notification import HospitalNotification
from mappings.iv_referral import IvReferral
from mappings.kl_gateway import KlGateway
from mappings.medcom_envelope import parse_medcom
from mappings.medcom_xml import MEDCOM_LETTERS, MedcomReceipt, UnknownMedcom
from mappings.payment_reading import PaymentReconciliations
from mappings.plain_messages import EmptyMessage, UnsupportedMessage
from mappings.pro import Questionnaire, QuestionnaireResponse
from mappings.reading import Document, Family, Format, Judge, Judged, Reading
from profiles.issue import Issue, refuses

Parser = Callable[[bytes, str], tuple[Document, tuple[Issue, ...]]]

FORMATS: tuple[Format, ...] = (
    HospitalNotification(),
    CareCommunication(),
    IvReferral(),
    Acknowledgement(),
    EmptyMessage(),
    UnsupportedMessage(),
    KlGateway(),
    FhirEncounter(),
    Questionnaire(),
    QuestionnaireResponse(),
    ClaimDecisions(),
    PaymentReconciliations(),
    *MEDCOM_LETTERS,
    MedcomReceipt(),
    Hl7v2Adt(),
    Hl7v2Referral(),
    Hl7v2Acknowledgement(),
)
"""Every format, in the order they are asked whether a document is theirs."""

FALLBACKS: dict[Family, Format] = {
    Family.FHIR: UnknownFhir(),
    Family.MEDCOM_XML: UnknownMedcom(),
    Family.HL7V2: UnknownHl7v2(),
}
"""Who answers, in a family's own style, what could not be read or is of no known format."""

PARSERS: dict[Family, Parser] = {
    Family.FHIR: parse_fhir,
    Family.MEDCOM_XML: parse_medcom,
    Family.HL7V2: parse_hl7v2,
}

_FHIR_NAMESPACE = re.compile(rb"""xmlns(?::[\w.-]+)?\s*=\s*["']http://hl7\.org/fhir["']""")
_MEDIA_TYPES = {
    "application/fhir+json": Family.FHIR,
    "application/fhir+xml": Family.FHIR,
    "application/hl7-v2": Family.HL7V2,
    "x-application/hl7-v2+er7": Family.HL7V2,
}


def read(body: bytes, family: Family | None, media_type: str, judge: Judge | None = None) -> tuple[Format, Reading]:
    """Read a message: find its family (if None), parse it, and let the first format that knows it read it.

    judge: what FHIR and letters are held against besides the format's own rules. Bad data never raises: it is read by
    the family's fallback, with issues that refuse it.
    """
    family = family or sniff(body, media_type)
    document, issues = PARSERS[family](body, media_type)
    form = recognise(document)
    reading = form.read(document)
    if judge is not None and family is not Family.HL7V2 and document.tree is not None:
        reading = _judged(reading, judge(form.name, document.tree))
    return form, replace(reading, issues=issues + reading.issues) if issues else reading


def _judged(reading: Reading, found: Judged) -> Reading:
    """The reading with what its guide says, but for places where the format's own rules found an error already."""
    known = {issue.where for issue in reading.issues if refuses((issue,))}
    more = tuple(issue for issue in found.issues if issue.where not in known)
    return replace(reading, issues=reading.issues + more, guide=found.guide) if found.guide else reading


def recognise(document: Document) -> Format:
    """The first format that knows the document, else the family's fallback."""
    if document.tree is None:
        return FALLBACKS[document.family]
    known = (form for form in FORMATS if form.family is document.family and form.recognises(document))
    return next(known, FALLBACKS[document.family])


def sniff(body: bytes, media_type: str) -> Family:
    """The wire family of a body that came without one: its media type, else what it begins with."""
    family = _MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower())
    return family or _sniff_bytes(body[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\x0b \t\r\n"))


def _sniff_bytes(start: bytes) -> Family:
    if start.startswith((b"MSH", b"FHS", b"BHS")):
        return Family.HL7V2
    if start.startswith(b"<") and not _FHIR_NAMESPACE.search(start):
        return Family.MEDCOM_XML
    return Family.FHIR
