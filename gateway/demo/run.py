"""The demo from beginning to end: a store of its own, the month through the doors, the close, what the region reads."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gateway.build import Gateway, background, build
from gateway.demo.cast import ACTORS, MONTH, QUARTER
from gateway.demo.month import month
from gateway.demo.player import play
from gateway.demo.region import RegionServer
from gateway.demo.show import show_claims, show_quality, show_traffic, show_where
from gateway.errors import ConflictError
from gateway.logs import configure_logs
from gateway.serve import Addresses, serve
from gateway.settings import Settings
from gateway.store.contract import DocumentSearch
from settlement.periods import Month, Quarter

MARK = ".overgang-demo"
DELIVERY_SECONDS = 60.0
_FOLDERS = {
    "claim-bundle": ("claims", "Bundle"),
    "measure-report": ("reports", "MeasureReport"),
    "measure": ("reports", "Measure"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demo plays on."""

    gateway: Gateway
    addresses: Addresses
    region: RegionServer
    folder: Path


def play_demo(folder: Path, settings: Settings, *, keep_serving: bool, out: Console) -> None:
    """Play the demo month into `folder`. Raises ConflictError when the folder holds something else."""
    prepare(folder)
    configure_logs("error")
    asyncio.run(_play(folder, settings, keep_serving=keep_serving, out=out))


def prepare(folder: Path) -> None:
    """Make the folder anew; only a folder an earlier demo made is ever emptied."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConflictError(f"{folder} holds files that are not the demo's. Name another folder with --folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


async def _play(folder: Path, settings: Settings, *, keep_serving: bool, out: Console) -> None:
    stop = asyncio.Event()
    async with _stage(folder, settings, stop, keep_serving=keep_serving) as stage:
        await _send_month(stage, out)
        claims = await asyncio.to_thread(stage.gateway.months.close, Month.parse(MONTH))
        results = await asyncio.to_thread(stage.gateway.quality.report, Quarter.parse(QUARTER))
        await asyncio.to_thread(stage.gateway.quality.publish, Quarter.parse(QUARTER))
        show_traffic(stage.gateway, out)
        show_claims(stage.gateway, tuple(claims), out)
        show_quality(results, out)
        await _await_deliveries(stage)
        await _read_as_region(stage)
        show_where(stage.addresses, folder, stage.region.received, keep_serving=keep_serving, out=out)
        if keep_serving:
            await _until_asked(stop)


@contextlib.asynccontextmanager
async def _stage(folder: Path, settings: Settings, stop: asyncio.Event, *, keep_serving: bool) -> AsyncIterator[Stage]:
    """A gateway being served, and the demo region's own endpoint beside it."""
    region = RegionServer(folder / "region")
    async with region.serving() as endpoint:
        organisations = folder / "organisations.toml"
        organisations.write_text(organisations_file(endpoint), encoding="utf-8")
        own = {
            "data_folder": folder / "store",
            "organisations": organisations,
            "database_url": "",
            "pseudonym_key": "demo",
            "package_folders": "",  # what is installed here must not change the demo
        }
        ports = {} if keep_serving else {"http_port": 0, "mllp_port": 0}
        gateway = build(settings.model_copy(update=own | ports))
        opened: asyncio.Future[Addresses] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve(gateway, stop, background(gateway), opened.set_result))
        try:
            await asyncio.wait((serving, asyncio.ensure_future(opened)), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            yield Stage(gateway, opened.result(), region, folder)
        finally:
            stop.set()
            await asyncio.gather(serving, return_exceptions=True)
            gateway.close()


def organisations_file(endpoint: str) -> str:
    """The demo's organisations as a file; without tokens, so that anyone on this machine may try the doors."""
    tables = []
    for actor in ACTORS:
        rows = {
            "name": actor.name,
            "role": actor.role,
            "sor": actor.sor,
            "gln": actor.gln,
            "municipality": actor.kommune,
            "region": actor.region,
            "endpoint": endpoint if actor.role == "region" else "",
        }
        tables.append("[[organisation]]\n" + "".join(f'{key} = "{value}"\n' for key, value in rows.items() if value))
    return "\n".join(tables)


async def _send_month(stage: Stage, out: Console) -> None:
    sendings = month()
    columns = (TextColumn("{task.description:<48.48}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bar:
        task = bar.add_task("", total=len(sendings))
        await play(
            sendings,
            stage.addresses.http,
            stage.addresses.mllp,
            lambda sending: bar.update(task, advance=1, description=sending.label),
        )


async def _await_deliveries(stage: Stage) -> None:
    """Wait until the region has taken everything; what it has not taken by then stays a delivery, visible as such."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DELIVERY_SECONDS):
            while any(
                delivery.state != "accepted" for delivery in await asyncio.to_thread(stage.gateway.store.deliveries)
            ):
                await asyncio.sleep(0.2)


async def _read_as_region(stage: Stage) -> None:
    """Fetch claims and reports through the FHIR door, as the region's system would, and write them to the folder."""
    async with httpx2.AsyncClient(base_url=stage.addresses.http) as client:
        for kind, (name, resource_type) in _FOLDERS.items():
            (stage.folder / name).mkdir(exist_ok=True)
            for document in stage.gateway.store.documents(DocumentSearch(kinds=(kind,), count=1000)):
                answer = await client.get(f"/fhir/{resource_type}/{document.id}")
                answer.raise_for_status()
                file = "-".join(filter(None, (document.period, document.id)))
                (stage.folder / name / f"{file}.json").write_bytes(answer.content)


async def _until_asked(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
