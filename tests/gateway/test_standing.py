"""Standings: what is folded at once equals what is stored later, wherever the course is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gateway.build import Gateway
from gateway.standing import Standing
from gateway.store.contract import EpisodeSearch
from settlement.episodes import Episode
from settlement.records import WeightCategory
from tests.gateway.test_months import changed_category
from tests.gateway.world import send, world

COURSES = (0, 3, 4, 7)


def stood(gateway: Gateway) -> dict[str, list[Episode]]:
    """Every episode by municipality, as the store stands, with nothing folded before."""
    with gateway.store.snapshot() as view:
        standing = Standing(view, gateway.register.directory)
        return {code: list(standing.episodes(code)) for code in standing.municipalities()}


def test_citizens_behind_their_records_are_folded_at_once(tmp_path: Path) -> None:
    with world(tmp_path, *COURSES) as gateway:
        nothing_stored = stood(gateway)
        gateway.projection.refresh()
        assert nothing_stored == stood(gateway)
        assert sum(map(len, nothing_stored.values())) == gateway.store.count_episodes(EpisodeSearch()) > len(COURSES)
        send(gateway, changed_category(0, WeightCategory.FOUR))
        one_behind = stood(gateway)
        assert one_behind != nothing_stored
        gateway.projection.refresh()
        assert one_behind == stood(gateway)


def test_a_stored_episode_that_is_behind_is_left_out_of_its_old_municipality(tmp_path: Path) -> None:
    with world(tmp_path, *COURSES) as gateway:
        right = stood(gateway)
        gateway.projection.refresh()
        moved = next(gateway.store.every_episode())
        records = len(gateway.store.records(moved.citizen))
        assert gateway.store.save_episodes(moved.citizen, [replace(moved, municipality="0101")], records)
        assert stood(gateway)["0101"]
        assert not gateway.store.save_episodes(moved.citizen, [], records - 1)
        assert stood(gateway) == right | {"0101": []}


def test_a_standing_is_named_by_the_last_message_in_it(tmp_path: Path) -> None:
    with world(tmp_path, *COURSES) as gateway, gateway.projection.standing() as standing:
        assert standing.position == max(message.position for message in gateway.store.in_arrival_order())
        send(gateway, changed_category(0, WeightCategory.FOUR))
        assert standing.position < max(message.position for message in gateway.store.in_arrival_order())
