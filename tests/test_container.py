"""The container files against the code: settings, paths, ports, users and health, as nobody here runs an engine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from gateway.build import build
from gateway.cli import app
from gateway.serve import require_safe
from gateway.settings import Settings
from tests.gateway.certificates import Authority

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
GATEWAY, POSTGRES = COMPOSE["services"]["gateway"], COMPOSE["services"]["postgres"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ORGANISATIONS = """
[[organisation]]
name = "Aarhus Kommune"
role = "municipality"
gln = "5790000000005"
certificate_sha256 = "{sha256}"
"""


def instructions(name: str) -> list[str]:
    """What stands after an instruction of the Dockerfile, each time it does."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


def image_environment() -> dict[str, str]:
    return dict(line.split("=", 1) for line in instructions("ENV"))


def given_settings() -> dict[str, str]:
    """The settings a gateway gets in its container, by name."""
    every = image_environment() | GATEWAY["environment"]
    return {name.removeprefix("OVERGANG_").lower(): value for name, value in every.items() if "OVERGANG_" in name}


def test_the_settings_it_gives_exist() -> None:
    assert given_settings()
    assert set(given_settings()) <= set(Settings.model_fields)


def test_it_would_listen_beyond_loopback_with_what_it_is_given(tmp_path: Path) -> None:
    """The same settings, with files of ours where compose has its own."""
    authority = Authority(tmp_path)
    server = authority.issue("server")
    organisations = tmp_path / "organisations.toml"
    organisations.write_text(ORGANISATIONS.format(sha256=server.sha256), encoding="utf-8")
    ours = {
        "data_folder": tmp_path / "data",
        "database_url": "",
        "tls_certificate": server.certificate,
        "tls_key": server.key,
        "tls_client_ca": authority.pair.certificate,
        "organisations": organisations,
        "people": None,
    }
    assert set(ours) <= set(given_settings())
    gateway = build(Settings(**{**given_settings(), **ours}))  # type: ignore[arg-type]  # texts, as an environment has them
    try:
        require_safe(gateway)
    finally:
        gateway.close()


def test_every_path_lies_in_a_volume() -> None:
    mounts = {PurePosixPath(volume.split(":")[1]) for volume in GATEWAY["volumes"]}
    paths = [PurePosixPath(value) for value in given_settings().values() if value.startswith("/")]
    paths.append(PurePosixPath(GATEWAY["environment"]["PGPASSFILE"]))
    assert paths
    assert all(any(path.is_relative_to(mount) for mount in mounts) for path in paths)


def test_named_volumes_and_secrets_are_declared() -> None:
    used = [volume.split(":")[0] for service in (GATEWAY, POSTGRES) for volume in service["volumes"]]
    assert {name for name in used if not name.startswith(".")} == set(COMPOSE["volumes"])
    assert POSTGRES["secrets"] == list(COMPOSE["secrets"])
    assert POSTGRES["environment"]["POSTGRES_PASSWORD_FILE"] == f"/run/secrets/{POSTGRES['secrets'][0]}"


def test_the_ports_are_the_gateways() -> None:
    ports = {Settings().http_port, Settings().mllp_port}
    assert {int(port) for port in instructions("EXPOSE")[0].split()} == ports
    assert {int(mapping.split(":")[1]) for mapping in GATEWAY["ports"]} == ports


def test_the_database_is_the_one_beside_it() -> None:
    url = GATEWAY["environment"]["OVERGANG_DATABASE_URL"]
    user, database = POSTGRES["environment"]["POSTGRES_USER"], POSTGRES["environment"]["POSTGRES_DB"]
    assert url == f"postgresql://{user}@postgres/{database}"
    assert GATEWAY["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert POSTGRES["healthcheck"]["test"] == ["CMD", "pg_isready", "-U", user]


def test_what_it_starts_and_asks_for_health_are_commands() -> None:
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert {
        *re.findall(r'"(\w+)"\]', instructions("HEALTHCHECK CMD")[0]),
        *re.findall(r"\w+", instructions("CMD")[0]),
    } == {
        "health",
        "serve",
    }
    assert {"health", "serve"} <= commands
    assert instructions("ENTRYPOINT") == ['["python", "-m", "gateway"]']


def test_it_runs_as_a_user_of_its_own_that_owns_the_data_folder() -> None:
    (user,) = instructions("USER")
    assert user not in ("root", "0")
    folder = image_environment()["OVERGANG_DATA_FOLDER"]
    assert any(
        "useradd --system --uid" in line and line.endswith(f"install -d -o {user} {folder}")
        for line in instructions("RUN")
    )
    (uid,) = re.findall(r"--uid (\d+)", DOCKERFILE)
    assert f"chown {uid} config/*" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_every_room_is_copied_and_what_is_copied_exists() -> None:
    copied = [shlex.split(line)[0] for line in instructions("COPY")]
    assert set(copied) == {"gateway", "mappings", "profiles", "settlement", "requirements.lock"}
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("name", [".venv", "tests", "config", "data", "out", ".git"])
def test_what_is_no_part_of_the_program_is_not_sent_to_the_engine(name: str) -> None:
    assert name in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
