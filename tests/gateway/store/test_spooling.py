"""Spooled claims are the same claims, and are computed before any is read."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.store.spooling import spooled
from settlement.lines import Claim
from tests.gateway.store.samples import claim, line, withheld

CLAIMS = [claim("c1", line("l1"), items=(withheld("e1"),)), claim("c2"), claim("c3", line("l2", key="k2"))]


def test_claims_come_back_as_they_went() -> None:
    with spooled(CLAIMS) as found:
        assert list(found) == CLAIMS
    with spooled([]) as none:
        assert list(none) == []


def test_every_claim_is_computed_before_the_first_is_read() -> None:
    computed: list[str] = []

    def computing() -> Iterator[Claim]:
        for one in CLAIMS:
            computed.append(one.id)
            yield one

    with spooled(computing()) as found:
        assert computed == [one.id for one in CLAIMS]
        assert next(found) == CLAIMS[0]
