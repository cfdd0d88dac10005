"""The list of messages, and the search for everything about one citizen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import structlog
from starlette.responses import RedirectResponse, Response

from gateway.pages.named import format_title, format_titles
from gateway.pages.visit import Shown, Visit, bad_request
from gateway.store.contract import EpisodeSearch, MessageSearch
from mappings.reading import Outcome
from settlement.periods import midnight

log = structlog.get_logger()
PAGE = 50
CITIZEN_PAGE = 200
FILTERS = ("format", "outcome", "event", "since", "until", "text")


def messages(visit: Visit) -> Shown:
    """Messages, newest first, by filters in the url; never by citizen."""
    search = message_search(visit.query)
    if search is None:
        return bad_request()
    found = visit.gateway.store.messages(search)
    values = {
        "messages": found,
        "count": visit.gateway.store.count_messages(search),
        "filters": {name: visit.query.get(name, "") for name in FILTERS},
        "before": found[-1].position if len(found) == PAGE else None,
        "formats": sorted(format_titles().items(), key=lambda pair: pair[1]),
        "outcomes": list(Outcome),
        "format_title": format_title,
    }
    return Shown("messages.html", values)


def citizen_search(_visit: Visit) -> Response:
    """Where someone lands who asks for the search page by its address, such as to change language."""
    return RedirectResponse("/messages", status_code=303)


def citizen(visit: Visit) -> Shown:
    """Episodes and messages of the citizen whose number was posted; the number is in no url and no log."""
    identifier = re.sub(r"[\s-]", "", visit.form.get("cpr", ""))
    if not re.fullmatch(r"\d{10}|[0-9A-Za-z]{10}", identifier):
        return Shown("citizen.html", {"malformed": True, "episodes": [], "messages": [], "format_title": format_title})
    log.info("citizen searched", person=visit.person.name)
    key = visit.gateway.intake.citizen_key(identifier)
    visit.gateway.projection.refresh()
    values = {
        "malformed": False,
        "episodes": visit.gateway.store.episodes(EpisodeSearch(citizen_key=key, count=CITIZEN_PAGE)),
        "messages": visit.gateway.store.messages(MessageSearch(citizen_key=key, count=CITIZEN_PAGE)),
        "format_title": format_title,
    }
    return Shown("citizen.html", values)


def message_search(query: Mapping[str, str]) -> MessageSearch | None:
    """The search a url asks for; None when a date or position in it is none. Days are Danish, both included."""
    try:
        return MessageSearch(
            format=query.get("format", ""),
            outcome=query.get("outcome", ""),
            event=query.get("event", "").strip(),
            text=query.get("text", "").strip(),
            since=_first_instant(query.get("since", "")),
            until=_first_instant(query.get("until", ""), days_later=1),
            before=_position(query.get("before", "")),
            count=PAGE,
        )
    except (ValueError, OverflowError):
        return None


def _first_instant(text: str, days_later: int = 0) -> datetime | None:
    return midnight(date.fromisoformat(text) + timedelta(days=days_later)) if text else None


def _position(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)
