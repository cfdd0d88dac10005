"""FHIR out: stored documents by id and by the searches of fhir_search.SEARCHES.

    GET  /fhir/{type}/{id}          type is Bundle (claims; invoices with evidence), Invoice, Measure, MeasureReport
    GET  /fhir/{type}?...           POST /fhir/{type}/_search takes the same as a form

A party sees what it claims or invoices, and what is addressed to it; everything else is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import urlencode

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.http.doors import Call, Handler
from gateway.http.fhir_search import KINDS, MOST, Asked, Query, form_of, understand
from gateway.http.limits import read_body
from gateway.http.negotiate import Syntax, media_type_of
from gateway.http.replies import bytes_reply, rewritten
from gateway.http.statuses import UnsupportedMediaError
from gateway.organisations import Member
from gateway.store.contract import DocumentSearch, Store
from settlement.lines import Document
from settlement.periods import local_day

LONGEST_FORM = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search. more: whether there is a next page."""

    documents: tuple[Document, ...]
    total: int
    more: bool


class FhirOut:
    """The FHIR doors of one gateway that give documents out."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def read(self, kind: str) -> Handler:
        """The handler of `GET /fhir/{kind}/{id}`."""

        async def handler(call: Call) -> Response:
            document = await run_in_threadpool(self._gateway.store.document, call.request.path_params["id"])
            if (
                document is None
                or document.kind not in KINDS[kind]
                or not may_read(self._gateway, call.member, document)
            ):
                raise NotFoundError(f"There is no {kind} with this id here.")
            return document_reply(call, document)

        return handler

    def search(self, kind: str) -> Handler:
        """The handler of `GET /fhir/{kind}`."""

        async def handler(call: Call) -> Response:
            return await self._found(call, kind, call.request.query_params.multi_items())

        return handler

    def posted_search(self, kind: str) -> Handler:
        """The handler of `POST /fhir/{kind}/_search`."""

        async def handler(call: Call) -> Response:
            return await self._found(call, kind, await posted(call, self._gateway.settings.request_seconds))

        return handler

    async def _found(self, call: Call, kind: str, asked: Asked) -> Response:
        query = understand(kind, asked, lenient=call.wish.lenient)
        found = await run_in_threadpool(look_up, self._gateway, query, call.member)
        return found_reply(call, query, found)


async def posted(call: Call, seconds: float) -> Asked:
    """What a posted search asks for. Raises UnsupportedMediaError, or BadRequestError for a form nobody can read."""
    if media_type_of(call.request) != "application/x-www-form-urlencoded":
        raise UnsupportedMediaError("A posted search is application/x-www-form-urlencoded.")
    body = await read_body(call.request, LONGEST_FORM, seconds)
    return [*call.request.query_params.multi_items(), *form_of(body)]


def may_read(gateway: Gateway, member: Member | None, document: Document) -> bool:
    """Whether a member may see a document; None is the caller in open mode. Measures are no secret of anyone's."""
    if member is None or document.kind == "measure":
        return True
    return not {document.owner, document.recipient}.isdisjoint(_parties(gateway, member))


def _parties(gateway: Gateway, member: Member) -> tuple[str, ...]:
    """The codes a member is a party by: its own, and those of the regions it has taken over from; () for no party."""
    code = {"region": member.region, "municipality": member.municipality}.get(member.role, "")
    return gateway.register.directory.answers_for(code, local_day(gateway.now())) if code else ()


def look_up(gateway: Gateway, query: Query, member: Member | None) -> Found:
    """Carry out a search on the documents the member may see. Runs in a worker thread."""
    store, search = gateway.store, _within(gateway, query.search, member)
    if search is None:
        return Found((), 0, more=False)
    if not (query.id or query.measure):
        page = [] if query.only_count else store.documents(replace(search, count=search.count + 1))
        total = store.count_documents(replace(search, after=""))
        return Found(tuple(page[: search.count]), total, len(page) > search.count)
    every = [document for document in _every(store, replace(search, after="")) if _fits(query, document)]
    rest = [document for document in every if document.id > search.after]
    shown = () if query.only_count else tuple(rest[: search.count])
    return Found(shown, len(every), not query.only_count and len(rest) > search.count)


def _within(gateway: Gateway, search: DocumentSearch, member: Member | None) -> DocumentSearch | None:
    """The search narrowed to what the member may see; None when that leaves nothing."""
    if member is None or search.kinds == ("measure",):
        return search
    parties = _parties(gateway, member)
    return replace(search, parties=parties) if parties else None


def _every(store: Store, search: DocumentSearch) -> Iterator[Document]:
    while page := store.documents(replace(search, count=MOST)):
        yield from page
        search = replace(search, after=page[-1].id)


def _fits(query: Query, document: Document) -> bool:
    if query.id and document.id != query.id:
        return False
    if not query.measure:
        return True
    return str(orjson.loads(document.body).get("measure", "")).partition("|")[0] == query.measure


def found_reply(call: Call, query: Query, found: Found) -> Response:
    """The answer to a search, in the syntax wished for."""
    base = str(call.request.base_url).rstrip("/") + "/fhir"
    body = searchset(base, query, found)
    syntax = call.wish.syntax or Syntax.JSON
    return bytes_reply(rewritten(body, Syntax.JSON, syntax), 200, syntax, pretty=call.wish.pretty)


def searchset(base: str, query: Query, found: Found) -> bytes:
    """The result as a searchset Bundle in JSON. Documents stand in it byte for byte."""
    links = [{"relation": "self", "url": _link(base, query, query.applied)}]
    if found.more:
        following = [pair for pair in query.applied if pair[0] != "_after"] + [("_after", found.documents[-1].id)]
        links.append({"relation": "next", "url": _link(base, query, following)})
    frame = {"resourceType": "Bundle", "type": "searchset", "total": found.total, "link": links}
    if not found.documents:
        return orjson.dumps(frame)
    entries = b",".join(_entry(f"{base}/{query.kind}/{document.id}", document) for document in found.documents)
    return orjson.dumps(frame)[:-1] + b',"entry":[' + entries + b"]}"


def _entry(url: str, document: Document) -> bytes:
    head = b'{"fullUrl":' + orjson.dumps(url) + b',"resource":'
    return head + document.body.strip() + b',"search":{"mode":"match"}}'


def _link(base: str, query: Query, applied: Asked) -> str:
    text = urlencode(list(applied))
    return f"{base}/{query.kind}?{text}" if text else f"{base}/{query.kind}"


def document_reply(call: Call, document: Document) -> Response:
    """A document byte for byte, or that it is unchanged since the caller read it."""
    tag = f'W/"{document.sha256}"'
    headers = {"ETag": tag, "Last-Modified": format_datetime(document.created_at.astimezone(UTC), usegmt=True)}
    asked = [item.strip() for item in call.request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    syntax = call.wish.syntax or Syntax.JSON
    body = rewritten(document.body, Syntax.JSON, syntax)
    return bytes_reply(body, 200, syntax, pretty=call.wish.pretty, headers=headers)
