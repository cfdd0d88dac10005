"""Durable jobs for deliveries, on DBOS Transact: the one file that knows that library.

A job is a chain of workflows "<name>.0", "<name>.1", ...: each makes one try, as a recorded step, and puts the next in
the queue with a delay when the try asks for it. So nothing waits in memory: a stop or a crash between tries loses
nothing, a try that a crash broke off is made again at the next start, and any gateway on the same database takes over
what waits in the queue. A workflow id is used once, so putting the same number in the queue twice changes nothing.

Kept in the database of the settings (schema overgang_jobs), or in SQLite beside ours. Names, urls and numbers are all
that is written there, as JSON and never as pickles.
"""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import StoreError
from gateway.settings import Settings

if TYPE_CHECKING:
    from dbos import WorkflowStatus

Try = Callable[[str, str, int], float | None]
"""One try: (document, endpoint, tries before it) -> seconds until the next, or None. Runs in a thread."""

QUEUE = "deliveries"
AT_ONCE = 4
"""Tries at the same time to one endpoint: a region that hangs holds up nobody else's."""
LIVE = ["PENDING", "ENQUEUED", "DELAYED"]
_KNOWS_SUBSEC = (3, 42)
ABANDONED_SECONDS = 900
"""A try is over long before this; one still marked as running on another machine has lost its machine."""


@dataclass(slots=True)
class Jobs:
    """The engine that runs tries. One per process: DBOS is a singleton."""

    settings: Settings
    work: Try
    poll: float = 1.0
    _deliver: Callable[[str, str, str, int, int], None] | None = field(default=None, init=False)

    def launch(self) -> None:
        """Open the jobs database, take up what a crash broke off, and start working. Raises StoreError."""
        if self._deliver:
            return
        from dbos import DBOS  # imported when there is something to deliver: it takes half a second

        logging.getLogger("dbos").addHandler(logging.NullHandler())  # so that it leaves its records to our log
        with _translated():
            DBOS(config=_config(self.settings, self.poll))
            self._deliver = DBOS.workflow(name="deliver")(self._workflow())
            try:
                DBOS.launch()
                DBOS.register_queue(
                    QUEUE,
                    partition_worker_concurrency=AT_ONCE,
                    polling_interval_sec=self.poll,
                    on_conflict="always_update",
                )
            except BaseException:
                self._deliver = None
                DBOS.destroy(destroy_registry=True)  # so that the next launch begins anew
                raise

    def _workflow(self) -> Callable[[str, str, str, int, int], None]:
        from dbos import DBOS

        def deliver(name: str, document: str, endpoint: str, number: int, tries: int) -> None:
            wait = DBOS.run_step({"name": "try"}, self.work, document, endpoint, tries)
            if wait is not None:
                self._enqueue(name, document, endpoint, number + 1, tries + 1, wait)

        return deliver

    def _enqueue(self, name: str, document: str, endpoint: str, number: int, tries: int, wait: float | None) -> None:
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

        if self._deliver:
            options = SetEnqueueOptions(delay_seconds=wait, queue_partition_key=endpoint)
            with SetWorkflowID(f"{name}.{number}"), options:
                DBOS.enqueue_workflow(QUEUE, self._deliver, name, document, endpoint, number, tries)

    def live(self) -> frozenset[str]:
        """Names of the jobs that are waiting or working, on any gateway. Raises StoreError."""
        from dbos import DBOS

        with _translated():
            found = DBOS.list_workflows(status=LIVE, name="deliver", load_input=False, load_output=False)
            for workflow in found:
                if _abandoned(workflow):
                    DBOS.resume_workflow(workflow.workflow_id, queue_name=QUEUE)
        return frozenset(workflow.workflow_id.rpartition(".")[0] for workflow in found)

    def start(self, name: str, document: str, endpoint: str) -> None:
        """Start the job of this name, unless it is live; earlier, ended chains stay as they are. Raises StoreError."""
        from dbos import DBOS

        with _translated():
            past = DBOS.list_workflows(workflow_id_prefix=f"{name}.", load_input=False, load_output=False)
            if not any(workflow.status in LIVE for workflow in past):
                numbers = [int(workflow.workflow_id.rpartition(".")[2]) for workflow in past]
                self._enqueue(name, document, endpoint, max(numbers, default=-1) + 1, 0, None)

    def close(self) -> None:
        """Let tries under way end (5 seconds at most), and let go of the database."""
        if self._deliver:
            from dbos import DBOS

            with _translated():
                mine = DBOS.list_workflows(status="PENDING", executor_id=DBOS.executor_id, load_input=False)
                DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=5 if mine else 0)
            self._deliver = None


def _config(settings: Settings, poll: float) -> Any:
    """DBOS' configuration. executor_id is stable, so a restart finds its own broken-off work; application_version is
    the shape of the workflow above, so that an upgrade of the program does not orphan it."""
    config = {
        "name": "overgang",
        "executor_id": executor(settings),
        "application_version": "1",
        "log_level": "WARNING",
        "enable_otlp": False,
        "serializer": _serializer(),
        "notification_listener_polling_interval_sec": poll,
    }
    if settings.database_url:
        return {**config, "system_database_url": settings.database_url, "dbos_system_schema": "overgang_jobs"}
    url = f"sqlite:///{settings.data_folder / 'deliveries.db'}"
    return {**config, "system_database_url": url, "system_database_engine": sqlite_engine(url)}


def executor(settings: Settings) -> str:
    """The name this gateway goes by among others on the same database: machine and port."""
    return f"{socket.gethostname()}:{settings.http_port}"


def sqlite_engine(url: str) -> sqlalchemy.Engine:
    """An engine with the settings DBOS wants for SQLite, and a log that is flushed at every commit."""
    engine = sqlalchemy.create_engine(url)

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if sqlite3.sqlite_version_info < _KNOWS_SUBSEC:
            connection.create_function("unixepoch", 1, _unixepoch)

    sqlalchemy.event.listen(engine, "connect", connected)
    return engine


def _unixepoch(modifier: str) -> float:
    """SQLite's unixepoch, where SQLite is too old for 'subsec': DBOS asks for it on any Python from 3.12 on, whatever
    the SQLite it runs with (Debian 12 has 3.40), and gets NULL for the time of everything it writes."""
    return time.time() if modifier == "subsec" else float(int(time.time()))


def _serializer() -> Any:
    from dbos import Serializer

    class Json(Serializer):
        """JSON; an exception is written as its type alone, since its text could say too much."""

        def serialize(self, data: Any) -> str:
            return json.dumps(data, default=lambda value: type(value).__name__)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

        def name(self) -> str:
            return "json"

    return Json()


def _abandoned(workflow: WorkflowStatus) -> bool:
    from dbos import DBOS

    if workflow.status != "PENDING" or workflow.executor_id == DBOS.executor_id:
        return False
    return time.time() - (workflow.updated_at or 0) / 1000 > ABANDONED_SECONDS


@contextmanager
def _translated() -> Iterator[None]:
    """Turns what the engine raises into our error."""
    from dbos import error

    try:
        yield
    except (error.DBOSException, SQLAlchemyError) as problem:
        raise StoreError(f"The delivery jobs cannot be read or written ({type(problem).__name__}).") from problem
