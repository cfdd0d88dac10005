"""The workbench in a real browser: pasting, going from finding to finding, filtering, dropping a file."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PATIENT = '{\n "resourceType": "Patient",\n "gender": "many",\n "contact": [{"gender": "female"}]\n}'
DROP = """([text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], "patient.json"));
  document.querySelector("[data-drop]").dispatchEvent(
    new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: files}));
}"""


def paste(page: Page, address: str, text: str) -> None:
    page.goto(f"{address}/workbench")
    page.get_by_label("Meddelelse: FHIR").fill(text)
    page.get_by_label("Bedøm efter").select_option("base")
    page.get_by_role("button", name="Bedøm", exact=True).click()
    expect(page.locator("#line-3.at-error")).to_be_visible()


def test_what_is_pasted_is_judged_in_place_and_stays_in_the_field(page: Page, address: str) -> None:
    paste(page, address, PATIENT)
    expect(page.get_by_label("Meddelelse: FHIR")).to_have_value(PATIENT)
    expect(page.locator(".finding").first).to_contain_text("Linje 3")
    assert page.url == f"{address}/workbench"


def test_findings_are_gone_through_by_key_and_by_button(page: Page, address: str) -> None:
    paste(page, address, PATIENT)
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.locator("#finding-1")).to_be_focused()
    page.get_by_role("button", name="Næste fund").click()
    expect(page.locator("#finding-2")).to_be_focused()
    expect(page.locator(".bench-text li.is-here")).to_have_count(1)


def test_a_severity_can_be_hidden(page: Page, address: str) -> None:
    paste(page, address, PATIENT)
    page.get_by_label("Fejl").uncheck()
    expect(page.locator(".finding.severity-error").first).to_be_hidden()
    page.get_by_label("Fejl").check()
    expect(page.locator(".finding.severity-error").first).to_be_visible()


def test_a_file_that_is_dropped_is_judged(page: Page, address: str) -> None:
    page.goto(f"{address}/workbench")
    page.get_by_label("Bedøm efter").select_option("base")
    page.evaluate(DROP, [PATIENT])
    expect(page.locator("#line-3.at-error")).to_be_visible()


def test_findings_are_downloaded(page: Page, address: str) -> None:
    paste(page, address, PATIENT)
    with page.expect_download() as fetched:
        page.get_by_role("button", name="SARIF").click()
    assert fetched.value.suggested_filename == "findings.sarif"


def test_it_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    paste(context.new_page(), address, PATIENT)
    context.close()
