"""The quality page: exact results in words, charts and tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.build import Gateway
from gateway.pages.groupings import groupings
from gateway.pages.measure_words import value_text
from gateway.pages.texts import texts
from settlement.measures import Count, Result, Stratum
from settlement.periods import Quarter
from tests.gateway.pages.conftest import browsing
from tests.gateway.pages.sample import sample_gateway, tell


def result(kind: str, unit: str, *strata: Stratum) -> Result:
    """A result with these groups."""
    return Result("m", kind, unit, "2026-Q4", Count(1, 1), strata, None)


def stratum(numerator: int, denominator: int, **keys: str) -> Stratum:
    """A group."""
    return Stratum(tuple(keys.items()), Count(numerator, denominator))


def plain(dimension: str, key: str) -> str:
    """A label that is the key itself."""
    return f"{dimension}={key}"


@pytest.mark.parametrize(
    ("count", "unit", "danish", "english"),
    [
        (Count(123450, 1), "oere", "1.234,50\u00a0kr.", "DKK\u00a01,234.50"),
        (Count(1, 3), "1", "33,3\u00a0%", "33.3%"),
        (Count(271, 2), "min", "135,5\u00a0minutter", "135.5\u00a0minutes"),
        (Count(1200, 1), "course", "1.200\u00a0forløb", "1,200\u00a0courses"),
        (Count(1, 1), "contact", "1\u00a0kontakt", "1\u00a0contact"),
        (Count(0, 0), "min", "–", "–"),
        (Count(3, 1), "spoon", "3\u00a0spoon", "3\u00a0spoon"),
    ],
)
def test_values_are_written_by_unit(count: Count, unit: str, danish: str, english: str) -> None:
    assert (value_text(count, unit, texts("da")), value_text(count, unit, texts("en"))) == (danish, english)


def test_groups_of_one_dimension_are_listed_with_bars_in_proportion() -> None:
    lists, crosses = groupings(
        result("count", "course", stratum(2, 1, a="x"), stratum(4, 1, a="y")), plain, texts("en")
    )
    assert crosses == ()
    assert [(row.label, row.value) for row in lists[0].rows] == [("a=x", "2\u00a0courses"), ("a=y", "4\u00a0courses")]
    assert [bar.parts[0].size for bar in lists[0].bars] == [2000, 4000]


def test_groups_of_two_dimensions_are_a_table_and_stacked_only_where_they_add_up() -> None:
    strata = (stratum(2, 1, a="x", b="1"), stratum(3, 1, a="x", b="2"), stratum(4, 1, a="y", b="2"))
    _, [cross] = groupings(result("count", "course", *strata), plain, texts("en"))
    assert cross.columns == ("b=1", "b=2")
    assert cross.rows == (("a=x", ("2", "3")), ("a=y", ("", "4")))
    assert [(bar.value, [part.size for part in bar.parts]) for bar in cross.bars] == [
        ("5\u00a0courses", [2000, 3000]),
        ("4\u00a0courses", [4000]),
    ]
    _, [means] = groupings(result("mean", "min", *strata), plain, texts("en"))
    assert means.bars == ()


async def test_every_measure_of_the_quarter_is_on_the_page(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/quality/2026-Q4")).text
    for measure in told.quality.measures:
        assert f'<section class="card measure" id="{measure.id}"' in page
        assert measure.title["da"] in page
    assert "135\u00a0minutter" in page
    assert "120–299 minutter" in page
    assert "Vagtlæge" in page


async def test_a_quarter_without_episodes_says_so_kindly(empty: Gateway) -> None:
    async with browsing(empty) as client:
        page = (await client.get("/quality/2026-Q4")).text
        assert "Der er ingen forløb i kvartalet endnu." in page
        assert (await client.get("/quality")).headers["location"] == "/quality/2026-Q4"
        assert 'href="/quality/2027-Q1"' in page
        assert 'href="/quality/2025-Q4"' in (await client.get("/quality/2026-Q1")).text


async def test_a_published_report_is_linked_from_its_own_measure_only(tmp_path: Path) -> None:
    gateway = sample_gateway(tmp_path, datetime(2027, 1, 5, 9, 0, tzinfo=UTC))
    await tell(gateway)
    gateway.quality.publish(Quarter(2026, 4))
    async with browsing(gateway) as client:
        page = (await client.get("/quality/2026-Q4")).text
    gateway.close()
    for section in page.split('<section class="card measure"')[1:]:
        assert section.count('href="/fhir/MeasureReport/') == 1
