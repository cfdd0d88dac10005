"""What FHIR resources that come alone share: their citizen, their organisation, their ids.

A resource that is sent again after a change keeps its id, so its letter id is made of its id and its content: a
repeat is a duplicate, a change is a new letter about the same thing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mappings.fhir_common import EMPTY, Entry, Resource, items, moment, node, text
from mappings.fhir_message_reading import letter_hash
from mappings.fhir_parties import citizen, citizen_issues, organisation
from mappings.reading import NOWHERE, Citizen
from profiles.issue import Issue, error
from profiles.names import CPR, SOR
from settlement.records import Organisation


def resource_key(resource: Resource) -> str:
    """What names the thing a resource speaks of: its business identifier, else its id; "" when it has neither.

    An identifier that is single in one resource type and a list in another is read in both.
    """
    identifier = node(resource, "identifier")
    if text(identifier, "value"):
        return f"{text(identifier, 'system')}|{text(identifier, 'value')}"
    return text(resource, "id")


def resource_letter_id(resource: Resource) -> str:
    """The letter id of a resource that comes alone: type, key and the first 16 digits of its content's hash."""
    return f"{text(resource, 'resourceType')}/{resource_key(resource)}/{letter_hash(resource)[:16]}"


def key_issues(resource: Resource) -> list[Issue]:
    """A resource without id and identifier could never be corrected."""
    if resource_key(resource):
        return []
    kind = text(resource, "resourceType")
    advice = "Give it an identifier (or an id) that stays the same when it is corrected."
    return [error("identifier-missing", f"{kind}.identifier", advice, "required")]


def referred(resource: Resource, *path: str) -> Resource:
    """The object a reference at a path means: the contained resource, else what the reference itself says of it
    (identifier and display, in the shape of a resource)."""
    reference = node(resource, *path)
    literal = text(reference, "reference")
    if literal.startswith("#"):
        found = (item for item in items(resource, "contained") if text(item, "id") == literal[1:])
        return next(found, EMPTY)
    identifier = node(reference, "identifier")
    return {"identifier": [identifier], "name": text(reference, "display")} if identifier else EMPTY


def subject(resource: Resource, *path: str) -> tuple[Citizen | None, list[Issue]]:
    """The citizen a resource is about: a contained Patient, or the identifier of the reference."""
    kind = text(resource, "resourceType")
    found = referred(resource, *path)
    patient = found if text(found, "resourceType") == "Patient" else {"identifier": items(found, "identifier")}
    who = citizen(patient)
    if who is None:
        advice = (
            f"Identify the citizen in the reference ({'.'.join(path)}.identifier, system {CPR}) or contain the Patient."
        )
        return None, [error("citizen-missing", f"{kind}.{'.'.join(path)}", advice, "required")]
    return who, citizen_issues(Entry(patient, f"{kind}.{'.'.join(path)}"))


def named_organisation(resource: Resource, *path: str) -> Organisation:
    """The organisation a reference names, by containment or identifier; NOWHERE when it does not."""
    found = referred(resource, *path)
    return organisation(found) if found else NOWHERE


def organisation_missing(resource: Resource, path: str) -> Issue:
    """The finding for an organisation without SOR, GLN or Kommunekode."""
    kind = text(resource, "resourceType")
    advice = f"Name the organisation by an identifier: SOR ({SOR}), GLN or Kommunekode."
    return error("organisation-missing", f"{kind}.{path}", advice, "required")


def stated_at(resource: Resource, else_at: datetime, withdrawn: bool) -> datetime:
    """When a resource was stated: meta.lastUpdated; without it, the time it speaks of, a withdrawal one second after
    what it withdraws."""
    said = moment(text(resource, "meta", "lastUpdated"))
    return said or (else_at + timedelta(seconds=1) if withdrawn else else_at)
