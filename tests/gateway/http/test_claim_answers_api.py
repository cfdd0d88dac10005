"""What a region answered goes in by its own door, and is read by whoever may read the claim; by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.organisations import Member
from settlement.lines import Claim
from settlement.periods import Month
from tests.gateway.deciding_region import decision_of
from tests.gateway.running import bearer, client_of, sha256
from tests.gateway.test_months import PRICED
from tests.gateway.world import world

SEPTEMBER = Month.parse("2026-09")


def member(name: str, role: str, **more: str) -> Member:
    return Member(name, role, token_sha256=sha256(name), **more)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway that has closed September, and knows two regions and the claim's municipality by their tokens."""
    with world(tmp_path, PRICED) as made:
        (claim,) = made.months.close(SEPTEMBER)
        members = (
            member("midt", "region", region=claim.region),
            member("nord", "region", region="DK-81"),
            member("own", "municipality", municipality=claim.municipality),
            member("other", "municipality", municipality="0101"),
            member("hospital", "hospital"),
        )
        yield replace(made, register=replace(made.register, members=members))


def claim_of(gateway: Gateway) -> Claim:
    (claim,) = gateway.store.claims("2026-09")
    return claim


async def test_a_region_answers_and_both_sides_read_it(gateway: Gateway) -> None:
    claim = claim_of(gateway)
    url = f"/fhir/Bundle/{claim.id}/$answers"
    sending = decision_of(gateway, claim.lines[0], 100)
    kind = {"Content-Type": sending.media_type}
    async with client_of(gateway) as client:
        before = await client.get(url, headers=bearer("own"))
        assert (before.status_code, before.headers["X-Claim-State"]) == (200, "submitted")
        assert "entry" not in before.json()
        for expected in (201, 200):
            said = await client.post(sending.door, content=sending.body, headers={**kind, **bearer("midt")})
            assert said.status_code == expected
        for who in ("own", "midt"):
            after = await client.get(url, headers=bearer(who))
            (entry,) = after.json()["entry"]
            assert entry["resource"]["item"][0]["adjudication"][1]["amount"]["value"] == 1.0
            assert after.headers["X-Claim-State"] == "closed"
        as_xml = await client.get(url, headers={**bearer("own"), "Accept": "application/fhir+xml"})
        assert as_xml.text.startswith("<")


@pytest.mark.parametrize(
    ("who", "answered", "read"), [("nord", 422, 404), ("other", 403, 404), ("own", 403, 200), ("hospital", 403, 403)]
)
async def test_nobody_else_answers_or_reads(gateway: Gateway, who: str, answered: int, read: int) -> None:
    claim = claim_of(gateway)
    sending = decision_of(gateway, claim.lines[0])
    headers = {"Content-Type": sending.media_type, **bearer(who)}
    async with client_of(gateway) as client:
        assert (await client.post(sending.door, content=sending.body, headers=headers)).status_code == answered
        assert (await client.get(f"/fhir/Bundle/{claim.id}/$answers", headers=bearer(who))).status_code == read
        assert (await client.get("/fhir/Bundle/none/$answers", headers=bearer("midt"))).status_code == 404
    assert gateway.store.decisions_of_line(claim.lines[0].id) == []
