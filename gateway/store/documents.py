"""Documents for regions, and their deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select

from gateway.store.contract import Delivery, DocumentSearch, Published
from gateway.store.packing import pack, read_time, unpack, write_time
from gateway.store.shelf import AnyRow, Shelf, upsert
from gateway.store.tables import table
from settlement.lines import Document

DOCUMENTS = table("documents")
DELIVERIES = table("deliveries")

_FINAL = ("claim-bundle", "settlement-bundle", "invoice", "evidence")
"""Kinds that belong to a closed month, which is never changed."""
_PARTS = ("invoice", "evidence")
"""Kinds that are delivered as part of a settlement bundle."""
_REPORT = "measure-report"
_REPLACED = ("period", "owner", "recipient", "status", "body", "sha256", "created_at", "position")
_MOVED = ("state", "attempts", "last_error", "updated_at")
_DOCUMENT = select(*(column for column in DOCUMENTS.columns if column.name != "position"))


class DocumentShelf(Shelf):
    """What lies ready for regions. endpoints: recipient -> url of its FHIR endpoint."""

    def __init__(self, engine: Engine, endpoints: Mapping[str, str]) -> None:
        super().__init__(engine)
        self._endpoints = dict(endpoints)

    def save_documents(self, documents: Iterable[Document], position: int | None = None) -> None:
        """Store documents, and a waiting delivery for each new one whose recipient has an endpoint, in one
        transaction. What belongs to a closed month stays as it is. position: of the view they were made from. Raises
        StoreError."""
        with self._write() as connection:
            for document in documents:
                if _put(connection, document, position):
                    self._send(connection, document)

    def _send(self, connection: Connection, document: Document) -> None:
        endpoint = "" if document.kind in _PARTS else self._endpoints.get(document.recipient)
        if endpoint:
            delivery = Delivery(document.id, endpoint, "waiting", 0, "", document.created_at)
            upsert(connection, DELIVERIES, _delivery_row(delivery), replace=_MOVED)

    def document(self, document_id: str) -> Document | None:
        """A document by its id."""
        row = self._first(_DOCUMENT.where(DOCUMENTS.c.id == document_id))
        return _document(row) if row else None

    def documents(self, search: DocumentSearch) -> list[Document]:
        """Documents that fit, by id, at most `search.count`."""
        statement = _DOCUMENT.where(*_filters(search)).order_by(DOCUMENTS.c.id).limit(search.count)
        if search.after:
            statement = statement.where(DOCUMENTS.c.id > search.after)
        return [_document(row) for row in self._all(statement)]

    def count_documents(self, search: DocumentSearch) -> int:
        """How many documents fit, over all pages."""
        return self._number(select(func.count()).select_from(DOCUMENTS).where(*_filters(search)))

    def published(self) -> list[Published]:
        """When the measure reports that are stored were written, and from which view."""
        columns = DOCUMENTS.c
        times = select(columns.period, columns.created_at, columns.position).where(columns.kind == _REPORT).distinct()
        return [Published(row.period, read_time(row.created_at), row.position) for row in self._all(times)]

    def deliveries(self, state: str = "") -> list[Delivery]:
        """Deliveries (in a state), longest untouched first."""
        statement = select(DELIVERIES).where(*([DELIVERIES.c.state == state] if state else []))
        order = (DELIVERIES.c.updated_at, DELIVERIES.c.document, DELIVERIES.c.endpoint)
        return [_delivery(row) for row in self._all(statement.order_by(*order))]

    def save_delivery(self, delivery: Delivery) -> None:
        """Note where a delivery stands. Raises StoreError."""
        with self._write() as connection:
            upsert(connection, DELIVERIES, _delivery_row(delivery), replace=_MOVED)


def _put(connection: Connection, document: Document, position: int | None) -> bool:
    """Write a document; whether it is new, or other than the one that was there and may be replaced."""
    changed = and_(DOCUMENTS.c.sha256 != document.sha256, DOCUMENTS.c.kind.not_in(_FINAL))
    return upsert(connection, DOCUMENTS, _row(document, position), replace=_REPLACED, only_if=changed)


def _row(document: Document, position: int | None) -> dict[str, Any]:
    names = ("id", "kind", "period", "owner", "recipient", "status", "sha256")
    values = {name: getattr(document, name) for name in names}
    written = {"body": pack(document.body), "created_at": write_time(document.created_at), "position": position}
    return values | written


def _document(row: AnyRow) -> Document:
    values = row._asdict()
    return Document(**{**values, "body": unpack(row.body), "created_at": read_time(row.created_at)})


def _filters(search: DocumentSearch) -> list[ColumnElement[bool]]:
    names = ("period", "owner", "recipient", "status")
    found = [DOCUMENTS.c[name] == value for name in names if (value := getattr(search, name))]
    found += [DOCUMENTS.c.kind.in_(search.kinds)] if search.kinds else []
    theirs = or_(DOCUMENTS.c.owner.in_(search.parties), DOCUMENTS.c.recipient.in_(search.parties))
    return [*found, theirs] if search.parties else found


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    names = ("document", "endpoint", "state", "attempts", "last_error")
    values = {name: getattr(delivery, name) for name in names}
    return {**values, "updated_at": write_time(delivery.updated_at)}


def _delivery(row: AnyRow) -> Delivery:
    return Delivery(**{**row._asdict(), "updated_at": read_time(row.updated_at)})
