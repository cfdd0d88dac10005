"""Archives are read safely: what the standard library writes is read the same, what leads elsewhere is refused."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.package_files import PackageLimits, UnsafePackage, archive_files, folder_files
from tests.profiles.archives import archive, member

LONG = "package/" + "x" * 140 + ".json"


def read(path: Path, body: bytes, limits: PackageLimits | None = None) -> dict[str, bytes]:
    """The files of an archive with that content."""
    file = path / "a.tgz"
    file.write_bytes(body)
    return dict(archive_files(file, limits=limits or PackageLimits()))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_reads_what_the_standard_library_writes(tmp_path: Path, form: int) -> None:
    files = {"package/package.json": b"{}", "package/a.json": b"a" * 513, "package/empty.json": b""}
    files |= {} if form == tarfile.USTAR_FORMAT else {LONG: b"long"}
    assert read(tmp_path, archive([member(name, body) for name, body in files.items()], form)) == files


def test_files_not_wanted_are_skipped(tmp_path: Path) -> None:
    file = tmp_path / "a.tgz"
    file.write_bytes(archive([member("package/a", b"1" * 5000), member("package/b", b"2")]))
    assert list(archive_files(file, lambda name: name.endswith("b"))) == [("package/b", b"2")]


@pytest.mark.parametrize(
    "bad",
    [
        member("../evil.json", b"{}"),
        member("package/../../evil.json", b"{}"),
        member("/etc/passwd", b"{}"),
        member("C:/evil.json", b"{}"),
        member("package\\..\\evil.json", b"{}"),
        member("package/link", kind=tarfile.SYMTYPE, link="/etc/passwd"),
        member("package/hard", kind=tarfile.LNKTYPE, link="package/a.json"),
        member("package/pipe", kind=tarfile.FIFOTYPE),
        member("package/device", kind=tarfile.CHRTYPE),
    ],
)
def test_members_that_lead_elsewhere_are_refused(tmp_path: Path, bad: tuple[tarfile.TarInfo, bytes]) -> None:
    with pytest.raises(UnsafePackage):
        read(tmp_path, archive([member("package/a.json", b"{}"), bad]))


def test_a_long_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with pytest.raises(UnsafePackage):
            read(tmp_path, archive([member("package/" + "a/" * 80 + "../" * 90 + "evil", b"{}")], form))


@pytest.mark.parametrize(
    "limits",
    [PackageLimits(files=2), PackageLimits(file_bytes=999), PackageLimits(total_bytes=2500)],
)
def test_limits_hold(tmp_path: Path, limits: PackageLimits) -> None:
    body = archive([member(f"package/{number}", b"x" * 1000) for number in range(3)])
    assert len(read(tmp_path, body)) == 3
    with pytest.raises(UnsafePackage):
        read(tmp_path, body, limits)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafePackage):
        read(tmp_path, archive([member("package/zeros", bytes(8 << 20))]))


@pytest.mark.parametrize("cut", [10, 40, -9, -30])
def test_a_cut_archive_is_refused(tmp_path: Path, cut: int) -> None:
    with pytest.raises(UnsafePackage):
        read(tmp_path, archive([member("package/a", bytes(range(256)) * 8)])[:cut])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2047), byte=st.integers(0, 255))
def test_a_damaged_archive_is_read_or_refused(tmp_path: Path, place: int, byte: int) -> None:
    tar = bytearray(gzip.decompress(archive([member("package/a", b"{}"), member("package/b", b"{}")])))
    tar[place] = byte
    try:
        names = set(read(tmp_path, gzip.compress(bytes(tar))))
    except UnsafePackage:
        return
    assert all(not name.startswith("/") and ".." not in name for name in names)


def test_a_folder_is_read_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    for name in ("b.json", "a.json", "package.json"):
        (tmp_path / "package" / name).write_text(name)
    assert [name for name, _ in folder_files(tmp_path)] == ["package/a.json", "package/b.json", "package/package.json"]


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "a.json").symlink_to("/etc/passwd")
    with pytest.raises(UnsafePackage):
        list(folder_files(tmp_path))


def test_an_absent_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafePackage):
        list(archive_files(tmp_path / "none.tgz"))
