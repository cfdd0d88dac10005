"""Packages on the command line, from a registry that speaks the API over HTTP: install, list, show, check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.errors import BadRequestError, NotFoundError, SettingsError
from gateway.outgoing import open_public_http
from gateway.package_work import install_archive, install_from
from gateway.registry import open_registry
from profiles.context import Context, open_store
from tests.gateway.registry_server import FakeRegistry, registry_server
from tests.profiles.archives import archive, code_system, member, package_archive, put_package


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with registry_server() as running:
        running.put("test.guide", "1.0.0", package_archive("test.guide", "1.0.0", [code_system("g", "a")]))
        needs = {"test.core": "2.1.x", "hl7.fhir.r4.core": "4.0.1", "test.nowhere": "1.0.0"}
        running.put("test.guide", "1.1.0", package_archive("test.guide", "1.1.0", [code_system("g", "b")], needs))
        for version in ("2.0.0", "2.1.0", "2.1.5", "2.2.0"):
            core = package_archive("test.core", version, [code_system("c", version)], {"test.guide": "1.1.0"})
            running.put("test.core", version, core)
        yield running


def run(*arguments: str | Path) -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["packages", *map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception


def install(registry: FakeRegistry, folder: Path, label: str, *, alone: bool = False) -> tuple[str, ...]:
    with open_public_http() as http:
        return install_from(open_registry(registry.base, http), [folder], label, lambda _: None, alone=alone).installed


def test_a_package_and_what_it_depends_on(registry: FakeRegistry, tmp_path: Path) -> None:
    code, said = run("install", "test.guide#1.1.x", "--packages", tmp_path, "--registry", registry.base)
    assert (code, said["missing"]) == (1, ["test.nowhere#1.0.0"])
    assert said["installed"] == ["test.guide#1.1.0", "test.core#2.1.5"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test.core#2.1.5", "test.guide#1.1.0"]
    context = Context.load(open_store((tmp_path,)), "test.guide")
    assert [package.label for package in context.packages][:2] == ["test.guide#1.1.0", "test.core#2.1.5"]
    assert not [path for path in registry.asked if "r4.core" in path]


def test_what_is_there_is_not_fetched_again(registry: FakeRegistry, tmp_path: Path) -> None:
    install(registry, tmp_path, "test.guide#1.1.0")
    asked = len(registry.asked)
    assert install(registry, tmp_path, "test.guide#1.1.0") == ()
    assert registry.asked[asked:] == ["/test.nowhere"]


def test_a_dependency_in_another_folder_is_enough(registry: FakeRegistry, tmp_path: Path) -> None:
    other, first = tmp_path / "other", tmp_path / "first"
    other.mkdir()
    put_package(other, "test.core", "2.1.3")
    with open_public_http() as http:
        found = install_from(open_registry(registry.base, http), [first, other], "test.guide#1.1.0", lambda _: None)
    assert found.installed == ("test.guide#1.1.0",)


@pytest.mark.parametrize(
    ("label", "latest", "chosen"),
    [("test.core", "", "2.2.0"), ("test.core#latest", "2.1.0", "2.1.0"), ("test.core#2.0.x", "2.1.0", "2.0.0")],
)
def test_versions(registry: FakeRegistry, tmp_path: Path, label: str, latest: str, chosen: str) -> None:
    registry.latest["test.core"] = latest
    assert install(registry, tmp_path, label, alone=True) == (f"test.core#{chosen}",)


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("test.none#1.0.0", "does not have test.none#1.0.0. It has no version"),
        ("test.core#9.9.9", "It has 2.0.0, 2.1.0, 2.1.5, 2.2.0"),
        ("test.core#current", r"Builds are not in registries"),
    ],
)
def test_what_the_registry_does_not_have(registry: FakeRegistry, tmp_path: Path, label: str, says: str) -> None:
    if label.endswith("current"):
        registry.archives["test.core"] = {}
        registry.answers["/test.core"] = (200, b'{"versions": {}}')
    with pytest.raises(NotFoundError, match=says):
        install(registry, tmp_path, label)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "answer", "says"),
    [
        ("/test.core", (500, b""), "answered 500"),
        ("/test.core", (302, b""), "answered 302"),
        ("/test.core", (200, b"<html>"), "no list of versions"),
        ("/test.core", (200, b'{"versions": []}'), "no list of versions"),
        ("/test.core/2.1.0", (200, b"no archive"), "damaged"),
        ("/test.core/2.1.0", (404, b""), "lists test.core#2.1.0 but does not have it"),
    ],
)
def test_what_goes_wrong(
    registry: FakeRegistry, tmp_path: Path, path: str, answer: tuple[int, bytes], says: str
) -> None:
    registry.answers[path] = answer
    with pytest.raises(NotFoundError, match=says):
        install(registry, tmp_path, "test.core#2.1.0")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (package_archive("test.other", "2.1.0"), "another package"),
        (archive([member("package/../../x", b"x"), member("package/package.json", b"{}")]), "leads elsewhere"),
        (b"junk", "damaged"),
    ],
)
def test_archives_that_must_not_be_installed(registry: FakeRegistry, tmp_path: Path, body: bytes, says: str) -> None:
    registry.put("test.core", "2.1.0", body)
    with pytest.raises(NotFoundError, match=says):
        install(registry, tmp_path / "in", "test.core#2.1.0")
    assert not list(tmp_path.glob("**/*.json"))


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="cannot be reached"):
        install(FakeRegistry(base="http://127.0.0.1:1"), tmp_path, "test.core")


@pytest.mark.parametrize("base", ["http://packages.example", "ftp://x", "", "https://"])
def test_a_registry_is_asked_over_tls_only(base: str) -> None:
    with open_public_http() as http, pytest.raises(SettingsError, match="https"):
        open_registry(base, http)


def test_without_a_folder_nothing_is_installed(registry: FakeRegistry) -> None:
    with open_public_http() as http, pytest.raises(SettingsError, match="package_folders"):
        install_from(open_registry(registry.base, http), [], "test.core", lambda _: None)


def test_a_file_is_installed_without_asking(tmp_path: Path) -> None:
    file = put_package(tmp_path, "test.a", "1.0.0", [code_system("c", "a")])
    code, said = run("install", file, "--packages", tmp_path / "cache")
    assert (code, said["installed"]) == (0, ["test.a#1.0.0"])
    assert (tmp_path / "cache" / "test.a#1.0.0" / "package" / "CodeSystem-c.json").is_file()
    with pytest.raises(BadRequestError, match="cannot be installed"):
        install_archive(tmp_path / "absent.tgz", tmp_path)


def test_list_and_show(tmp_path: Path) -> None:
    put_package(tmp_path, "test.a", "1.0.0", [code_system("c", "a")], {"test.b": "1.0.0", "test.c": "1.0.0"})
    put_package(tmp_path, "test.b", "1.0.1")
    listed = run("list", "--packages", tmp_path)[1]
    assert {(one["name"], one["place"]) for one in listed} >= {
        ("test.a", str(tmp_path / "test.a-1.0.0.tgz")),
        ("hl7.fhir.r4.core", "built in"),
    }
    shown = run("show", "test.a", "--packages", tmp_path)[1]
    assert shown["resources"] == {"CodeSystem": 1}
    assert [(one["name"], one["used"]) for one in shown["dependencies"]] == [("test.b", "1.0.1"), ("test.c", "")]
    assert isinstance(run("show", "test.z", "--packages", tmp_path)[1], NotFoundError)


def test_check_tells_what_is_missing_and_what_cannot_be_made(tmp_path: Path) -> None:
    profile = {
        "resourceType": "StructureDefinition",
        "id": "p",
        "url": "http://example.dk/p",
        "type": "Patient",
        "baseDefinition": "http://example.dk/unknown",
        "derivation": "constraint",
        "differential": {"element": [{"path": "Patient"}]},
    }
    put_package(tmp_path, "test.good", "1.0.0", [code_system("c", "a")])
    put_package(tmp_path, "test.bad", "1.0.0", [profile], {"test.c": "1.0.0"})
    code, found = run("check", "--packages", tmp_path)
    assert code == 1
    issues = {one["label"]: [(issue["code"], issue["where"]) for issue in one["issues"]] for one in found}
    assert issues == {
        "test.good#1.0.0": [],
        "test.bad#1.0.0": [
            ("package-dependency-missing", "test.c#1.0.0"),
            ("profile-base-unknown", "http://example.dk/p"),
        ],
    }
    assert "overgang packages install test.c#1.0.0" in json.dumps(found)
    assert run("check", "test.good", "--packages", tmp_path)[0] == 0


@pytest.mark.parametrize("command", [["list"], ["show", "test.a"], ["check"]])
def test_text_for_people(command: list[str], tmp_path: Path) -> None:
    put_package(tmp_path, "test.a", "1.0.0", [code_system("c", "a")], {"test.b": "1.0.0"})
    result = CliRunner().invoke(app, ["packages", *command, "--packages", str(tmp_path)], env={"COLUMNS": "200"})
    assert "test.a" in result.stdout
