"""HTTP clients for what the gateway sends to and asks of others, and which urls it talks to at all."""

from __future__ import annotations

import contextlib

import httpx2

FHIR_JSON = "application/fhir+json"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_safe(address: str) -> bool:
    """Whether a url may be talked to: over TLS, or on this machine."""
    with contextlib.suppress(httpx2.InvalidURL):
        url = httpx2.URL(address)
        return (url.scheme == "https" and bool(url.host)) or (url.scheme == "http" and url.host in _LOOPBACK)
    return False


def open_http() -> httpx2.Client:
    """A client for what is about citizens: it follows no redirect, takes nothing from the environment, and waits for
    nobody for ever."""
    timeout = httpx2.Timeout(30.0, connect=10.0)
    return httpx2.Client(follow_redirects=False, trust_env=False, timeout=timeout)


def open_public_http(seconds: float = 30.0) -> httpx2.Client:
    """A client for public services (package registry, terminology server): through the proxy that HTTPS_PROXY,
    HTTP_PROXY and NO_PROXY name. seconds: how long one step of an answer may take."""
    timeout = httpx2.Timeout(seconds, connect=min(seconds, 10.0))
    return httpx2.Client(follow_redirects=False, trust_env=True, timeout=timeout)
