"""What changed since last month, as a page: one click from the month."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.pages.changes import figures, reason_text
from gateway.pages.show import money
from settlement.records import WeightCategory
from tests.gateway.pages.conftest import browsing
from tests.gateway.test_months import OCTOBER, OTHER, PRICED, SEPTEMBER, WITHOUT_CATEGORY, changed_category
from tests.gateway.world import send, world


def test_from_the_month_to_what_changed_and_why(tmp_path: Path) -> None:
    with world(tmp_path, PRICED, OTHER, WITHOUT_CATEGORY) as gateway:
        gateway.months.close(SEPTEMBER)
        send(gateway, changed_category(PRICED, WeightCategory.FOUR))
        claims = gateway.months.close(OCTOBER)
        reversal = next(line for claim in claims for line in claim.lines if line.reverses)

        async def looked() -> tuple[str, str]:
            async with browsing(gateway) as client:
                month = (await client.get("/months/2026-10")).text
                return month, (await client.get("/months/2026-10/changes")).text

        month, page = asyncio.run(looked())
    assert 'href="/months/2026-10/changes"' in month
    assert "Hvad er ændret i oktober 2026" in page
    assert money(sum(claim.total for claim in claims), "da") in page
    assert reversal.explanation["da"] in page
    assert f"/lines/{reversal.id}" in page
    assert reason_text("category-missing", "da") in page


def test_a_reason_nobody_knows_any_more_is_shown_as_it_is() -> None:
    assert reason_text("long-gone", "da") == "long-gone"
    assert dict(figures([]))["volume"] == 0
