"""TLS of both doors, and the client's certificate put where access control finds it.

No server hands the client certificate to an ASGI application, so a small subclass of uvicorn's protocol does; the same
subclass bounds the time and the bytes of a request's header, which uvicorn does not.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.errors import SettingsError
from gateway.http.access import CERTIFICATE
from gateway.settings import Settings

HEADER_SECONDS = 10.0
HEADER_BYTES = 65_536


def server_context(settings: Settings, *, client_required: bool = False) -> ssl.SSLContext | None:
    """The TLS context of a door (TLS 1.2 at least), or None where no certificate is set. Raises SettingsError.

    client_required: every client must show a certificate of tls_client_ca; else it may.
    """
    if settings.tls_certificate is None:
        return None
    if settings.tls_key is None:
        raise SettingsError("tls_certificate is set; set tls_key (its private key, PEM) as well.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
        if settings.tls_client_ca is not None:
            context.load_verify_locations(settings.tls_client_ca)
            context.verify_mode = ssl.CERT_REQUIRED if client_required else ssl.CERT_OPTIONAL
    except OSError as problem:  # ssl.SSLError is one
        raise SettingsError(f"The TLS files cannot be used: {problem.strerror or problem}.") from problem
    return context


def fingerprint(transport: asyncio.BaseTransport) -> str:
    """SHA-256 (hex) of the client's certificate in DER form; "" without TLS or without a certificate."""
    connection = transport.get_extra_info("ssl_object")
    certificate = connection.getpeercert(binary_form=True) if connection else None
    return hashlib.sha256(certificate).hexdigest() if certificate else ""


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the client certificate in the scope and a bound on headers."""

    _certificate = ""
    _header_bytes = 0
    _parsed_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """Remember the certificate; the first header is due."""
        super().connection_made(transport)
        self._certificate = fingerprint(transport)
        self._expect_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        self._header_arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a header that goes on over several reads; too many end the connection."""
        under_way = self._deadline is not None
        super().data_received(data)
        if under_way and self._deadline is not None:
            self._header_bytes += len(data)
            if self._header_bytes > HEADER_BYTES and not self.transport.is_closing():
                self.send_400_response("The header is too long.")

    def on_message_begin(self) -> None:
        """A request begins: its header is due."""
        super().on_message_begin()
        extra: dict[str, Any] = self.scope  # type: ignore[assignment]
        extra[CERTIFICATE] = self._certificate
        self._expect_header()

    def on_url(self, url: bytes) -> None:
        """A piece of the url."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header field."""
        self._count(name, value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The header is here; the body has its own deadline (gateway/http/limits.py)."""
        self._header_arrived()
        super().on_headers_complete()

    def _count(self, *parts: bytes) -> None:
        """Raises ValueError when the header gets too long; the parser ends and uvicorn answers 400."""
        self._parsed_bytes += sum(map(len, parts))
        if self._parsed_bytes > HEADER_BYTES:
            raise ValueError("the header is too long")

    def _expect_header(self) -> None:
        self._header_arrived()
        self._header_bytes = self._parsed_bytes = 0
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._too_slow)

    def _header_arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
