"""Stores to test: SQLite in a temporary folder, and a schema of its own on a real PostgreSQL server for each test.

The server is the one OVERGANG_TEST_POSTGRESQL names; without it, a private one is started from the installed binaries.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.settings import Settings
from gateway.store.contract import Store
from gateway.store.opening import open_store
from tests.gateway.store.samples import ENDPOINTS

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The url of a server; skips where there is none and none can be started."""
    named = os.environ.get("OVERGANG_TEST_POSTGRESQL")
    if named:
        yield named
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server: set OVERGANG_TEST_POSTGRESQL or install Debian's package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="overgang-pg-"))
    try:
        yield _start(binaries, folder)
    finally:
        _run(binaries / "pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """A url that leads into an empty schema of this test's own."""
    name = f"overgang_test_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        url = make_url(postgresql_server).update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty store, once for each database."""
    url = request.getfixturevalue("postgresql_database") if request.param == "postgresql" else ""
    return Settings.model_validate({"data_folder": tmp_path / "data", "database_url": url})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store, once for each database; region 1082 has an endpoint."""
    opened = open_store(settings, ENDPOINTS)
    yield opened
    opened.close()


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _start(binaries: Path, folder: Path) -> str:
    """Start a server that listens on a socket in its folder only. It outlives every test, so it need not sync."""
    if os.getuid() == 0:
        shutil.chown(folder, _servant())
    data = folder / "data"
    _run(binaries / "initdb", "-D", str(data), "-U", "overgang", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    _run(binaries / "pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    return f"postgresql://overgang@/postgres?host={folder}"


def _run(*command: str | Path) -> None:
    """Run a server command, as another user when we are root (PostgreSQL refuses to run as root)."""
    as_other = ["setpriv", f"--reuid={_servant()}", f"--regid={_group()}", "--clear-groups"] if os.getuid() == 0 else []
    subprocess.run([*as_other, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603


def _servant() -> str:
    return "postgres" if Path("/var/lib/postgresql").exists() else "nobody"


def _group() -> str:
    return "postgres" if _servant() == "postgres" else "nogroup"
