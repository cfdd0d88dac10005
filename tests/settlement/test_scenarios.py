"""Scenarios: each file in tests/scenarios is a sentence, what happened, and what must come out."""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from settlement.agreements import SHIPPED, Agreement, load
from settlement.closing import close_month
from settlement.decisions import Decision
from settlement.episodes import Episode, fold
from settlement.indicators import episode_items, readmitted
from settlement.lines import Claim, Line
from settlement.periods import Month, month_of, quarter_of
from settlement.records import Action, IvType, Organisation, Record, StayKind, WeightCategory
from tests.settlement.building import DIRECTORY, stay_event, treatment, visit, when

FILES = sorted((Path(__file__).parents[1] / "scenarios").glob("*.toml"))
Table = Mapping[str, Any]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_scenario(path: Path) -> None:
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(scenario) <= {"sentence", "agreement", "decision_required", "happened", "episode", "month"}
    assert scenario["sentence"]
    events = [(arrives(table), record(table)) for table in scenario["happened"]]
    shuffled = [event for _, event in events] * 2
    random.Random(path.stem).shuffle(shuffled)  # noqa: S311  (any order, every event twice: nothing may change)
    episodes = fold(shuffled, DIRECTORY)
    assert [seen(episode, wanted) for episode, wanted in zip(episodes, scenario["episode"], strict=True)] == scenario[
        "episode"
    ]
    agreements = [load(SHIPPED / f"{name}.toml") for name in scenario.get("agreement", ["iv-midtjylland"])]
    strict = scenario.get("decision_required", False)
    check_months(
        events, scenario.get("month", []), [replace(agreement, decision_required=strict) for agreement in agreements]
    )


def check_months(events: list[tuple[Month, Record]], months: list[Table], agreements: list[Agreement]) -> None:
    """Close the months one after the other; what a region answers to one is known when the next is closed."""
    decisions: list[Decision] = []
    billed: list[Line] = []
    for table in months:
        month = Month.parse(table["month"])
        known = [event for arrived, event in events if arrived <= month]
        episodes = fold(known, DIRECTORY)
        claims = tuple(
            claim
            for agreement in agreements
            for claim in close_month(month, episodes, agreement, billed, DIRECTORY, decisions)
        )
        lines = [line for claim in claims for line in claim.lines]
        billed += lines
        assert (str(month), [line.amount for line in lines]) == (str(month), [round(k * 100) for k in table["kroner"]])
        if "regions" in table:
            assert (str(month), [line.region for line in lines]) == (str(month), table["regions"])
        assert (str(month), reasons(claims)) == (str(month), table.get("withheld", []))
        decisions += [decided(billed, answer) for answer in table.get("decided", [])]


def decided(billed: list[Line], answer: Table) -> Decision:
    """A region's answer, at a time, to the latest line of a month with that amount: how many kroner it approves."""
    assert set(answer) <= {"month", "line", "approved", "at"}, answer
    amount = round(answer["line"] * 100)
    line = [one for one in billed if (one.month, one.amount) == (answer["month"], amount)][-1]
    approved = round(answer["approved"] * 100)
    return Decision(line.id, approved, "" if approved == amount else "other", "", when(answer["at"]), "m-decision")


def reasons(claims: tuple[Claim, ...]) -> list[str]:
    return sorted(item.reason for claim in claims for item in claim.withheld)


def record(table: Table) -> Record:
    """The record an event tells of."""
    known = {"what", "at", "stated", "key", "action", "stay", "hospital", "municipality", "arrives"}
    extra = {"treatment": {"iv_type", "category", "ends"}, "visit": {"minutes", "iv"}}.get(table["what"], set())
    assert set(table) <= known | extra, table
    municipality = Organisation(municipality=table.get("municipality", "0751"))
    hospital = Organisation(sor=table.get("hospital", "900000000000001"))
    at, key, stated = table["at"], table.get("key", ""), table.get("stated", "")
    stay, action = table.get("stay", "stay1"), Action(table.get("action", "new"))
    if table["what"] == "visit":
        made: Record = visit(
            at, table.get("minutes", 30), municipality, iv=table.get("iv", True), action=action, stated=stated
        )
    elif table["what"] == "treatment":
        iv_type = IvType(table["iv_type"]) if "iv_type" in table else None
        category = WeightCategory(table["category"]) if "category" in table else None
        made = treatment(
            at,
            iv_type,
            category,
            stay,
            hospital=hospital,
            municipality=municipality,
            action=action,
            stated=stated,
            ends=table.get("ends", ""),
        )
    else:
        kind = StayKind(table["what"])
        made = stay_event(kind, at, stay, hospital=hospital, municipality=municipality, action=action, stated=stated)
    return replace(made, key=key) if key else made


def arrives(table: Table) -> Month:
    """The month an event reaches the gateway in."""
    return Month.parse(table["arrives"]) if "arrives" in table else month_of(when(table.get("stated") or table["at"]))


def seen(episode: Episode, wanted: Table) -> dict[str, Any]:
    """What an episode says about each thing the scenario asks."""
    told: dict[str, Any] = {
        "status": str(episode.status),
        "iv_type": str(episode.iv_type or ""),
        "category": str(episode.category or ""),
        "categories": [str(assigned.category or "") for assigned in episode.assigned],
        "municipality": episode.municipality_name,
        "missing": list(episode.missing),
        "minutes": episode.minutes,
        "visits": len(episode.encounters),
        "admitted": text(episode.admitted_at),
        "started": text(episode.started_at),
        "ended": text(episode.ended_at),
        "readmitted": text(episode.readmitted_at),
        "died": text(episode.died_at),
        "readmitted_within_30_days": within_30_days(episode),
    }
    return {name: told[name] for name in wanted}


def within_30_days(episode: Episode) -> bool:
    if not episode.started_at:
        return False
    return any(readmitted(item, 30) for item in episode_items(episode, quarter_of(episode.started_at), DIRECTORY))


def text(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else ""
