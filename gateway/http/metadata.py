"""`GET /fhir/metadata`: a CapabilityStatement written from the tables that make the routes, so that it stays true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.responses import Response

from gateway.http.doors import Call, Door
from gateway.http.fhir_search import SEARCHES
from gateway.http.negotiate import Syntax
from gateway.http.replies import resource_reply
from profiles.names import BASE

CACHE_MINUTES = 60 * 24 * 365 * 100
"""How long a message is recognised as seen before: ids are kept for ever (here: a hundred years)."""

PROCESS_MESSAGE = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"
VALIDATE = "http://hl7.org/fhir/OperationDefinition/Resource-validate"
_MEDCOM = "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition"
MESSAGES = (
    ("receiver", f"{_MEDCOM}/MedComCareCommunicationMessageDefinition"),
    ("receiver", f"{_MEDCOM}/MedComAcknowledgementMessageDefinition"),
    ("sender", f"{_MEDCOM}/MedComAcknowledgementMessageDefinition"),
    ("receiver", f"{BASE}/MessageDefinition/iv-referral-message"),
)
"""Messages with a published definition: mode, and the definition's canonical url."""

_INTERACTIONS = {
    ("/fhir/{type}", "GET"): "search-type",
    ("/fhir/{type}", "POST"): "create",
    ("/fhir/{type}/{id}", "GET"): "read",
    ("/fhir/{type}/{id}", "PUT"): "update",
}
_ORDER = ("create", "read", "update", "search-type")


def _installed_version() -> str:
    try:
        return version("overgang")
    except PackageNotFoundError:  # run from its source, not installed
        return "0"


VERSION = _installed_version()


class Metadata:
    """The capability statement of one program. started: becomes its date."""

    def __init__(self, doors: Iterable[Door], started: datetime) -> None:
        self._doors = tuple(doors)
        self._started = started

    async def metadata(self, call: Call) -> Response:
        """The statement; addresses in it are those the caller used."""
        statement = self.statement(str(call.request.base_url).rstrip("/") + "/fhir")
        return resource_reply(statement, 200, call.wish.syntax or Syntax.JSON, pretty=call.wish.pretty)

    def statement(self, base: str) -> dict[str, Any]:
        """CapabilityStatement for a server at this base url (R4 CapabilityStatement, kind instance)."""
        return {
            "resourceType": "CapabilityStatement",
            "url": f"{BASE}/CapabilityStatement/gateway",
            "version": VERSION,
            "name": "OvergangGateway",
            "title": "Overgang: from discharge to claim",
            "status": "active",
            "date": self._started.isoformat(timespec="seconds"),
            "publisher": "Overgang",
            "kind": "instance",
            "software": {"name": "Overgang", "version": VERSION},
            "implementation": {"description": "Overgang gateway", "url": base},
            "fhirVersion": "4.0.1",
            "format": [Syntax.JSON.value, Syntax.XML.value],
            "rest": [self._rest()],
            "messaging": [self._messaging(base)],
        }

    def _rest(self) -> dict[str, Any]:
        return {
            "mode": "server",
            "documentation": (
                "POST [base] takes a KL Gateway delivery report, or a region's answers to claims (Bundles of type "
                "collection). GET [base]/Bundle/[id]/$answers gives what a region has answered to a claim. "
                "Posted resources are taken in as they are and not readable by id. Unknown search parameters are "
                "refused unless Prefer: handling=lenient. $validate takes resources of every type, with the parameters "
                "mode, profile and package (the FHIR package of the guide to judge by, name#version), "
                "best-practice, for-publication, no-experimental, must-resolve, trail (true), entry (Patient=profile)."
            ),
            "resource": [
                {**_resource(kind, found), "operation": self._validating("/fhir/{type}/$validate")}
                for kind, found in sorted(self._by_type().items())
            ],
            "operation": [
                {"name": "process-message", "definition": PROCESS_MESSAGE},
                *self._validating("/fhir/$validate"),
            ],
        }

    def _validating(self, path: str) -> list[dict[str, str]]:
        """The operation $validate, where there is a door for it."""
        known = any(door.path == path for door in self._doors)
        return [{"name": "validate", "definition": VALIDATE}] if known else []

    def _by_type(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for door in self._doors:
            kind, shape = _shape(door.path)
            found[kind] |= {_INTERACTIONS[shape, way] for way in door.ways if (shape, way) in _INTERACTIONS}
        return {kind: interactions for kind, interactions in found.items() if interactions}

    def _messaging(self, base: str) -> dict[str, Any]:
        transport = {"system": "http://terminology.hl7.org/CodeSystem/message-transport", "code": "http"}
        messaging: dict[str, Any] = {
            "endpoint": [{"protocol": transport, "address": f"{base}/$process-message"}],
            "reliableCache": CACHE_MINUTES,
            "documentation": (
                "Ids are kept for ever: a letter seen before gets its first answer again, with new ids. MedCom's "
                "HospitalNotification is received too; it has no published MessageDefinition to name here."
            ),
        }
        messaging["supportedMessage"] = [{"mode": mode, "definition": url} for mode, url in MESSAGES]
        return messaging


def _shape(path: str) -> tuple[str, str]:
    """A path's resource type, and the path with {type} in its place; ("", path) when it is not of a type."""
    parts = path.split("/")
    if len(parts) < 3 or parts[1] != "fhir" or not parts[2].isalpha() or not parts[2][0].isupper():
        return "", path
    return parts[2], "/".join(["", "fhir", "{type}", *parts[3:]])


def _resource(kind: str, interactions: set[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": code} for code in _ORDER if code in interactions],
    }
    if "read" in interactions:
        entry |= {"versioning": "no-version", "conditionalRead": "not-match"}
    if "update" in interactions:
        entry["updateCreate"] = True
    if "search-type" in interactions:
        entry["searchParam"] = [
            {"name": parameter.name, "type": parameter.type, "documentation": parameter.documentation}
            for parameter in SEARCHES[kind]
        ]
    return entry
