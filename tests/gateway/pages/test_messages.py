"""The message list and one message: filters, paging, citizens, issues, the message's own text."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.build import Gateway
from gateway.store.contract import MessageSearch
from tests.gateway.pages.conftest import browsing, form_token
from tests.gateway.pages.sample import CPR, EVIL, Letter, keep
from tests.gateway.test_intake_guides import HOSPITAL, discharge, gateway_in, put_guide, rule

ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("outcome=refused", "l-refused", "l-discharge"),
        ("format=fhir-encounter", "l-visit-6", "l-refused"),
        ("event=XDIS18", "l-parked", "l-refused"),
        ("text=l-bare", "l-bare", "l-refused"),
        ("text=Sygepleje&since=2026-10-20&until=2026-10-20", "l-visit-6", "l-nothing"),
    ],
)
async def test_filters_narrow_the_list(told: Gateway, query: str, shown: str, hidden: str) -> None:
    async with browsing(told) as client:
        page = (await client.get(f"/messages?{query}")).text
    assert f"/messages/{shown}" in page
    assert f"/messages/{hidden}" not in page


async def test_a_day_without_messages_is_empty(told: Gateway) -> None:
    async with browsing(told) as client:
        assert "Ingen meddelelser." in (await client.get("/messages?since=2026-10-21")).text


async def test_paging_goes_back_in_time_without_a_gap(empty: Gateway) -> None:
    for number in range(60):
        await keep(empty, Letter(f"m-{number:02}", citizen="", raw=str(number).encode()))
    async with browsing(empty) as client:
        first = (await client.get("/messages")).text
        before = first.split('name="before" value="')[1].split('"')[0]
        second = (await client.get(f"/messages?before={before}")).text
    shown = [number for number in range(60) if f"/messages/m-{number:02}" in first]
    rest = [number for number in range(60) if f"/messages/m-{number:02}" in second]
    assert (shown, rest) == (list(range(10, 60)), list(range(10)))
    assert 'name="before"' not in second


async def test_a_citizen_is_found_by_a_posted_number_only(told: Gateway) -> None:
    async with browsing(told) as client:
        token = {"form_token": form_token((await client.get("/messages")).text)}
        found = await client.post("/citizen", data=token | {"cpr": "010190-1234"})
        assert "/messages/l-discharge" in found.text
        assert "/messages/l-bare" not in found.text
        assert CPR not in found.text
        assert "ti tegn" in (await client.post("/citizen", data=token | {"cpr": "hest"})).text


async def test_what_senders_write_is_shown_and_never_run(told: Gateway) -> None:
    async with browsing(told) as client:
        for address in ("/", "/messages", "/messages/l-parked"):
            page = (await client.get(address)).text
            assert ESCAPED in page
            assert EVIL not in page


async def test_what_the_review_silenced_is_shown_with_its_reason(tmp_path: Path) -> None:
    put_guide(tmp_path, "3.0.2", rule("error"))
    review = tmp_path / "review.toml"
    review.write_text('[[finding]]\ncode = "test-1"\naction = "silence"\nreason = "Ingen er nye."\n', encoding="utf-8")
    with closing(gateway_in(tmp_path, review=review)) as gateway:
        answer = await gateway.intake.take(discharge(), channel="http", family=None, media_type="", peer=None)
        assert "test-1" not in {issue.code for issue in answer.verdict.issues}
        (message,) = gateway.store.messages(MessageSearch())
        async with browsing(gateway) as client:
            page = (await client.get(f"/messages/{message.id}")).text
            assert "tavse efter gennemgang" in page
            assert '<td class="prose">Ingen er nye.</td>' in page
            (tmp_path / f"{HOSPITAL}-3.0.2.tgz").unlink()
    with closing(gateway_in(tmp_path, review=review)) as gateway:
        async with browsing(gateway) as client:
            assert "tavse efter" not in (await client.get(f"/messages/{message.id}")).text


async def test_findings_are_told_in_the_language_of_the_page(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/messages/l-refused")).text
        assert '<span lang="en">ADT^A99 is not supported; send ADT^A01.</span> <span class="fine">(på engelsk)' in page
        client.cookies.set("language", "en")
        assert "(in English)" not in (await client.get("/messages/l-refused")).text


async def test_a_refused_message_says_why_and_where(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/messages/l-refused")).text
    assert "ADT^A99 is not supported; send ADT^A01." in page
    assert '<li class="marked" id="raw-1" title="event-unknown"><code>MSH|' in page
    assert 'href="#raw-1"' in page
    assert "<code>PID|||010190xxxx^^^CPR</code>" in page
    assert CPR not in page
    assert "&#34;refused&#34;" in page


async def test_revealing_a_citizen_is_logged_without_the_citizen(told: Gateway) -> None:
    async with browsing(told) as client:
        token = {"form_token": form_token((await client.get("/messages/l-refused")).text)}
        with capture_logs() as logs:
            page = (await client.post("/messages/l-refused", data=token)).text
    assert CPR in page
    assert "Åse Prøvesen" in page
    assert {"event": "citizen revealed", "message": "l-refused", "person": "", "log_level": "info"} in logs
    assert CPR not in str(logs)


async def test_the_bytes_are_fetched_as_they_came(told: Gateway) -> None:
    async with browsing(told) as client:
        token = {"form_token": form_token((await client.get("/messages/l-parked")).text)}
        file = await client.post("/messages/l-parked/raw", data=token)
        none = await client.post("/messages/none/raw", data=token)
    assert file.content == b"<Emessage><Text>r\xf8dgr\xf8d</Text></Emessage>"
    assert file.headers["content-disposition"] == 'attachment; filename="l-parked.xml"'
    assert none.status_code == 404


async def test_a_message_leads_to_its_episode_and_to_its_duplicates(told: Gateway) -> None:
    async with browsing(told) as client:
        page = (await client.get("/messages/l-discharge")).text
        assert "/episodes/" in page.split("<main")[1]
        assert "Gentagelser af dette brev" in page
        listed = (await client.get("/messages?outcome=duplicate")).text
        duplicate = listed.split('href="/messages/')[1].split('"')[0]
        assert 'href="/messages/l-discharge"' in (await client.get(f"/messages/{duplicate}")).text


async def test_a_message_without_a_citizen_says_so(empty: Gateway) -> None:
    await keep(empty, replace(Letter("l-none"), citizen="", format="fhir-unknown"))
    async with browsing(empty) as client:
        assert "Meddelelsen nævner ingen borger." in (await client.get("/messages/l-none")).text
