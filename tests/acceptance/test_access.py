"""Access control from outside: who may do what, in whose name, and what each may read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from gateway.demo import hl7v2, letters
from gateway.demo.cast import HOSPITALS, MUNICIPALITIES, PRO_SYSTEM, REGION, Actor, course
from gateway.demo.month import course_sendings
from gateway.demo.municipal import encounter
from gateway.demo.sending import MLLP, Sending, as_json
from settlement.periods import Month, Quarter
from tests.acceptance.house import JSON, MEDCOM, PROCESS, REPORT, SECONDS, TEXT_XML, House, built, house
from tests.gateway.certificates import Authority, client_context
from tests.gateway.running import bearer, notification, sha256
from tests.gateway.test_serve import mllp, serving

AFTER = datetime(2026, 11, 1, 12, tzinfo=UTC)
OTHER_REGION = Actor("Region Nordjylland (prøve)", "region", "999000000000402", "", region="DK-81")
ACTORS = (*HOSPITALS, *MUNICIPALITIES, PRO_SYSTEM, REGION, OTHER_REGION)
COURSE = next(course(number) for number in range(40) if course(number).municipality is MUNICIPALITIES[3])
MINE, OTHER = COURSE.municipality, MUNICIPALITIES[0]
NOBODY = ""


def credentials(*actors: Actor, certificates: dict[str, str] | None = None) -> str:
    """An organisations file in which each has the token named after it, or a certificate."""
    tables = []
    for actor in actors:
        keys = {"name": actor.name, "role": actor.role, "sor": actor.sor, "gln": actor.gln}
        keys |= {"municipality": actor.kommune, "region": actor.region}
        if certificates is None:
            keys["token_sha256"] = sha256(token(actor))
        else:
            keys["certificate_sha256"] = certificates.get(actor.name, "")
        tables.append("[[organisation]]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items() if value))
    return "\n".join(tables)


def token(actor: Actor) -> str:
    """The token of an actor."""
    return f"token of {actor.sor}"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, credentials(*ACTORS), now=lambda: AFTER) as made:
        yield made


async def status(served: House, sending: Sending, actor: Actor | None) -> int:
    """The status of a sending by an actor; None for one who shows nothing."""
    headers = bearer(token(actor)) if actor else {}
    return (await served.send(sending, **headers)).status


VISIT = encounter(COURSE, COURSE.visits[0])
SENDINGS = {
    "message": Sending("", PROCESS, as_json(notification(COURSE.number)), JSON),
    "letter": Sending("", MEDCOM, letters.letter(COURSE, "xdis18", letters.sent_at(COURSE)), TEXT_XML),
    "visit": Sending("", f"/fhir/Encounter/{VISIT['id']}", as_json(VISIT), JSON, "PUT"),
    "report": next(sent for number in range(8) for sent in course_sendings(course(number)) if sent.door == REPORT),
    "answers": next(
        sent for number in range(8) for sent in course_sendings(course(number)) if "QuestionnaireResponse" in sent.door
    ),
}
ALLOWED = {
    "message": {"hospital", "municipality", "region", "pro"},
    "letter": {"hospital", "municipality", "region", "pro"},
    "visit": {"municipality"},
    "report": {"municipality", "region"},
    "answers": {"hospital", "municipality", "pro"},
}
"""By route: the roles it is open to; who is not the sender is refused all the same."""


@pytest.mark.parametrize("what", SENDINGS)
async def test_nobody_sends_without_a_credential(served: House, what: str) -> None:
    for headers in ({}, bearer("guessed"), {"Authorization": "Basic " + token(MINE)}):
        answer = await served.send(SENDINGS[what], **headers)
        assert (answer.status, answer.said) == (401, "OperationOutcome")
    assert served.count() == 0


@pytest.mark.parametrize("what", SENDINGS)
async def test_a_role_sends_what_is_its_own_to_send(served: House, what: str) -> None:
    for actor in ACTORS:
        before = served.count()
        found = await status(served, SENDINGS[what], actor)
        if actor.role not in ALLOWED[what]:
            assert (found, served.count()) == (403, before), actor.name
        else:
            assert found in (200, 201, 403), actor.name
            assert served.count() == before + 1


@pytest.mark.parametrize("what", ["message", "letter"])
async def test_only_the_sender_sends_in_the_senders_name(served: House, what: str) -> None:
    """And an impostor who was first takes nothing from the real one: neither its letter id nor its citizen."""
    for actor in ACTORS:
        if actor is not COURSE.hospital:
            answer = await served.send(SENDINGS[what], **bearer(token(actor)))
            assert answer.status == 403
            assert answer.said in ("fatal-error", "NegativeReceipt")
            assert served.last().outcome.value == "refused"
            assert served.last().peer == actor.name
    assert await status(served, SENDINGS[what], COURSE.hospital) == 200
    assert served.last().outcome.value.startswith("accepted")


async def closed(served: House) -> list[str]:
    """Play courses of two municipalities, close the month and publish; the paths of all documents but measures."""
    await played(served)
    served.gateway.months.close(Month.parse("2026-09"))
    documents = served.gateway.quality.publish(Quarter.parse("2026-Q3"))
    bundles = [entry["resource"]["id"] for entry in (await found(served, REGION, "/fhir/Bundle"))]
    reports = [document.id for document in documents if document.kind == "measure-report"]
    return [*(f"/fhir/Bundle/{name}" for name in bundles), *(f"/fhir/MeasureReport/{name}" for name in reports)]


async def played(served: House) -> None:
    for number in (COURSE.number, COURSE.number + 1):
        plan = course(number)
        by_role = {PROCESS: plan.hospital, MEDCOM: plan.hospital}
        for sending in course_sendings(plan):
            if sending.door == MLLP:
                await served.gateway.intake.take(sending.body, channel="file", family=None, media_type="", peer=None)
                continue
            actor = by_role.get(sending.door, PRO_SYSTEM if "Questionnaire" in sending.door else plan.municipality)
            assert await status(served, sending, actor) in (200, 201), sending.label


async def found(served: House, actor: Actor, path: str) -> list[dict[str, dict[str, str]]]:
    answer = await served.client.get(path, headers=bearer(token(actor)))
    assert answer.status_code == 200
    bundle = answer.json()
    entries: list[dict[str, dict[str, str]]] = bundle.get("entry", [])
    assert bundle["total"] == len(entries)
    return entries


async def test_each_reads_what_is_addressed_to_it_or_speaks_of_it(served: House) -> None:
    paths = await closed(served)
    assert {path.split("/")[2] for path in paths} == {"Bundle", "MeasureReport"}
    owners = {name: served.gateway.store.document(name.rsplit("/", 1)[1]) for name in paths}
    for path, document in owners.items():
        assert document is not None
        for actor in (*ACTORS, None):
            answer = await served.client.get(path, headers=bearer(token(actor)) if actor else {})
            assert answer.status_code == _expected(actor, document.owner, document.recipient), (path, actor)
            if answer.status_code != 200:
                assert document.id not in answer.text


def _expected(actor: Actor | None, owner: str, recipient: str) -> int:
    if actor is None:
        return 401
    if actor.role in ("hospital", "pro"):
        return 403
    mine = owner == actor.kommune if actor.role == "municipality" else recipient == actor.region
    return 200 if mine else 404


async def test_searches_find_only_what_may_be_read(served: House) -> None:
    paths = await closed(served)
    bundles = sum("Bundle" in path for path in paths)
    for kind in ("Bundle", "MeasureReport"):
        assert await found(served, OTHER_REGION, f"/fhir/{kind}") == []
        assert await found(served, OTHER_REGION, f"/fhir/{kind}?recipient=DK-82") == []
        assert await found(served, OTHER_REGION, f"/fhir/{kind}?organization={MINE.kommune}") == []
    assert len(await found(served, REGION, "/fhir/Bundle")) == bundles == 2
    assert len(await found(served, MINE, "/fhir/Bundle")) == 1
    assert await found(served, MINE, f"/fhir/Bundle?organization={OTHER.kommune}") == []
    assert await found(served, MUNICIPALITIES[2], "/fhir/Bundle") == []


@pytest.mark.parametrize("path", ["/", "/messages", "/episodes", "/months", "/months/2026-09", "/quality", "/citizen"])
async def test_pages_are_for_people_who_logged_in(served: House, path: str) -> None:
    await played(served)
    for headers in ({}, bearer(token(REGION)), bearer(token(COURSE.hospital))):
        answer = await served.client.get(path, headers=headers)
        assert answer.status_code in (303, 401, 403)
        assert COURSE.municipality.name not in answer.text
        assert "2026-09" not in answer.text


async def test_what_is_open_to_everyone_tells_nothing(served: House) -> None:
    await played(served)
    for path in ("/health", "/fhir/metadata"):
        answer = await served.client.get(path)
        assert answer.status_code == 200
        for actor in ACTORS:
            assert actor.sor not in answer.text


async def test_mllp_speaks_in_the_name_of_its_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = authority.issue("server")
    mine, other = course(2).hospital, next(actor for actor in HOSPITALS if actor is not course(2).hospital)
    own = {actor.name: authority.issue(actor.sor) for actor in (mine, other)}
    file = credentials(mine, other, certificates={name: pair.sha256 for name, pair in own.items()})
    gateway = built(
        tmp_path / "house",
        file,
        lambda: AFTER,
        tls_certificate=server.certificate,
        tls_key=server.key,
        tls_client_ca=authority.pair.certificate,
    )
    message = hl7v2.admission(course(2))
    async with serving(gateway) as addresses:
        refused = await mllp(addresses, message, client_context(authority, own[other.name]))
        taken = await mllp(addresses, message, client_context(authority, own[mine.name]))
        plain = addresses.http.replace("https:", "http:")
        with pytest.raises(httpx2.TransportError):
            async with httpx2.AsyncClient(timeout=SECONDS) as client:
                await client.get(f"{plain}/health")
    assert b"\rMSA|AE|" in refused
    assert b"sender-not-authorised" in refused
    assert b"\rMSA|AA|" in taken
