"""Agreements out, as FHIR: every one that is known here as a Contract, each version of its tariffs as a
ChargeItemDefinition.

    GET  /fhir/Contract/{id}        GET /fhir/ChargeItemDefinition/{id}
    GET  /fhir/Contract?...         POST /fhir/Contract/_search takes the same as a form; so of ChargeItemDefinition

They are written from the agreement files when the program starts, and are no secret between municipalities and regions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import orjson
from starlette.responses import Response

from gateway.agreements import known_agreements
from gateway.build import Gateway
from gateway.errors import BadRequestError, NotFoundError
from gateway.http.doors import Call, Handler
from gateway.http.fhir_documents import Found, document_reply, found_reply, posted
from gateway.http.fhir_search import Asked, Query, understand
from mappings.canonical_json import canonical_json
from mappings.contracts import contract
from mappings.outbound import AGREEMENTS
from mappings.tariffs import tariff_resources
from settlement.agreements import Agreement
from settlement.lines import Document

_PERIODS = {"Contract": ("date", "applies"), "ChargeItemDefinition": ("effective", "effectivePeriod")}
"""Resource type -> the parameter that asks for a day, and the element that holds the days."""


class FhirAgreements:
    """The FHIR doors of one gateway that give agreements out."""

    def __init__(self, gateway: Gateway) -> None:
        self._seconds = gateway.settings.request_seconds
        self._documents = agreement_documents(known_agreements(gateway.settings).values(), gateway.now())

    def read(self, kind: str) -> Handler:
        """The handler of `GET /fhir/{kind}/{id}`."""

        async def handler(call: Call) -> Response:
            document = self._documents[kind].get(call.request.path_params["id"])
            if document is None:
                raise NotFoundError(f"There is no {kind} with this id here.")
            return document_reply(call, document)

        return handler

    def search(self, kind: str) -> Handler:
        """The handler of `GET /fhir/{kind}`."""

        async def handler(call: Call) -> Response:
            return self._found(call, kind, call.request.query_params.multi_items())

        return handler

    def posted_search(self, kind: str) -> Handler:
        """The handler of `POST /fhir/{kind}/_search`."""

        async def handler(call: Call) -> Response:
            return self._found(call, kind, await posted(call, self._seconds))

        return handler

    def _found(self, call: Call, kind: str, asked: Asked) -> Response:
        query = understand(kind, asked, lenient=call.wish.lenient)
        return found_reply(call, query, look_up(self._documents[kind].values(), query))


def agreement_documents(agreements: Iterable[Agreement], made_at: datetime) -> dict[str, dict[str, Document]]:
    """The agreements and their tariffs as documents by resource type and id, in order of id."""
    found: dict[str, dict[str, Document]] = {"Contract": {}, "ChargeItemDefinition": {}}
    for agreement in agreements:
        for resource in (contract(agreement), *tariff_resources(agreement)):
            found[resource["resourceType"]][resource["id"]] = _document(resource, made_at)
    return {kind: dict(sorted(documents.items())) for kind, documents in found.items()}


def _document(resource: Mapping[str, Any], made_at: datetime) -> Document:
    body = canonical_json(resource)
    digest = hashlib.sha256(body).hexdigest()
    return Document(resource["id"], resource["resourceType"], "", "", "", resource["status"], body, digest, made_at)


def look_up(documents: Iterable[Document], query: Query) -> Found:
    """The documents a search finds. Raises BadRequestError for a day that is none."""
    asked = dict(query.applied)
    day = _day(asked.get(_PERIODS[query.kind][0], ""))
    every = [one for one in documents if _fits(orjson.loads(one.body), asked, day, _PERIODS[query.kind][1])]
    rest = [one for one in every if one.id > query.search.after]
    shown = () if query.only_count else tuple(rest[: query.search.count])
    return Found(shown, len(every), not query.only_count and len(rest) > query.search.count)


def _fits(resource: Mapping[str, Any], asked: Mapping[str, str], day: str, element: str) -> bool:
    wanted = {name: asked[name] for name in ("_id", "url", "status") if name in asked}
    own = {"_id": resource["id"], "url": resource["url"], "status": resource["status"]}
    period = resource[element]
    return (
        wanted.items() <= own.items()
        and _is_named(resource, asked.get("identifier", ""))
        and (not day or period.get("start", "") <= day <= period.get("end", day))
    )


def _is_named(resource: Mapping[str, Any], asked: str) -> bool:
    """Whether an identifier is asked for that it has: "value", "system|value" or "system|"."""
    system, bar, value = asked.rpartition("|")
    if bar and system != AGREEMENTS:
        return False
    return not value or any(one["value"] == value for one in resource["identifier"])


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as problem:
        raise BadRequestError("Give a day as 2026-10-05.") from problem
