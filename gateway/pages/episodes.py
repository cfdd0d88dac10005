"""Episodes: the list, and one citizen's course from admission to claim."""

from __future__ import annotations

import structlog

from gateway.pages.named import municipality_label
from gateway.pages.records import shown_records
from gateway.pages.show import masked
from gateway.pages.timeline import timeline
from gateway.pages.visit import Shown, Visit, not_found
from gateway.store.contract import EpisodeSearch
from gateway.triaging import algorithms, triaged
from settlement.episodes import EpisodeStatus
from settlement.periods import local_day
from settlement.records import IvType, WeightCategory

log = structlog.get_logger()
PAGE = 50
FILTERS = ("municipality", "status", "iv_type", "category", "missing")
MISSING = ("iv-type", "category", "municipality")


def episodes(visit: Visit) -> Shown:
    """Episodes by filters in the url; never by citizen."""
    visit.gateway.projection.refresh()
    store, filters = visit.gateway.store, {name: visit.query.get(name, "") for name in FILTERS}
    search = EpisodeSearch(**filters, after=visit.query.get("after", ""), count=PAGE)
    found = store.episodes(search)
    values = {
        "episodes": found,
        "count": store.count_episodes(search),
        "after": found[-1].id if len(found) == PAGE else None,
        "filters": filters,
        "municipalities": [(code, _municipality(visit, code)) for code in store.municipalities() if code],
        "statuses": list(EpisodeStatus),
        "iv_types": list(IvType),
        "categories": list(WeightCategory),
        "missing": MISSING,
    }
    return Shown("episodes.html", values)


def episode(visit: Visit) -> Shown:
    """An episode with the citizen's number masked."""
    return _shown(visit, revealed=False)


def revealed_episode(visit: Visit) -> Shown:
    """The same with the citizen shown; who looks is logged, with the episode's id only."""
    log.info("citizen revealed", person=visit.person.name, episode=visit.path["id"])
    return _shown(visit, revealed=True)


def _shown(visit: Visit, *, revealed: bool) -> Shown:
    visit.gateway.projection.refresh()
    store = visit.gateway.store
    found = store.episode(visit.path["id"])
    if found is None:
        return not_found()
    citizen, known = store.citizen(found.citizen), algorithms(visit.gateway.settings)
    values = {
        "episode": found,
        "revealed": revealed,
        "citizen": citizen if revealed else None,
        "citizen_masked": masked(citizen.identifier) if citizen else "",
        "municipality": found.municipality_name or _municipality(visit, found.municipality),
        "timeline": timeline(found, visit.texts),
        "rows": shown_records(found.records, visit.texts),
        "triage": [triaged(answers, known) for answers in found.answers],
        "lines": store.lines_of_episode(found.id),
        "withheld": store.withheld_of_episode(found.id),
    }
    return Shown("episode.html", values)


def _municipality(visit: Visit, code: str) -> str:
    return municipality_label(visit.gateway.register.directory, code, local_day(visit.gateway.now()))
