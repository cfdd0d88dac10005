"""A sending: bytes on their way through one door."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from profiles.fhir_xml import to_xml

FHIR_JSON = "application/fhir+json"
FHIR_XML = "application/fhir+xml"
XML = "application/xml"
MLLP = "mllp"
PROCESS_MESSAGE = "/fhir/$process-message"
AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sending:
    """label: what it is, for people. door: an HTTP path, or "mllp". leaves: when the sender lets go of it."""

    label: str
    door: str
    body: bytes
    media_type: str = ""
    method: str = "POST"
    leaves: datetime = AT_ONCE


def as_json(resource: dict[str, Any]) -> bytes:
    """A resource as JSON bytes."""
    return json.dumps(resource, ensure_ascii=False).encode()


def as_xml(resource: dict[str, Any]) -> bytes:
    """A resource as FHIR XML bytes."""
    return to_xml(resource)
