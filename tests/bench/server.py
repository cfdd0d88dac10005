"""A gateway in a process of its own, for benchmarks and crash tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HOST = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Server:
    """`python -m gateway serve` on a data folder; can be killed without warning and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.http_port, self.mllp_port = free_port(), free_port()
        self._log = folder / "server.log"
        self._environment = os.environ | {
            "OVERGANG_DATA_FOLDER": str(folder),
            "OVERGANG_HTTP_PORT": str(self.http_port),
            "OVERGANG_MLLP_PORT": str(self.mllp_port),
            "OVERGANG_LOG_LEVEL": "warning",
            **{f"OVERGANG_{name.upper()}": value for name, value in settings.items()},
        }

    def start(self, wait_seconds: float = 30.0) -> float:
        """Start and wait until it is healthy; returns the seconds that took."""
        begun = time.perf_counter()
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "gateway", "serve"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)  # noqa: S603
        while not self._healthy():
            if self._process.poll() is not None or time.perf_counter() - begun > wait_seconds:
                raise RuntimeError(f"the gateway did not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.02)
        return time.perf_counter() - begun

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.http_port}/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it gracefully."""
        self._process.terminate()
        self._process.wait(timeout=30)

    def peak_memory_mb(self) -> float:
        """The largest resident set it has had so far, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
