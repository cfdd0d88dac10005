"""A browser without a window: a client on the real application, over the story's gateway."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from gateway.build import Gateway
from gateway.http.app import create_app
from tests.gateway.pages.sample import sample_gateway, tell

Browse = Callable[[Gateway], AbstractAsyncContextManager[httpx2.AsyncClient]]


@asynccontextmanager
async def browsing(gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that keeps cookies, as a browser on this machine would."""
    transport = httpx2.ASGITransport(app=create_app(gateway))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway to which nothing has come."""
    gateway = sample_gateway(tmp_path)
    yield gateway
    gateway.close()


@pytest.fixture
async def told(empty: Gateway) -> Gateway:
    """A gateway to which the whole story has come."""
    await tell(empty)
    return empty


def form_token(page: str) -> str:
    """The form token on a page."""
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]
