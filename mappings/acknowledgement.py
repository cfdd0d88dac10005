"""MedCom Acknowledgement: the receipt of every FHIR message, and acknowledgements that come in.

Source: package medcom.fhir.dk.acknowledgement 2.0.3. `ok` for what was taken in (duplicates too), `transient-error`
for what waits for us (parked), `fatal-error` for what was refused; an OperationOutcome stands beside every code but
`ok`, and beside `ok` where there is something to tell. At most two Provenances: the original message's, then ours.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from mappings.acknowledgement_outcome import medcom_outcome
from mappings.danish_ids import is_sor
from mappings.fhir_common import items, node, text
from mappings.fhir_message import ACTIVITY_CODES, DESTINATION_USE, Message, event_code
from mappings.fhir_message_reading import Mapped, read_message
from mappings.fhir_outcome import outcome_receipt, written
from mappings.reading import Document, Family, Outcome, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error
from profiles.names import MEDCOM_EVENT_CODES, SOR
from settlement.records import Organisation

EVENT = "acknowledgement-message"
_GUIDE = "https://medcomfhir.dk/ig/acknowledgement"
_ACK = "http://medcomfhir.dk/ig/acknowledgement/StructureDefinition"
_MESSAGING = "http://medcomfhir.dk/ig/messaging/StructureDefinition"
_USE_CODES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-destinationUse"
_RESPONSE_CODES = ("ok", "transient-error", "fatal-error")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_CODE = re.compile(r"[a-z-]{1,64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_TIMES = ("occurred", "recorded")
_CODE_OF = {Outcome.PARKED: "transient-error", Outcome.REFUSED: "fatal-error"}

Resource = dict[str, Any]


class Acknowledgement:
    """An acknowledgement from another system. It is read, matched by `responds_to`, and never acknowledged (KR2)."""

    name = "medcom-acknowledgement"
    title = "MedCom Acknowledgement"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A message whose event is acknowledgement-message."""
        return event_code(document) == EVENT

    def read(self, document: Document) -> Reading:
        """No records; fields responds_to (the letter id it answers) and response_code (ok, transient-error, ...)."""
        reading = read_message(self.name, document, _response_issues, _no_records)
        response = next((found for found in _responses(document.tree)), {})
        answers = {"responds_to": text(response, "identifier"), "response_code": text(response, "code")}
        return replace(reading, event=EVENT, wants_receipt=False, fields=reading.fields | answers)

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome; only asked for by a caller that must show something, never sent as a message."""
        return outcome_receipt(reading, verdict, stamp)


def _responses(bundle: Resource) -> list[Resource]:
    resources = (node(entry, "resource") for entry in items(bundle, "entry"))
    return [node(found, "response") for found in resources if text(found, "resourceType") == "MessageHeader"]


def _no_records(_: Message) -> Mapped:
    return (), []


def _response_issues(message: Message) -> list[Issue]:
    response, where = node(message.header.resource, "response"), f"{message.header.where}.response"
    issues = []
    if not text(response, "identifier"):
        advice = "Quote the MessageHeader.id of the message that is acknowledged."
        issues.append(error("response-identifier", f"{where}.identifier", advice, "required"))
    if text(response, "code") not in _RESPONSE_CODES:
        advice = f"The response code is one of {', '.join(_RESPONSE_CODES)}."
        issues.append(error("response-code", f"{where}.code", advice, "code-invalid"))
    elif text(response, "code") != "ok" and not message.contents.all("OperationOutcome"):
        advice = "A response other than ok says why in an OperationOutcome (medcom-acknowledgement-1)."
        issues.append(error("response-details", f"{where}.details", advice, "required"))
    return issues


def receipt(reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
    """The MedCom Acknowledgement of a message, in the syntax it came in; same arguments, same bytes.

    A message whose letter id, sender or receiver could not be read cannot be acknowledged to anyone: its receipt is
    a bare OperationOutcome.
    """
    if not (_ID.fullmatch(reading.letter_id) and _named(reading.sender) and _named(reading.receiver)):
        return outcome_receipt(reading, verdict, stamp)
    return written(_bundle(reading, verdict, stamp), reading, is_message=True)


def _named(party: Organisation) -> bool:
    return is_sor(party.sor) and party.gln.isdigit()


def _bundle(reading: Reading, verdict: Verdict, stamp: Stamp) -> Resource:
    code = _CODE_OF.get(verdict.outcome, "ok")
    ids = _Ids(stamp.letter_id)
    outcome = medcom_outcome(ids.outcome, verdict) if code != "ok" or verdict.issues else None
    resources = [
        _header(reading, code, ids, outcome is not None),
        *_provenances(reading, stamp, ids),
        _organisation(ids.we, reading.receiver, reading),
        _organisation(ids.they, reading.sender, reading),
        *([outcome] if outcome else []),
    ]
    return {
        "resourceType": "Bundle",
        "id": stamp.envelope_id,
        "meta": {"profile": [f"{_ACK}/medcom-messaging-acknowledgement"]},
        "type": "message",
        "timestamp": _instant(stamp.at),
        "entry": [
            {"fullUrl": f"{_GUIDE}/{resource['resourceType']}/{resource['id']}", "resource": resource}
            for resource in resources
        ],
    }


class _Ids:
    """The ids of one acknowledgement's resources, all made from its letter id."""

    __slots__ = ("letter", "original", "ours", "outcome", "they", "we")

    def __init__(self, letter_id: str) -> None:
        try:
            space = uuid.UUID(letter_id)
        except ValueError:
            space = uuid.uuid5(uuid.NAMESPACE_URL, f"{_GUIDE}/{letter_id}")
        self.letter = letter_id
        self.original = str(uuid.uuid5(space, "original"))
        self.ours = str(uuid.uuid5(space, "acknowledgement"))
        self.we = str(uuid.uuid5(space, "sender"))
        self.they = str(uuid.uuid5(space, "receiver"))
        self.outcome = str(uuid.uuid5(space, "outcome"))


def _header(reading: Reading, code: str, ids: _Ids, explained: bool) -> Resource:
    response: Resource = {"identifier": reading.letter_id, "code": code}
    if explained:
        response["details"] = {"reference": f"OperationOutcome/{ids.outcome}"}
    use = {"url": DESTINATION_USE, "valueCoding": {"system": _USE_CODES, "code": "primary"}}
    return {
        "resourceType": "MessageHeader",
        "id": ids.letter,
        "meta": {"profile": [f"{_ACK}/medcom-messaging-acknowledgementHeader"]},
        "eventCoding": {"system": MEDCOM_EVENT_CODES, "code": EVENT},
        "destination": [
            {
                "extension": [use],
                "endpoint": _endpoint(reading.sender),
                "receiver": {"reference": f"Organization/{ids.they}"},
            }
        ],
        "sender": {"reference": f"Organization/{ids.we}"},
        "source": {"endpoint": _endpoint(reading.receiver)},
        "response": response,
    }


def _provenances(reading: Reading, stamp: Stamp, ids: _Ids) -> list[Resource]:
    """The original message's history entry, if it had a usable one, and our own."""
    fields, original = reading.fields, f"MessageHeader/{reading.letter_id}"
    ours = _provenance(ids.ours, f"MessageHeader/{ids.letter}", "acknowledgement", ids.we)
    ours["entity"] = [{"role": "revision", "what": {"reference": original}}]
    ours["occurredDateTime"] = ours["recorded"] = _instant(stamp.at)
    if not (_CODE.fullmatch(fields["activity"]) and all(_TIME.fullmatch(fields[name]) for name in _TIMES)):
        return [ours]
    theirs = _provenance(ids.original, original, fields["activity"], ids.they)
    return [theirs | {"occurredDateTime": fields["occurred"], "recorded": fields["recorded"]}, ours]


def _provenance(id_: str, target: str, activity: str, who: str) -> Resource:
    return {
        "resourceType": "Provenance",
        "id": id_,
        "meta": {"profile": [f"{_MESSAGING}/medcom-messaging-provenance"]},
        "target": [{"reference": target}],
        "activity": {"coding": [{"system": ACTIVITY_CODES, "code": activity}]},
        "agent": [{"who": {"reference": f"Organization/{who}"}}],
    }


def _organisation(id_: str, party: Organisation, reading: Reading) -> Resource:
    resource: Resource = {
        "resourceType": "Organization",
        "id": id_,
        "meta": {"profile": [f"{_MESSAGING}/medcom-messaging-organization"]},
        "identifier": [
            {"system": reading.fields["gln_system"], "value": party.gln},
            {"system": SOR, "value": party.sor},
        ],
    }
    return resource | {"name": party.name} if party.name else resource


def _endpoint(party: Organisation) -> str:
    return f"https://sor2.sum.dsdn.dk/#id={party.sor}"


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
