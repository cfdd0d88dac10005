"""Debian's Chromium on a gateway that serves the story of tests/gateway/pages on a port of this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gateway.build import Gateway
from gateway.http.app import create_app
from gateway.pages.people import hash_password
from tests.gateway.pages.sample import sample_gateway, tell

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[str]:
    """The address of a gateway with the story in it, while it runs."""
    gateway = sample_gateway(folder, **settings)
    teller = threading.Thread(target=lambda: asyncio.run(tell(gateway)))  # Playwright's own loop runs in this thread
    teller.start()
    teller.join()
    with answering(gateway) as address:
        yield address
    gateway.close()


@contextmanager
def answering(gateway: Gateway) -> Iterator[str]:
    """The address of a gateway's pages, while they are served."""
    server = uvicorn.Server(uvicorn.Config(create_app(gateway), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A gateway nobody has to log in to."""
    with serving(tmp_path_factory.mktemp("open")) as where:
        yield where


@pytest.fixture
def guarded_address(tmp_path: Path) -> Iterator[str]:
    """A gateway that Anna, a caseworker, logs in to with the password "vintergæk"."""
    people = tmp_path / "people.toml"
    entry = f'[[person]]\nname = "anna"\npassword = "{hash_password("vintergæk")}"\nrole = "caseworker"\n'
    people.write_text(entry, encoding="utf-8")
    with serving(tmp_path / "data", people=people) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = os.environ.get("OVERGANG_TEST_CHROMIUM") or shutil.which("chromium")
    if not path or not Path(path).exists():
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without memory."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """A tab that must neither complain nor ask anybody but the gateway."""
    tab = context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda problem: complaints.append(str(problem)))
    tab.on("request", lambda asked: None if asked.url.startswith(address) else elsewhere.append(asked.url))
    yield tab
    assert complaints == []
    assert elsewhere == []
