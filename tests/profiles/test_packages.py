"""Packages are found by name and version, wherever they lie; what is missing or unsafe is a finding."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from profiles.context import Context
from profiles.packages import PackageStore
from tests.profiles.archives import archive, code_system, member, package_archive, put_package


@pytest.fixture
def store(tmp_path: Path) -> PackageStore:
    for version in ("1.0.0", "1.2.3", "1.2.10", "2.0.0-ballot"):
        put_package(tmp_path, "test.a", version, [code_system("c", version)])
    return PackageStore([tmp_path])


@pytest.mark.parametrize(
    ("pattern", "version"),
    [
        ("1.0.0", "1.0.0"),
        ("1.2.x", "1.2.10"),
        ("1.x", "1.2.10"),
        ("latest", "1.2.10"),
        ("2.0.0-ballot", "2.0.0-ballot"),
    ],
)
def test_versions(store: PackageStore, pattern: str, version: str) -> None:
    package = store.find("test.a", pattern).package
    assert package is not None
    assert package.label == f"test.a#{version}"
    assert package.read(0)["concept"] == [{"code": version}]


def test_a_package_is_opened_once(store: PackageStore) -> None:
    assert store.find("test.a", "1.0.0") is store.find("test.a", "1.0.0")


def test_what_is_missing_is_an_error(store: PackageStore) -> None:
    missing = [store.find("test.a", "3.0.0"), store.find("test.b")]
    assert [found.package for found in missing] == [None, None]
    assert [found.issues[0].code for found in missing] == ["package-missing", "package-missing"]


def test_a_missing_dependency_is_replaced_by_the_next_of_the_same_major_version(store: PackageStore) -> None:
    found = store.dependency("test.a", "1.1.0")
    assert found.package is not None
    assert found.package.version == "1.2.3"
    assert [issue.code for issue in found.issues] == ["package-dependency-replaced"]
    other = store.dependency("test.a", "4.0.0")
    assert (other.package, other.issues[0].code) == (None, "package-dependency-missing")


def test_a_build_of_the_package_cache(tmp_path: Path) -> None:
    unpacked = tmp_path / "test.folder#current" / "package"
    unpacked.mkdir(parents=True)
    (unpacked / "package.json").write_text(json.dumps({"name": "test.folder", "version": "1.0.0-build"}))
    package = PackageStore([tmp_path]).find("test.folder", "current").package
    assert package is not None
    assert package.label == "test.folder#1.0.0-build"


def test_unpacked_folders_and_odd_file_names(tmp_path: Path) -> None:
    unpacked = tmp_path / "test.folder#1.0.0" / "package"
    unpacked.mkdir(parents=True)
    (unpacked / "package.json").write_text(json.dumps({"name": "test.folder", "version": "1.0.0"}))
    (unpacked / "CodeSystem-c.json").write_text(json.dumps(code_system("c", "a")))
    (tmp_path / "download.tgz").write_bytes(package_archive("test.odd", "0.1.0"))
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "empty").mkdir()
    store = PackageStore([tmp_path, tmp_path / "absent"])
    assert store.names() == ("test.folder", "test.odd")
    package = store.find("test.folder").package
    assert package is not None
    assert [entry.url for entry in package.entries] == ["http://example.dk/CodeSystem/c"]


def test_decimals_are_exact(tmp_path: Path) -> None:
    (tmp_path / "test.a-1.0.0.tgz").write_bytes(
        archive(
            [
                member("package/package.json", b'{"name":"test.a","version":"1.0.0"}'),
                member("package/ValueSet-v.json", b'{"resourceType":"ValueSet","number":1.10}'),
            ]
        )
    )
    package = PackageStore([tmp_path]).find("test.a").package
    assert package is not None
    assert str(package.read(0)["number"]) == "1.10"
    assert isinstance(package.read(0)["number"], Decimal)


def test_the_first_folder_wins(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        put_package(tmp_path / name, "test.a", "1.0.0", [code_system("c", name)])
    package = PackageStore([tmp_path / "two", tmp_path / "one"]).find("test.a").package
    assert package is not None
    assert package.read(0)["concept"] == [{"code": "two"}]


@pytest.mark.parametrize(
    "body",
    [
        b"no archive",
        archive([member("package/x.json", b"{}")]),
        archive([member("package/package.json", b"{")]),
        package_archive("test.other", "1.0.0"),
        package_archive("test.bad", "2.0.0"),
    ],
)
def test_what_is_no_package_is_an_error(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "test.bad-1.0.0.tgz").write_bytes(body)
    found = PackageStore([tmp_path]).find("test.bad", "1.0.0")
    assert found.package is None
    assert [issue.code for issue in found.issues] == ["package-unsafe"]


def test_examples_and_files_that_are_no_resources_are_left_out(tmp_path: Path) -> None:
    manifest = member("package/package.json", b'{"name":"test.a","version":"1.0.0"}')
    body = json.dumps(code_system("c", "a")).encode()
    names = ("package/example/CodeSystem-c.json", "package/other/x.json", "package/CodeSystem-c.json")
    more = [member(name, body) for name in names] + [member("package/b.json", b"[1"), member("package/c.json", b"{}")]
    (tmp_path / "test.a-1.0.0.tgz").write_bytes(archive([manifest, *more]))
    package = PackageStore([tmp_path]).find("test.a").package
    assert package is not None
    assert len(package.entries) == 1


def test_a_package_needed_in_two_versions_goes_by_aliases(tmp_path: Path) -> None:
    needs = {"test.b": "2.0.0", "old@npm:test.b": "1.0.0"}
    put_package(tmp_path, "test.a", "1.0.0", [], needs)
    put_package(tmp_path, "test.b", "2.0.0", [code_system("both", "new")])
    put_package(tmp_path, "test.b", "1.0.0", [code_system("both", "old"), code_system("gone", "old")])
    context = Context.load(PackageStore([tmp_path]), "test.a")
    assert [package.label for package in context.packages] == ["test.a#1.0.0", "test.b#2.0.0", "test.b#1.0.0"]
    assert context.issues == ()
    both = context.resolve("http://example.dk/CodeSystem/both")
    assert both is not None
    assert both.resource["concept"] == [{"code": "new"}]
    assert context.resolve("http://example.dk/CodeSystem/gone") is not None


def test_a_build_that_is_missing_is_replaced_by_what_is_published(store: PackageStore, tmp_path: Path) -> None:
    found = store.find("test.a", "current")
    assert found.package is not None
    assert (found.package.version, [issue.code for issue in found.issues]) == (
        "1.2.10",
        ["package-dependency-replaced"],
    )
    (tmp_path / "test.a-current.tgz").write_bytes(package_archive("test.a", "3.0.0-cibuild"))
    built = PackageStore([tmp_path]).find("test.a", "dev")
    assert built.package is not None
    assert (built.package.version, built.issues) == ("3.0.0-cibuild", ())
