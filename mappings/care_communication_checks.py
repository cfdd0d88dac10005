"""What a CareCommunication must hold beyond base FHIR and the message frame.

Source: package medcom.fhir.dk.carecommunication 5.0.2 (profiles -message, -communication, -provenance; invariants
medcom-careCommunication-1 to -15) and medcom.fhir.dk.core 3.0.1 for the payload's extensions. Bindings are read by
url, not by the pinned versions, one of which was never published. Letters of version 4 differ in MessageHeader's
definition only, which is a warning.
"""

from __future__ import annotations

import re

from mappings.codes import find, table, translate
from mappings.fhir_common import EMPTY, Entry, Resource, codings, extension, items, moment, node, text
from mappings.fhir_message import ACTIVITY_CODES, Message
from mappings.hospital_notification_checks import only_primary, patient_issues, subject_issues
from profiles.issue import Issue, error, warning

CATEGORY_CODES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-careCommunication-categoryCodes"
_CORE = "http://medcomfhir.dk/ig/core/StructureDefinition"
_DATE = f"{_CORE}/medcom-core-datetime-extension"
_AUTHOR = f"{_CORE}/medcom-core-practitioner-extension"
_CONTACT = f"{_CORE}/medcom-core-contact-extension"
_IDENTIFIER = f"{_CORE}/medcom-core-identifier-extension"
_SENDER = f"{_CORE}/medcom-core-sender-extension"
_DEFINITION = re.compile(
    r"http://medcomfhir\.dk/ig/messagedefinitions/MessageDefinition/"
    r"MedComCareCommunicationMessageDefinition\|5\.[0-9]{1,2}"
)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MIME_TYPES = ("application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/bmp")
_PRIORITIES = ("routine", "asap")


def communication_issues(message: Message) -> list[Issue]:
    """Every finding of the format's own; the frame and the base structure are checked before."""
    communication = message.focus("Communication")
    issues = [*patient_issues(message), *only_primary(message), *_definition(message), *_history(message)]
    if communication is None:
        advice = "The focus of a CareCommunication is the Communication in the Bundle; refer to it."
        return [*issues, error("focus", f"{message.header.where}.focus", advice, "required")]
    issues += subject_issues(message, communication) + _communication(communication)
    issues += _category(communication) + _payloads(message, communication) + _encounter(message, communication)
    return issues + _practitioners(message) + _specific_parties(message, communication)


def _definition(message: Message) -> list[Issue]:
    if _DEFINITION.fullmatch(text(message.header.resource, "definition")):
        return []
    advice = (
        "The definition is not MedCom's MessageDefinition of CareCommunication 5; the letter was read as version 5."
    )
    return [warning("message-definition", f"{message.header.where}.definition", advice)]


def _history(message: Message) -> list[Issue]:
    if message.current is None:
        return []
    where = message.current.where
    if find("communication-activities", message.activity) is None:
        known = ", ".join(table("communication-activities"))
        advice = f"This is no activity of a CareCommunication. Known: {known} ({ACTIVITY_CODES})."
        return [error("activity-unknown", f"{where}.activity.coding.code", advice, "code-invalid")]
    entities = items(message.current.resource, "entity")
    if any(text(entity, "role") == "source" and node(entity, "what", "identifier") for entity in entities):
        return []
    advice = "Name the payload this message adds: an entity of role source with what.identifier."
    return [error("provenance-payload", f"{where}.entity", advice, "required")]


def _communication(entry: Entry) -> list[Issue]:
    resource, where = entry.resource, entry.where
    identifiers = items(resource, "identifier")
    issues = []
    if len(identifiers) != 1 or not _UUID.fullmatch(text(identifiers[0], "value")):
        advice = "Give the thread one identifier: urn:uuid: and a UUID in lower case."
        issues.append(error("thread-identifier", f"{where}.identifier", advice))
    if text(resource, "status") != "unknown":
        issues.append(
            error("communication-status", f"{where}.status", "The status is always `unknown`.", "code-invalid")
        )
    if len(items(resource, "recipient")) > 1:
        issues.append(error("recipients", f"{where}.recipient", "Name one specific recipient at most.", "structure"))
    return issues


def _category(entry: Entry) -> list[Issue]:
    resource, where = entry.resource, entry.where
    given = [coding for concept in items(resource, "category") for coding in codings(concept)]
    if len(given) != 1:
        return [error("category-count", f"{where}.category", "Give exactly one category with one code.", "structure")]
    system, code = given[0]
    _, unknown = translate("communication-categories", code, f"{where}.category.coding.code")
    issues = list(unknown)
    if system != CATEGORY_CODES:
        advice = f"The category is a code of {CATEGORY_CODES}; name that system."
        issues.append(error("category-system", f"{where}.category.coding.system", advice, "code-invalid"))
    if code != "regarding-referral" and "priority" in resource:
        advice = "A priority goes with the category regarding-referral only; leave it out."
        issues.append(error("priority", f"{where}.priority", advice, "business-rule"))
    if "priority" in resource and text(resource, "priority") not in _PRIORITIES:
        issues.append(error("priority", f"{where}.priority", "The priority is routine or asap.", "code-invalid"))
    if code == "other" and not text(resource, "topic", "text"):
        issues.append(error("topic", f"{where}.topic", "The category `other` needs a topic with text.", "required"))
    return issues


def _payloads(message: Message, entry: Entry) -> list[Issue]:
    payloads = items(entry.resource, "payload")
    issues = [
        found
        for place, payload in enumerate(payloads)
        for found in _payload(message, payload, f"{entry.where}.payload[{place}]")
    ]
    if not any("contentString" in payload for payload in payloads):
        advice = "A letter has at least one payload with text (contentString)."
        issues.append(error("payload-text", f"{entry.where}.payload", advice, "required"))
    return issues


def _payload(message: Message, payload: Resource, where: str) -> list[Issue]:
    issues = _payload_extensions(payload, where)
    if "contentString" in payload:
        author = message.contents.find(text(extension(payload, _AUTHOR), "valueReference", "reference"))
        contact = text(extension(payload, _CONTACT), "valueContactPoint", "value")
        issues += [] if author else [_part_missing("author", _AUTHOR, where)]
        issues += [] if contact else [_part_missing("phone number of the author", _CONTACT, where)]
    elif "contentAttachment" in payload:
        issues += _attachment(node(payload, "contentAttachment"), f"{where}.contentAttachment")
    else:
        advice = "A payload has text (contentString) or an attachment (contentAttachment)."
        issues.append(error("payload-content", f"{where}.content[x]", advice, "required"))
    return issues


def _payload_extensions(payload: Resource, where: str) -> list[Issue]:
    """Every payload says when it was written, and has an identifier with value and assigner (core 3.0.1)."""
    written = moment(text(extension(payload, _DATE), "valueDateTime"))
    identifier = node(extension(payload, _IDENTIFIER), "valueIdentifier")
    issues = [] if written else [_part_missing("time of writing (with time zone)", _DATE, where)]
    if not text(identifier, "value") or not node(identifier, "assigner"):
        issues.append(_part_missing("identifier (value and assigner)", _IDENTIFIER, where))
    elif not _UUID.fullmatch(text(identifier, "value")):
        advice = "The payload's identifier is urn:uuid: and a UUID in lower case."
        issues.append(error("payload-identifier", f"{where}.extension('{_IDENTIFIER}')", advice))
    return issues


def _part_missing(what: str, url: str, where: str) -> Issue:
    return error("payload-incomplete", f"{where}.extension('{url}')", f"Give the payload's {what}.", "required")


def _attachment(attachment: Resource, where: str) -> list[Issue]:
    issues = []
    if not text(attachment, "title"):
        issues.append(error("attachment-title", f"{where}.title", "Give the attachment a title.", "required"))
    if text(attachment, "contentType") not in _MIME_TYPES and text(attachment, "data"):
        advice = f"An attachment is of one of the types {', '.join(_MIME_TYPES)}."
        issues.append(error("attachment-type", f"{where}.contentType", advice, "code-invalid"))
    return issues


def _encounter(message: Message, entry: Entry) -> list[Issue]:
    """medcom-careCommunication-9 and -15. An Encounter without a reference to it was legal in version 4: a warning."""
    reference, where = text(entry.resource, "encounter", "reference"), f"{entry.where}.encounter"
    found = encounter_of(message, entry)
    if found is None:
        advice = "Communication.encounter refers to an Encounter that is not in the Bundle; add it or leave it out."
        return [error("encounter-reference", where, advice, "not-found")] if reference else []
    if not text(node(found.resource, "episodeOfCare"), "identifier", "value"):
        advice = "An Encounter carries the identifier of the stay (episodeOfCare.identifier)."
        return [error("stay-missing", f"{found.where}.episodeOfCare", advice, "required")]
    advice = "The Encounter in the Bundle is not referred to by Communication.encounter; it was taken as the letter's."
    return [] if reference else [warning("encounter-reference", where, advice, "not-found")]


def encounter_of(message: Message, communication: Entry) -> Entry | None:
    """The Encounter a letter is about: the one it refers to, else the only one in the Bundle."""
    reference = text(communication.resource, "encounter", "reference")
    present = message.contents.all("Encounter")
    found = message.contents.find(reference) if reference else present[0] if len(present) == 1 else None
    return found if found and found.type == "Encounter" else None


def _practitioners(message: Message) -> list[Issue]:
    """medcom-careCommunication-4, -7, -8, -13: roles say which role and whose, and the practitioner has a name."""
    issues = []
    for entry in message.contents.all("PractitionerRole"):
        who = message.contents.find(text(entry.resource, "practitioner", "reference"))
        if who is None:
            advice = "Refer to the Practitioner in the Bundle."
            issues.append(error("role-practitioner", f"{entry.where}.practitioner", advice, "not-found"))
        elif not any(text(name, "family") or text(name, "text") for name in items(who.resource, "name")):
            issues.append(error("practitioner-name", f"{who.where}.name", "Give the practitioner's name.", "required"))
    return issues + _author_roles(message)


def _author_roles(message: Message) -> list[Issue]:
    communication = message.focus("Communication")
    payloads = items(communication.resource, "payload") if communication else []
    authors = (
        message.contents.find(text(extension(item, _AUTHOR), "valueReference", "reference")) for item in payloads
    )
    roles = {found.where: found for found in authors if found and found.type == "PractitionerRole"}
    return [
        error("author-role", f"{where}.code", "Say the author's role, by a code or a text.", "required")
        for where, role in roles.items()
        if not text(role.resource, "code", "coding", "code") and not text(role.resource, "code", "text")
    ]


def _specific_parties(message: Message, entry: Entry) -> list[Issue]:
    """medcom-careCommunication-11 and -12: a specific sender or recipient belongs to the header's organisation."""
    recipient = text(entry.resource, "recipient", "reference")
    sender = text(extension(entry.resource, _SENDER), "valueReference", "reference")
    checks = (
        ("recipient", recipient, message.receiver, f"{entry.where}.recipient"),
        ("sender", sender, message.sender, f"{entry.where}.extension('{_SENDER}')"),
    )
    return [
        error(f"{role}-organisation", where, f"The specific {role} does not belong to the {role} organisation.")
        for role, reference, party, where in checks
        if reference and not _belongs(message, reference, party)
    ]


def _belongs(message: Message, reference: str, party: Entry | None) -> bool:
    found = message.contents.find(reference)
    resource = found.resource if found else EMPTY
    links = (text(resource, "organization", "reference"), text(resource, "managingOrganization", "reference"))
    return any(link and message.contents.find(link) is party for link in links)
