"""Sums of claims by the database are those of their lives, whatever was decided how often; on both databases."""

from __future__ import annotations

import random
from datetime import timedelta, timezone

from gateway.store.contract import Store
from settlement.decisions import Decision
from settlement.life import life_of
from tests.gateway.store.samples import NOON, claim, closing, line
from tests.gateway.store.test_decisions import decide

CLAIMS = [
    claim("c1", *(line(f"a{number}", key=f"a{number}", amount=10**number) for number in range(12))),
    claim("c2", *(line(f"b{number}", key=f"b{number}", amount=700 + number) for number in range(5))),
    claim("c3"),
]


def said(dice: random.Random, name: str, amount: int) -> Decision:
    at = (NOON + timedelta(hours=dice.randrange(3))).astimezone(dice.choice(ZONES))
    return Decision(name, dice.choice([0, amount // 2, amount]), "other", "", at, "m")


ZONES = [NOON.tzinfo, *(timezone(timedelta(hours=hours)) for hours in (-9, 11))]


async def test_sums_are_those_of_the_lives(store: Store) -> None:
    assert store.claim_sums("2026-10") == []
    store.save_claims(closing("2026-10", position=99), CLAIMS)
    store.save_claims(
        closing("2026-11", position=99), [claim("later", line("z", key="z", month="2026-11"), month="2026-11")]
    )
    dice = random.Random(7)  # noqa: S311  (any will do)
    lines = [one for each in CLAIMS[:2] for one in each.lines]
    for turn in range(6):
        agree(store)
        chosen = dice.sample(lines, dice.randrange(1, 4))
        await decide(store, f"m{turn}", *(said(dice, one.id, one.amount) for one in chosen))
    agree(store)
    assert store.claims_of_lines(["a1", "a2", "z", "never"]) == {"c1", "later"}


def agree(store: Store) -> None:
    """The database's sums are what the lives of the claims say."""
    by_claim = {one.claim: one for one in store.claim_sums("2026-10")}
    assert list(by_claim) == ["c1", "c2", "c3"]
    for each in CLAIMS:
        sums, life = by_claim[each.id], life_of(each, store.decisions_of_claim(each.id), (), (), silence_approves=True)
        assert (sums.agreement, sums.municipality, sums.region) == (each.agreement, each.municipality, each.region)
        assert (sums.total, sums.undecided, sums.approved) == (each.total, life.undecided, life.approved)
        assert sums.approved + sums.undecided_amount == life.owed
