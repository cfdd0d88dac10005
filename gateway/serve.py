"""Serving: HTTP and MLLP in one event loop, background work beside them, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
import uvicorn
import uvloop

from gateway.build import Gateway
from gateway.errors import SettingsError
from gateway.http.access import is_loopback
from gateway.http.app import create_app
from gateway.http.certificates import GuardedProtocol, server_context
from gateway.metrics import Metrics
from gateway.mllp import Mllp
from profiles.fhir_xml import to_xml

log = structlog.get_logger()
STOP_SECONDS = 20.0
RESTART_SECONDS = 5.0
_KEEP_ALIVE_SECONDS = 60
_MOST_CONNECTIONS = 2000
_BACKLOG = 2048
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _load_guides(gateway: Gateway) -> None:
    """No sender's message waits for a guide to be read; what is missing of one is logged once."""
    for label, issues in gateway.guides.load().items():
        log.info("guide", package=label)
        for issue in issues:
            log.warning("guide-incomplete", package=label, code=issue.code, what=issue.text)


class Background(Protocol):
    """Work that goes on beside the doors until stop is set."""

    async def run(self, stop: asyncio.Event) -> None: ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the doors are, as urls ("https://127.0.0.1:8080", "mllp://127.0.0.1:2575"); mllp is "" when closed."""

    http: str
    mllp: str


Announce = Callable[[Addresses], None]


def run(gateway: Gateway, background: Sequence[Background] = (), announce: Announce | None = None) -> None:
    """Serve until SIGTERM or SIGINT. announce is called once the doors are open. Raises SettingsError as `serve`."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_signal(gateway, background, announce))


async def serve(
    gateway: Gateway, stop: asyncio.Event, background: Sequence[Background] = (), announce: Announce | None = None
) -> None:
    """Serve until stop is set; then answer what is under way, and close the doors. The store stays open.

    Raises SettingsError when the settings are unsafe or an address is taken.
    """
    require_safe(gateway)
    _load_guides(gateway)
    metrics = Metrics()
    http = _http_server(gateway, metrics)
    listener = _listener(gateway)
    try:
        mllp, mllp_url = await _open_mllp(gateway, metrics)
    except SettingsError:
        listener.close()
        raise
    serving = asyncio.create_task(http.serve(sockets=[listener]))
    addresses = Addresses(_url("https" if gateway.settings.tls_certificate else "http", listener), mllp_url)
    tasks = [asyncio.create_task(_supervise(work, stop)) for work in background]
    await asyncio.wait((serving, asyncio.create_task(http.opened.wait())), return_when=asyncio.FIRST_COMPLETED)
    to_xml({"resourceType": "Basic"})  # the facts of R4 are read now, not by the first sender's message
    gc.collect()
    gc.freeze()  # what start-up made lives as long as the process: later collections need not look at it
    log.info("serving", http=addresses.http, mllp=addresses.mllp)
    if announce:
        announce(addresses)
    await stop.wait()
    log.info("stopping")
    http.should_exit = True
    await asyncio.gather(serving, *([mllp.stop(STOP_SECONDS)] if mllp else []))
    await _finish(tasks)
    gc.unfreeze()  # whoever goes on after serving may have the memory back
    log.info("stopped")


def require_safe(gateway: Gateway) -> None:
    """Raises SettingsError when the gateway would listen beyond loopback without TLS and access control."""
    settings = gateway.settings
    outside = [host for host in (settings.http_host, settings.mllp_host) if not is_loopback(host)]
    if not outside:
        return
    missing = []
    if settings.tls_certificate is None or settings.tls_key is None:
        missing.append("TLS (set tls_certificate and tls_key)")
    if not gateway.register.secured:
        missing.append("access control (set organisations to a file in which they have tokens or certificates)")
    if not is_loopback(settings.mllp_host) and settings.tls_client_ca is None:
        missing.append("client certificates for MLLP (set tls_client_ca, or mllp_host to 127.0.0.1)")
    if missing:
        raise SettingsError(f"Listening on {outside[0]} needs {'; '.join(missing)}. Or listen on 127.0.0.1.")


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: the whole program stops together. opened: set when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.opened = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.opened.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _http_server(gateway: Gateway, metrics: Metrics) -> _Server:
    context = server_context(gateway.settings)
    config = uvicorn.Config(
        create_app(gateway, metrics),
        http=GuardedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(STOP_SECONDS),
        limit_concurrency=_MOST_CONNECTIONS,
        ssl_context_factory=(lambda _config, _default: context) if context else None,
    )
    return _Server(config)


def _listener(gateway: Gateway) -> socket.socket:
    host, port = gateway.settings.http_host, gateway.settings.http_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it: no 40 ms per answer
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as problem:
        listener.close()
        raise _taken("http", host, port, problem) from problem
    return listener


async def _open_mllp(gateway: Gateway, metrics: Metrics) -> tuple[Mllp | None, str]:
    """The MLLP door and its url. It has no tokens: with access control on it opens only for client certificates."""
    settings = gateway.settings
    if gateway.register.secured and (settings.tls_certificate is None or settings.tls_client_ca is None):
        log.warning("mllp-closed", reason="access control is on, and tls_certificate or tls_client_ca is not set")
        return None, ""
    mllp = Mllp(gateway, metrics, server_context(settings, client_required=gateway.register.secured))
    try:
        host, port = await mllp.start()
    except OSError as problem:
        raise _taken("mllp", settings.mllp_host, settings.mllp_port, problem) from problem
    return mllp, f"{'mllps' if settings.tls_certificate else 'mllp'}://{_bracketed(host)}:{port}"


def _taken(door: str, host: str, port: int, problem: OSError) -> SettingsError:
    reason = problem.strerror or "not an address of this machine"
    return SettingsError(f"Cannot listen on {host}:{port} ({reason}); set {door}_host or {door}_port to another.")


def _url(scheme: str, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _until_signal(gateway: Gateway, background: Sequence[Background], announce: Announce | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked_to_stop() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)  # a second signal ends the process at once
        stop.set()

    for number in _SIGNALS:
        loop.add_signal_handler(number, asked_to_stop)
    await serve(gateway, stop, background, announce)


async def _supervise(work: Background, stop: asyncio.Event) -> None:
    """Keep a piece of work going: log what ends it early, and start it again after a while."""
    while not stop.is_set():
        task = asyncio.create_task(work.run(stop))
        try:
            await asyncio.wait((task,))
        finally:
            task.cancel()
        if problem := task.exception():
            log.error("background-failed", work=type(work).__name__, exc_info=problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RESTART_SECONDS)


async def _finish(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Give background work its time to end, then cancel it."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
