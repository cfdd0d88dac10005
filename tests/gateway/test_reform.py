"""The reform of 2027: Region Østdanmark sees, decides and disputes what its predecessors were sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.build import Gateway, build
from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers
from mappings.reading import Citizen
from settlement.decisions import Decision
from settlement.disputes import Step
from settlement.lines import Claim, Line
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.test_reconciliation import HASH, log_in
from tests.gateway.running import FHIR_JSON, bearer, client_of, settings_of, sha256, stored
from tests.gateway.store.samples import closing, line

OLD_YEAR, NEW_YEAR = datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 10, 12, tzinfo=UTC)
EAST = "DK-X-OESTDANMARK"
CODES = {"east": EAST, "zealand": "DK-85", "mid": "DK-82"}
ORGANISATIONS = "".join(
    f'[[organisation]]\nname = "{name}"\nrole = "region"\nregion = "{code}"\ntoken_sha256 = "{sha256(name)}"\n'
    for name, code in CODES.items()
)
PEOPLE = "".join(
    f'[[person]]\nname = "{name}"\npassword = "{HASH}"\nrole = "caseworker"\nregion = "{code}"\n'
    for name, code in CODES.items()
)
BUNDLE = stored("claim-bundle", 1, owner="0330", recipient="DK-85", period="2026-11")
LINE: Line = replace(
    line("l1", month="2026-11", key="iv-midtjylland/tariff/episode-1"),
    agreement="iv-midtjylland",
    municipality="0330",
    region="DK-85",
)
CLAIM = Claim(BUNDLE.id, LINE.agreement, LINE.month, LINE.municipality, LINE.region, (LINE,), ())


@pytest.fixture
def clock() -> list[datetime]:
    """The time it is: the last of them."""
    return [OLD_YEAR]


@pytest.fixture
def gateway(tmp_path: Path, clock: list[datetime]) -> Iterator[Gateway]:
    """A gateway that claimed something of Region Sjælland for November 2026."""
    organisations, people = tmp_path / "organisations.toml", tmp_path / "people.toml"
    organisations.write_text(ORGANISATIONS, encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    settings = settings_of(data_folder=tmp_path / "data", organisations=organisations, people=people)
    made = build(settings, now=lambda: clock[-1])
    made.store.save_claims(closing("2026-11", LINE.agreement, 0), [CLAIM])
    made.store.save_documents([BUNDLE])
    yield made
    made.close()


async def statuses(gateway: Gateway, path: str) -> dict[str, int]:
    async with client_of(gateway) as client:
        return {name: (await client.get(path, headers=bearer(name))).status_code for name in CODES}


async def test_a_region_reads_what_its_predecessors_were_sent_from_the_day_it_takes_over(
    gateway: Gateway, clock: list[datetime]
) -> None:
    paths = (f"/fhir/Bundle/{BUNDLE.id}", f"/fhir/Bundle/{BUNDLE.id}/$answers")
    for path in paths:
        assert await statuses(gateway, path) == {"east": 404, "zealand": 200, "mid": 404}
    clock.append(NEW_YEAR)
    for path in paths:
        assert await statuses(gateway, path) == {"east": 200, "zealand": 200, "mid": 404}
    async with client_of(gateway) as client:
        found = (await client.get("/fhir/Bundle?period=2026-11", headers=bearer("east"))).json()
    assert found["total"] == 1


async def test_a_region_decides_what_its_predecessors_were_sent(gateway: Gateway, clock: list[datetime]) -> None:
    decision = Decision(LINE.id, 100_000, "other-amount", "", NEW_YEAR, "")
    body = canonical_json(claim_answers(CLAIM, [decision], {LINE.citizen: Citizen("2512489996")}))

    async def answered(name: str) -> int:
        async with client_of(gateway) as client:
            answer = await client.post("/fhir", content=body, headers={**FHIR_JSON, **bearer(name)})
            return answer.status_code

    assert await answered("mid") == 422
    assert gateway.store.decisions_of_line(LINE.id) == []
    clock.append(NEW_YEAR)
    assert await answered("east") == 200
    assert [one.approved for one in gateway.store.decisions_of_line(LINE.id)] == [100_000]


async def test_people_of_the_new_region_see_dispute_and_close(gateway: Gateway, clock: list[datetime]) -> None:
    async with browsing(gateway) as client:
        await log_in(client, "east")
        assert (await client.get(f"/lines/{LINE.id}")).status_code == 404
        clock.append(NEW_YEAR)
        await log_in(client, "east")
        page = await client.get(f"/lines/{LINE.id}")
        assert page.status_code == 200
        fields = {"form_token": form_token(page.text), "reason": "wrong-amount", "text": "For meget"}
        await client.post(f"/lines/{LINE.id}/disputes", data=fields)
        (one,) = gateway.store.disputes()
        month = (await client.get("/months/2026-11")).text
        assert f'href="/lines/{LINE.id}#disputes"' in month
        assert "Åbne indsigelser: 1" in month
        await client.post(f"/disputes/{one.id}", data={**fields, "do": "close", "text": ""})
    (one,) = gateway.store.disputes()
    assert (one.state, one.party) == (Step.CLOSED, "region")
    async with browsing(gateway) as client:
        await log_in(client, "mid")
        assert (await client.get(f"/lines/{LINE.id}")).status_code == 404
