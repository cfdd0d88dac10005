"""Every page in a real browser, wide and narrow, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.gateway.pages.sample import CPR, EVIL

pytestmark = pytest.mark.browser
ADDRESSES = (
    "/",
    "/messages",
    "/messages/l-refused",
    "/messages/l-discharge",
    "/messages/l-parked",
    "/episodes",
    "/months",
    "/months/2026-10",
    "/months/2026-10/changes",
    "/months/2026-10/reconcile",
    "/disputes",
    "/months/2026-10/control",
    "/quality/2026-Q4",
    "/monitor",
    "/monitor/episodes?months=2026-10",
    "/simulate",
    "/workbench",
)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("where", ADDRESSES)
def test_every_page_fits_the_window_and_is_accessible(page: Page, address: str, where: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + where)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "da"
    assert page.evaluate(UNLABELLED) == []
    assert page.evaluate(PALE) == []


def test_from_the_overview_to_an_episode_and_back_to_its_message(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Forløb", exact=True).click()
    page.get_by_role("row").filter(has_text="Antibiotika").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Antibiotika")
    expect(page.locator("svg.timeline circle")).to_have_count(8)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_text("https://pro.example/iv").click()
    expect(page.get_by_text(EVIL)).to_be_visible()
    page.get_by_role("row").filter(has_text="Udskrivelse").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Hvad der blev læst")).to_be_visible()


def test_the_citizen_appears_when_asked_for_and_never_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/messages/l-refused")
    expect(page.get_by_text("010190-xxxx")).to_be_visible()
    page.get_by_role("button", name="Vis borgeren").click()
    expect(page.locator(".citizen")).to_contain_text(CPR)
    assert CPR not in page.url
    page.goto(f"{address}/messages")
    page.get_by_label("CPR-nummer").fill("010190-1234")
    page.get_by_role("button", name="Find borger").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Borgerens forløb")
    assert "010190" not in page.url
    assert page.get_by_role("row").filter(has_text="Antibiotika").count() == 1


def test_a_number_typed_into_the_free_search_is_not_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/messages")
    page.locator("input[name=text]").fill("010190-1234")
    page.get_by_role("button", name="Vis", exact=True).click()
    assert page.locator("input[name=text]:invalid").count() == 1
    assert "1234" not in page.url
    page.locator("input[name=text]").fill("999000000000101")
    assert page.locator("input[name=text]:invalid").count() == 0


def test_choosing_a_filter_narrows_the_list_at_once(page: Page, address: str) -> None:
    page.goto(f"{address}/messages")
    page.get_by_label("Tilstand").select_option(label="Afvist")
    expect(page.locator("#found .count")).to_have_text("1 meddelelse")
    assert "outcome=refused" in page.url
    page.go_back()
    expect(page.locator("#found .count")).to_have_text("11 meddelelser")


def test_the_open_month_is_fetched_after_the_overview(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("Afregnes, hvis måneden lukkes nu")).to_be_visible()


def test_the_language_is_one_click_away(page: Page, address: str) -> None:
    page.goto(f"{address}/messages/l-refused")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="The message as it came")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_everything_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/messages")
    page.get_by_label("Tilstand").select_option(label="Parkeret")
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator("#found .count")).to_have_text("1 meddelelse")
    page.goto(address)
    page.get_by_role("link", name="Se måneden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("oktober 2026")
    context.close()


def test_a_person_logs_in_works_and_logs_out(context: BrowserContext, guarded_address: str) -> None:
    page = context.new_page()
    page.goto(f"{guarded_address}/messages")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    assert page.evaluate(UNLABELLED) == []
    assert page.evaluate(PALE) == []
    page.get_by_label("Navn").fill("anna")
    page.get_by_label("Adgangskode").fill("forkert")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Navn eller adgangskode er forkert.")
    page.get_by_label("Navn").fill("anna")
    page.get_by_label("Adgangskode").fill("vintergæk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Overblik")
    page.goto(f"{guarded_address}/messages/l-refused")
    page.get_by_role("button", name="Vis borgeren").click()
    expect(page.locator(".citizen")).to_contain_text(CPR)
    page.get_by_role("button", name="Log ud").click()
    page.goto(f"{guarded_address}/messages/l-refused")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")


UNLABELLED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a")]
  .filter(each => !(each.labels && each.labels.length) && !each.textContent.trim() && !each.getAttribute("aria-label"))
  .map(each => each.outerHTML)"""
"""Fields, buttons and links without a name."""

PALE = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = each => {
    for (let at = each; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const isText = each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  return [...document.querySelectorAll("body *:not(svg *)")].filter(isText).filter(each => {
    const [a, b] = [light(numbers(getComputedStyle(each).color)), light(ground(each))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5;
  }).map(each => each.outerHTML.slice(0, 120));
}"""
"""Texts whose contrast with their ground is below 4.5 (WCAG 2.2, 1.4.3)."""
