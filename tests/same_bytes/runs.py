"""Runs that must come to the same: each in a process with a hash seed, a time zone and an order of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

ZONES = ("UTC", "Asia/Tokyo", "America/St_Johns", "Europe/Copenhagen", "Pacific/Kiritimati")
PROJECT = Path(__file__).parents[2]


def run(number: int, database_url: str = "") -> str:
    """The digest of one run. Its number is hash seed and order, and chooses the time zone."""
    environment = {**os.environ, "PYTHONHASHSEED": str(number), "TZ": ZONES[number % len(ZONES)]}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.same_bytes.once", folder, str(number), database_url]
        done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.split()[-1]


@contextmanager
def schema_of_its_own(server: str) -> Iterator[str]:
    """A url that leads into an empty schema of a PostgreSQL server, which is removed afterwards."""
    name = f"overgang_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        try:
            url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
