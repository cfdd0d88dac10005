"""Clients we did not write: python-hl7's, and curl."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import hl7
import hl7.client
import pytest

from gateway.demo import hl7v2, letters
from gateway.demo.cast import course
from gateway.demo.sending import as_json
from tests.acceptance.house import MEDCOM, PROCESS, House, house, word_of
from tests.gateway.running import notification


async def run(*command: str) -> tuple[int, bytes, bytes]:
    """A command's exit status, output and errors."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, errors = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, out, errors


def port(served: House) -> int:
    """The port of the MLLP door."""
    return int(served.mllp.rpartition(":")[2])


async def test_python_hl7s_client_reads_our_acknowledgements(tmp_path: Path) -> None:
    async with house(tmp_path) as served:

        def talk() -> list[hl7.Message]:
            with hl7.client.MLLPClient("127.0.0.1", port(served), encoding="utf-8") as client:
                return [
                    hl7.parse(client.send_message(hl7v2.admission(course(number))).decode().strip("\x0b\x1c\r"))
                    for number in (1, 2, 1)
                ]

        answers = await asyncio.to_thread(talk)
        assert [str(answer.segment("MSA")[1]) for answer in answers] == ["AA"] * 3
        assert [str(answer.segment("MSA")[2]) for answer in answers] == ["A0100001", "A0100002", "A0100001"]
        assert (served.count("accepted"), served.count("duplicate")) == (2, 1)


async def test_mllp_send_sends_a_file_of_several_messages(tmp_path: Path) -> None:
    file = tmp_path / "messages.hl7"
    bodies = [hl7v2.admission(course(number)) for number in (1, 2, 3)]
    loose = b"\r\n".join(body.replace(b"\r", b"\r\n") for body in bodies)
    await asyncio.to_thread(file.write_bytes, loose)
    program = Path(sys.executable).with_name("mllp_send")
    async with house(tmp_path) as served:
        status, out, errors = await run(
            str(program), "--loose", "--file", str(file), "--port", str(port(served)), "127.0.0.1"
        )
        assert status == 0, errors
        assert out.count(b"MSA|AA|") == 3
        assert served.count("accepted") == 3


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_as_the_readme_shows(tmp_path: Path) -> None:
    message, letter = tmp_path / "message.json", tmp_path / "letter.xml"
    plan = course(1)
    await asyncio.to_thread(message.write_bytes, as_json(notification(1)))
    await asyncio.to_thread(letter.write_bytes, letters.letter(plan, "xdis18", letters.sent_at(plan)))
    async with house(tmp_path) as served:
        for content, file, path, said in (
            ("application/fhir+json", message, PROCESS, "ok"),
            ("application/xml", letter, MEDCOM, "PositiveReceipt"),
        ):
            status, out, errors = await run(
                "curl", "-sS", "-H", f"Content-Type: {content}", "--data-binary", f"@{file}", served.http + path
            )
            assert (status, word_of(out)) == (0, said), errors
        status, out, _ = await run("curl", "-sS", f"{served.http}/fhir/Bundle?period=2026-09&organization=0751")
        assert json.loads(out)["total"] == 0
        assert served.count() == 2


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_that_asks_before_it_sends_much(tmp_path: Path) -> None:
    """Expect: 100-continue, which curl sends by itself with larger bodies; and one of a size refused at once."""
    file = tmp_path / "much.json"
    await asyncio.to_thread(file.write_bytes, as_json(notification(1)) + b" " * 3_000_000)
    async with house(tmp_path / "house", max_message_bytes=2_000_000) as small:
        ask = ["curl", "-sS", "-w", "%{http_code}", "-H", "Content-Type: application/fhir+json"]
        ask += ["-H", "Expect: 100-continue", "--data-binary", f"@{file}"]
        _, out, errors = await run(*ask, small.http + PROCESS)
        assert out.endswith(b"413"), errors
    async with house(tmp_path / "large") as large:
        _, out, errors = await run(*ask, large.http + PROCESS)
        assert out.endswith(b"200"), errors
        assert b'"ok"' in out
