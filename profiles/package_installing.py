"""Installing a package: its archive is proved, unpacked beside its place, and moved there in one step.

The folder gets the layout of the standard package cache (`name#version/package/...`), so that other tools find it too.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from profiles.package_files import UnsafePackage, archive_files, unpack
from profiles.packages import Package, is_manifest, make_package

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_\-]|\.(?!\.)){1,127}").fullmatch
_VERSION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_+\-]|\.(?!\.)){0,63}").fullmatch


def install(archive: Path, folder: Path, name: str = "", version: str = "") -> Package:
    """Installs the package in an archive into a folder, which is made if need be; returns its manifest as a package
    without resources. One that is installed already is left as it is.

    name, version: what it must be, "" for any. Raises UnsafePackage for an archive that is damaged, does what a package
    must not, or is another package; OSError where the folder cannot be written.
    """
    package = make_package(archive_files(archive, is_manifest))
    if not (_NAME(package.name) and _VERSION(package.version)):
        raise UnsafePackage("its name or version is none that a folder could have")
    if (name or package.name, version or package.version) != (package.name, package.version):
        raise UnsafePackage(f"it is {package.label}, another package than was asked for")
    if not (folder / package.label).exists():
        _unpacked(archive, folder, package.label)
    return package


def _unpacked(archive: Path, folder: Path, label: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".installing-", dir=folder))
    try:
        unpack(archive, beside)
        beside.chmod(0o755)  # others may read a shared cache; mkdtemp keeps them out
        beside.rename(folder / label)
    except FileExistsError:
        shutil.rmtree(beside)  # somebody else installed it meanwhile
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
