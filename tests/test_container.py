"""The container files: settings that exist, and a gateway that would dare to listen with them."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_settings_it_gives_exist() -> None:
    given = set(re.findall(r"OVERGANG_(\w+)", COMPOSE + DOCKERFILE))
    assert given
    assert {name.lower() for name in given} <= set(Settings.model_fields)


def test_what_listening_beyond_loopback_needs_is_given() -> None:
    needed = ("tls_certificate", "tls_key", "tls_client_ca", "organisations", "http_host", "mllp_host")
    assert all(f"OVERGANG_{name.upper()}:" in COMPOSE for name in needed)


def test_every_room_is_copied_and_what_is_copied_exists() -> None:
    copied = re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE)
    assert {"gateway", "mappings", "profiles", "settlement", "requirements.lock"} == set(copied)
    assert all((ROOT / name).exists() for name in copied)
