"""A plain FHIR Encounter: one municipal visit, from municipalities without KL Gateway; or a contact with a doctor.

subject: by identifier (CPR), or a contained Patient. serviceProvider: the municipality by identifier (SOR, GLN or
Kommunekode), or a contained Organization. Interventions: FSIII codes in serviceType, type or reasonCode. Status
changes it: `cancelled` and `entered-in-error` take it back. meta.lastUpdated orders corrections; a finished visit
without it is ordered by its own end.

It is a contact, not a visit, when `type` has a code of our CodeSystem contact-with (general-practitioner,
on-call-doctor, responsible-physician), or when serviceProvider has a Ydernummer (a general practice).
"""

from __future__ import annotations

from datetime import datetime

from mappings.danish_ids import plain_id
from mappings.fhir_common import Resource, codings, items, moment, node, text
from mappings.fhir_message_reading import letter_hash
from mappings.fhir_outcome import outcome_receipt
from mappings.fhir_single import (
    key_issues,
    named_organisation,
    organisation_missing,
    referred,
    resource_key,
    resource_letter_id,
    stated_at,
    subject,
)
from mappings.fhir_visits import Times, intervention, visit_action, visit_kind, visit_times
from mappings.reading import NOWHERE, Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, refuses
from profiles.names import BASE
from profiles.structure import check_structure
from settlement.records import Action, Contact, ContactWith, Encounter, Organisation, Record

CONTACT_CODES = f"{BASE}/CodeSystem/contact-with"
YDERNUMMER = "urn:oid:1.2.208.176.1.4"


class FhirEncounter:
    """One visit or contact as a FHIR resource of its own."""

    name = "fhir-encounter"
    title = "FHIR Encounter"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """An Encounter resource."""
        return text(document.tree, "resourceType") == "Encounter"

    def read(self, document: Document) -> Reading:
        """One Encounter or Contact record; none while the visit is only planned."""
        encounter = document.tree
        who, citizen_issues = subject(encounter, "subject")
        provider = named_organisation(encounter, "serviceProvider")
        times = visit_times(encounter, "Encounter")
        contact_with, contact_issues = _contact_with(encounter)
        issues = [*check_structure(encounter), *citizen_issues, *key_issues(encounter), *times.issues, *contact_issues]
        if contact_with is None and provider == NOWHERE:
            issues.append(organisation_missing(encounter, "serviceProvider"))
        record = None if refuses(issues) else _record(encounter, provider, times, contact_with)
        return Reading(
            format=self.name,
            family=Family.FHIR,
            event=text(encounter, "status"),
            letter_id=resource_letter_id(encounter) if resource_key(encounter) else "",
            letter_hash=letter_hash(encounter),
            sender=provider,
            sent_at=moment(text(encounter, "meta", "lastUpdated")),
            citizen=who,
            records=(record,) if record else (),
            issues=tuple(issues),
            fields={"syntax": document.syntax},
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


def _contact_with(encounter: Resource) -> tuple[ContactWith | None, list[Issue]]:
    codes = [
        code for concept in items(encounter, "type") for system, code in codings(concept) if system == CONTACT_CODES
    ]
    known = {member.value: member for member in ContactWith}
    if codes and codes[0] not in known:
        advice = f"Use a code of {CONTACT_CODES}: {', '.join(known)}."
        return None, [error("contact-unknown", "Encounter.type.coding.code", advice, "code-invalid")]
    if codes:
        return known[codes[0]], []
    provider = referred(encounter, "serviceProvider")
    practice = any(text(item, "system") == YDERNUMMER for item in items(provider, "identifier"))
    return (ContactWith.GENERAL_PRACTITIONER if practice else None), []


def _record(
    encounter: Resource, provider: Organisation, times: Times, contact_with: ContactWith | None
) -> Record | None:
    action = visit_action(encounter)
    if action is None or times.at is None:
        return None
    said = stated_at(encounter, times.end or times.at, action is Action.CANCELLED)
    if contact_with is not None:
        return _contact(encounter, times.at, said, action, contact_with)
    done = intervention([node(encounter, "serviceType"), *items(encounter, "type"), *items(encounter, "reasonCode")])
    return Encounter(
        citizen="",
        key=f"encounter:{resource_key(encounter)}",
        at=times.at,
        stated_at=said,
        message="",
        action=action,
        municipality=provider,
        end=times.end,
        kind=visit_kind(encounter),
        intervention=done.code,
        iv=done.iv,
    )


def _contact(encounter: Resource, at: datetime, said: datetime, action: Action, contact_with: ContactWith) -> Contact:
    return Contact(
        citizen="",
        key=f"encounter:{resource_key(encounter)}",
        at=at,
        stated_at=said,
        message="",
        action=action,
        contact_with=contact_with,
        stay=plain_id(text(encounter, "episodeOfCare", "identifier", "value")),
    )
