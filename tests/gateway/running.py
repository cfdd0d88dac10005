"""The whole program, small: a gateway on SQLite in a test's own folder, and a client of its application."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from gateway.build import Gateway, build
from gateway.demo import hl7v2
from gateway.demo.cast import course
from gateway.demo.fhir_messages import hospital_notification
from gateway.demo.municipal import encounter
from gateway.http.app import create_app
from gateway.settings import Settings
from settlement.lines import Document

FHIR_JSON = {"Content-Type": "application/fhir+json"}
FHIR_XML = {"Content-Type": "application/fhir+xml"}
NOON = datetime(2026, 10, 15, 12, tzinfo=UTC)
MESSAGES = Path(__file__).parents[1] / "messages"


def gateway_at(folder: Path, organisations: str = "", **settings: Any) -> Gateway:
    """A gateway on a new SQLite store. organisations: the content of the organisations file, "" for none."""
    file = None
    if organisations:
        file = folder / "organisations.toml"
        file.write_text(organisations, encoding="utf-8")
    chosen = {"data_folder": folder / "data", "http_port": 0, "mllp_port": 0, "organisations": file, **settings}
    return build(settings_of(**chosen))


def settings_of(**values: Any) -> Settings:
    """Settings with these values, and the defaults for the rest."""
    return Settings(**values)


def client_of(gateway: Gateway, *, raising: bool = True) -> httpx2.AsyncClient:
    """A client of the gateway's application, in process."""
    return client_of_app(create_app(gateway), raising=raising)


def client_of_app(app: FastAPI, *, raising: bool = True) -> httpx2.AsyncClient:
    """A client of an application, in process. raising: a fault of the application fails the test."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=raising)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost")


def notification(number: int = 1) -> dict[str, Any]:
    """A HospitalNotification of an admission, one of its own for each number."""
    plan = course(number)
    period = {"period": {"start": plan.admitted.isoformat()}}
    return hospital_notification(plan, (("admit-inpatient", plan.admitted),), "in-progress", period)


def visit(number: int = 0) -> dict[str, Any]:
    """A municipal visit as a plain Encounter."""
    plan = course(number)
    return encounter(plan, plan.visits[0])


def admission(number: int = 1) -> bytes:
    """An ADT^A01, one of its own for each number."""
    return hl7v2.admission(course(number))


def sha256(text: str) -> str:
    """SHA-256 of a token, as the organisations file wants it."""
    return hashlib.sha256(text.encode()).hexdigest()


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def stored(kind: str, number: int, *, owner: str = "0751", recipient: str = "DK-82", **changes: Any) -> Document:
    """A document as the settlement leaves it in the store."""
    resource_types = {
        "claim-bundle": "Bundle",
        "invoice": "Invoice",
        "measure": "Measure",
        "measure-report": "MeasureReport",
    }
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{number}"))
    resource = {"resourceType": resource_types[kind], "id": name, **changes.pop("resource", {})}
    body = json.dumps(resource).encode() + b"\n"
    digest = hashlib.sha256(body).hexdigest()
    values = {"period": "2026-10", "status": "active", "created_at": NOON, **changes}
    return Document(id=name, kind=kind, owner=owner, recipient=recipient, body=body, sha256=digest, **values)
