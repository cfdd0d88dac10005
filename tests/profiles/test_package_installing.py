"""A package is installed whole or not at all, into the layout of the standard package cache."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from profiles.package_files import UnsafePackage
from profiles.package_installing import install
from profiles.packages import PackageStore
from tests.profiles.archives import archive, code_system, member, package_archive, put_package


def test_an_installed_package_is_found_and_the_same(tmp_path: Path) -> None:
    file = put_package(tmp_path, "test.a", "1.0.0", [code_system("c", "a")], {"test.b": "1.0.0"})
    package = install(file, tmp_path / "cache", "test.a", "1.0.0")
    assert (package.label, dict(package.dependencies)) == ("test.a#1.0.0", {"test.b": "1.0.0"})
    there, packed = (PackageStore([folder]).find("test.a").package for folder in (tmp_path / "cache", tmp_path))
    assert there is not None
    assert packed is not None
    assert (there.label, there.entries, there.bodies) == (packed.label, packed.entries, packed.bodies)


def test_one_that_is_there_is_left_alone(tmp_path: Path) -> None:
    file = put_package(tmp_path, "test.a", "1.0.0", [code_system("c", "a")])
    install(file, tmp_path)
    (tmp_path / "test.a#1.0.0" / "package" / "CodeSystem-c.json").write_text("{}", encoding="utf-8")
    install(file, tmp_path)
    assert (tmp_path / "test.a#1.0.0" / "package" / "CodeSystem-c.json").read_text(encoding="utf-8") == "{}"


MANIFEST = json.dumps({"name": "test.a", "version": "1.0.0"}).encode()


@pytest.mark.parametrize(
    "body",
    [
        archive([member("package/package.json", MANIFEST), member("package/a/../../../../evil.json", b"{}")]),
        archive([member("package/package.json", MANIFEST), member("/evil.json", b"{}")]),
        archive([member("package/package.json", MANIFEST), member("package/l", kind=b"2", link="/etc/passwd")]),
        archive([member("package/package.json", MANIFEST), member("package/x", b"1"), member("package/x/y", b"2")]),
        archive([member("package/x.json", b"{}")]),
        package_archive("test.a", "1.0.0")[:-40],
        package_archive("../evil", "1.0.0"),
        package_archive("test..evil", "1.0.0"),
        package_archive("test.a", "../1"),
        package_archive("test.a", "1/2"),
        package_archive("test.b", "1.0.0"),
        package_archive("test.a", "1.0.1"),
    ],
)
def test_nothing_is_left_of_an_archive_that_is_refused(body: bytes, tmp_path: Path) -> None:
    file, folder = tmp_path / "file.tgz", tmp_path / "deep" / "cache"
    file.write_bytes(body)
    with pytest.raises(UnsafePackage):
        install(file, folder, "test.a", "1.0.0")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert not folder.exists() or list(folder.iterdir()) == []


def test_names_may_start_with_the_folder_itself(tmp_path: Path) -> None:
    file = tmp_path / "file.tgz"
    file.write_bytes(archive([member("./", kind=b"5"), member("./package/package.json", MANIFEST)]))
    assert install(file, tmp_path / "cache").label == "test.a#1.0.0"


def test_what_is_being_installed_is_no_package_yet(tmp_path: Path) -> None:
    half = tmp_path / ".installing-x" / "package"
    half.mkdir(parents=True)
    (half / "package.json").write_bytes(MANIFEST)
    assert PackageStore([tmp_path]).names() == ()
