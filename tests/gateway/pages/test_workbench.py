"""The workbench: what is pasted is judged and shown, and nothing of it is kept."""

from __future__ import annotations

import json

import pytest

from gateway.build import Gateway
from gateway.pages.examples import EXAMPLES, example
from gateway.pages.workbench import LONGEST
from gateway.store.contract import MessageSearch
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import EVIL
from tests.shared import shared_data

PATIENT = '{\n "resourceType": "Patient",\n "gender": "many"\n}'


async def post(gateway: Gateway, text: str, where: str = "/workbench", **fields: str) -> tuple[int, str]:
    """The status and text of what a posted message is answered with, in English."""
    async with browsing(gateway) as client:
        client.cookies.set("language", "en")
        token = form_token((await client.get("/workbench")).text)
        answer = await client.post(where, data={"form_token": token, "text": text, **fields})
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_example_shows_something_worth_seeing(empty: Gateway, name: str) -> None:
    async with browsing(empty) as client:
        page = await client.get("/workbench", params={"example": name})
    assert page.status_code == 200
    assert 'class="finding severity-' in page.text


async def test_a_finding_stands_at_its_line_with_its_rule(empty: Gateway) -> None:
    status, page = await post(empty, PATIENT, guide="base")
    assert status == 200
    assert '<li id="line-3" class="at-error">' in page
    assert 'href="https://hl7.org/fhir/R4/' in page
    assert "It would be refused" in page


async def test_lines_are_the_same_however_they_end(empty: Gateway) -> None:
    for end in ("\r\n", "\r"):
        assert '<li id="line-3" class="at-error">' in (await post(empty, PATIENT.replace("\n", end), guide="base"))[1]


async def test_a_message_on_one_line_is_broken_into_lines(empty: Gateway) -> None:
    _, page = await post(empty, PATIENT.replace("\n", ""), guide="base")
    assert '<li id="line-3" class="at-error">' in page


async def test_a_letter_in_another_encoding_is_read_as_it_says(empty: Gateway) -> None:
    _, page = await post(empty, example("letter"))
    assert "Østerhus Sygehus" in page
    assert "xml-encoding" not in page


@pytest.mark.parametrize("text", ["", "{", "[[[[", "<x", "MSH|", "\x00", "[" * 5000, EVIL, '{"resourceType": 1}'])
async def test_whatever_is_pasted_is_answered_with_a_page(empty: Gateway, text: str) -> None:
    for guide in ("", "claimed", "base"):
        status, page = await post(empty, text, guide=guide)
        assert status == 200
        assert EVIL not in page


async def test_nothing_is_stored(empty: Gateway) -> None:
    await post(empty, example("notification"))
    assert empty.store.count_messages(MessageSearch()) == 0


async def test_findings_can_be_fetched_as_outcome_and_sarif(empty: Gateway) -> None:
    outcome = json.loads((await post(empty, PATIENT, "/workbench/outcome", guide="base"))[1])
    assert outcome["resourceType"] == "OperationOutcome"
    assert any(issue["severity"] == "error" for issue in outcome["issue"])
    sarif = json.loads((await post(empty, PATIENT, "/workbench/sarif", guide="base"))[1])
    assert sarif["runs"][0]["results"]
    well = json.loads((await post(empty, '{"resourceType": "Basic"', "/workbench/outcome"))[1])
    assert well["issue"]


async def test_a_guide_that_is_not_installed_is_said_so(empty: Gateway) -> None:
    for where in ("/workbench", "/workbench/outcome", "/workbench/sarif"):
        status, page = await post(empty, PATIENT, where, guide="no.such.guide#1.0.0")
        assert status == 200
        assert "not installed" in page


async def test_a_profile_can_be_asked_for(empty: Gateway) -> None:
    _, page = await post(empty, PATIENT, profile="https://example.org/none")
    assert "https://example.org/none is not known" in page


async def test_a_form_of_another_session_is_refused(empty: Gateway) -> None:
    async with browsing(empty) as client:
        answer = await client.post("/workbench", data={"form_token": "0" * 64, "text": PATIENT})
    assert answer.status_code == 403


async def test_a_form_that_is_too_large_is_not_read(empty: Gateway) -> None:
    status, page = await post(empty, "x" * (LONGEST + 1))
    assert status == 413
    assert "large" in page


async def test_slices_that_were_tried_are_told(empty: Gateway) -> None:
    packages = shared_data("packages")
    empty.shelf._folders = (packages,)
    _, page = await post(empty, example("notification"), guide="claimed")
    assert "Slices that were tried" in page
    assert "medcom.fhir.dk.hospitalnotification#3.0.2" in page
    assert "<td>SOR-ID</td><td><code>system</code></td>" in page


async def test_a_kept_message_is_taken_to_the_workbench_once_the_citizen_is_shown(told: Gateway) -> None:
    async with browsing(told) as client:
        masked = (await client.get("/messages/l-refused")).text
        assert 'action="/workbench"' not in masked
        shown = (await client.post("/messages/l-refused", data={"form_token": form_token(masked)})).text
    assert 'action="/workbench"' in shown
