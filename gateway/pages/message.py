"""One message: its state and why, its own text, what was answered, what was read out of it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import structlog
from starlette.responses import Response

from gateway.checking import Silenced
from gateway.errors import SettingsError
from gateway.pages.letter import Letter, letter
from gateway.pages.named import format_title
from gateway.pages.records import shown_records
from gateway.pages.said import said_by
from gateway.pages.show import masked
from gateway.pages.visit import Shown, Visit, not_found
from gateway.store.contract import EpisodeSearch, Message, MessageSearch, Store
from mappings.formats import PARSERS
from mappings.reading import Family
from profiles.guide import code_names
from profiles.issue import Issue, Severity
from settlement.episodes import Episode
from settlement.records import Record

log = structlog.get_logger()
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
SUFFIXES = {"json": "json", "xml": "xml", "hl7": "hl7"}


def message(visit: Visit) -> Shown:
    """A message with the citizen's number masked."""
    return _shown(visit, revealed=False)


def revealed_message(visit: Visit) -> Shown:
    """The same with the citizen shown; who looks is logged, with the message's id only."""
    log.info("citizen revealed", person=visit.person.name, message=visit.path["id"])
    return _shown(visit, revealed=True)


def raw_file(visit: Visit) -> Response | Shown:
    """The message's bytes as they came, as a file named by its id."""
    found = visit.gateway.store.message(visit.path["id"])
    raw = visit.gateway.store.raw(visit.path["id"])
    if found is None or raw is None:
        return not_found()
    log.info("message fetched", person=visit.person.name, message=found.id)
    ending = next((suffix for part, suffix in SUFFIXES.items() if part in found.media_type), "txt")
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.{ending}"'}
    return Response(raw, media_type="application/octet-stream", headers=headers)


def _shown(visit: Visit, *, revealed: bool) -> Shown:
    store = visit.gateway.store
    found = store.message(visit.path["id"])
    if found is None:
        return not_found()
    visit.gateway.projection.refresh()
    citizen = store.citizen(found.citizen_key) if found.citizen_key else None
    records = _records(store, found)
    shown = _letter(visit, found, revealed=revealed)
    values = {
        "message": found,
        "issues": _worst_first(found.verdict.issues, shown),
        "revealed": revealed,
        "citizen": citizen if revealed else None,
        "citizen_masked": masked(citizen.identifier) if citizen else "",
        "silenced": _silenced(visit, found),
        "letter": shown,
        "receipt": _receipt(visit, found, revealed=revealed),
        "records": shown_records(records, visit.texts),
        "episodes": _episodes(store, found),
        "duplicates": _duplicates(store, found),
        "format_title": format_title,
        "reason_names": code_names("decision-reason"),
        **said_by(visit, found),
    }
    return Shown("message.html", values)


def _worst_first(issues: Sequence[Issue], shown: Letter | None) -> list[tuple[Issue, int | None]]:
    """The findings, the worst first, each with its line in the message as it is shown."""
    places = (*(shown.places if shown is not None else ()), *([None] * len(issues)))
    return sorted(zip(issues, places, strict=False), key=lambda one: _RANK[one[0].severity])


def _letter(visit: Visit, found: Message, *, revealed: bool) -> Letter | None:
    """The message's text, for those who may see citizens: masking hides numbers, not names."""
    raw = visit.gateway.store.raw(found.id) if visit.person.sees_citizens else None
    return letter(raw, found.verdict.issues, masked=not revealed) if raw is not None else None


def _silenced(visit: Visit, found: Message) -> Silenced:
    """What the guide of that day found and the reviewed files silence, each with the reason; nothing where that guide
    is no longer there."""
    raw = visit.gateway.store.raw(found.id) if found.verdict.guide else None
    if raw is None:
        return ()
    document, _ = PARSERS[Family(found.family)](raw, found.media_type)
    if document.tree is None:
        return ()
    with contextlib.suppress(SettingsError):
        visit.gateway.guides.require(found.verdict.guide)
        return visit.gateway.guides.explain_by(found.verdict.guide, found.format, document.tree).silenced
    return ()


def _receipt(visit: Visit, found: Message, *, revealed: bool) -> Letter | None:
    receipt = visit.gateway.store.receipt(found.id)
    return letter(receipt.body, (), masked=not revealed) if receipt else None


def _records(store: Store, found: Message) -> list[Record]:
    if not found.citizen_key:
        return []
    return [record for record in store.records(found.citizen_key) if record.message == found.id]


def _episodes(store: Store, found: Message) -> list[Episode]:
    if not found.citizen_key:
        return []
    candidates = store.episodes(EpisodeSearch(citizen_key=found.citizen_key, count=200))
    return [episode for episode in candidates if any(record.message == found.id for record in episode.records)]


def _duplicates(store: Store, found: Message) -> list[Message]:
    if not found.letter_id:
        return []
    same = store.messages(MessageSearch(text=found.letter_id, count=100))
    return [other for other in same if other.duplicate_of == found.id]
