"""A finance officer's questions, asked as one would: each is answered in two clicks at most, wide and narrow."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from gateway.build import Gateway
from gateway.demo.cast import course
from gateway.demo.month import course_sendings
from gateway.pages.show import money
from settlement.records import WeightCategory
from tests.browser.conftest import answering
from tests.gateway.test_months import OCTOBER, OTHER, PRICED, SEPTEMBER, WITHOUT_CATEGORY, changed_category
from tests.gateway.world import send, world

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [1280, 390])


def told(gateway: Gateway) -> None:
    """September is closed, then a hospital corrects a category, and October is closed."""
    for number in (PRICED, OTHER, WITHOUT_CATEGORY):
        send(gateway, *course_sendings(course(number)))
    gateway.months.close(SEPTEMBER)
    send(gateway, changed_category(PRICED, WeightCategory.FOUR))
    gateway.months.close(OCTOBER)


@pytest.fixture(scope="module")
def finance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a gateway with two closed months and a correction between them."""
    with world(tmp_path_factory.mktemp("finance")) as gateway:
        teller = threading.Thread(target=told, args=(gateway,))  # Playwright's own loop runs in this thread
        teller.start()
        teller.join()
        with answering(gateway) as address:
            yield address


@pytest.fixture
def tab(context: BrowserContext, finance: str) -> Page:
    """A tab on the months' page, where the questions begin."""
    made = context.new_page()
    made.goto(f"{finance}/months")
    return made


def fits(tab: Page, width: int) -> None:
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@WIDTHS
def test_why_this_amount(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.get_by_role("link", name="2026-10", exact=True).click()
    tab.get_by_text("Forklar", exact=True).first.click()
    expect(tab.locator(".explanation .calculation").first).to_contain_text("Tilbageførsel")
    tab.get_by_role("link", name="Linjen for sig").first.click()
    expect(tab.get_by_text("Beregnet igen: det samme")).to_be_visible()
    expect(tab.get_by_role("heading", name="Hvad der er krævet før og siden")).to_be_visible()
    expect(tab.get_by_text("illustrativ sats, PL-fremskrevet").first).to_be_visible()
    fits(tab, width)


@WIDTHS
def test_what_changed_since_last_month(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.get_by_role("listitem").filter(has_text="2026-10").get_by_role("link", name="Hvad er ændret").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Hvad er ændret i oktober 2026")
    expect(tab.get_by_role("row").filter(has_text="Rettelser af tidligere måneder").first).to_contain_text(
        money(1_521_000 - 253_500, "da")
    )
    fits(tab, width)


@WIDTHS
def test_what_do_we_disagree_on(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.get_by_role("listitem").filter(has_text="2026-10").get_by_role("link", name="uenige").click()
    expect(tab).to_have_url(tab.url.split("/months")[0] + "/months/2026-10/reconcile")
    fits(tab, width)


@WIDTHS
def test_what_would_another_tariff_cost(tab: Page, finance: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{finance}/simulate")
    text = tab.get_by_label("Den nye aftale").input_value()
    tab.get_by_label("Den nye aftale").fill(text.replace("index_percent = 1.4", "index_percent = 2.4"))
    tab.get_by_label("Måneder").fill("2026-09..2026-10")
    tab.get_by_role("button", name="Beregn").click()
    expect(tab.get_by_role("heading", name="Efter tyngdekategori")).to_be_visible()
    expect(tab.locator("#result svg")).to_have_count(2)
    fits(tab, width)
    tab.get_by_label("Den nye aftale").fill(text.replace("kind = ", "art = ", 1))
    tab.get_by_role("button", name="Beregn").click()
    expect(tab.get_by_role("alert")).to_contain_text("agreement.toml, line")
    fits(tab, width)


@WIDTHS
def test_a_number_of_the_monitoring_leads_to_its_episodes(tab: Page, finance: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{finance}/monitor?months=2026-09")
    fits(tab, width)
    number = tab.locator("section[aria-labelledby=by-municipality] tbody strong a").first
    count = int(number.inner_text())
    number.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Forløbene bag tallet")
    expect(tab.locator("tbody tr")).to_have_count(count)
