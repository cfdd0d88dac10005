"""A context: a guide's own versions of what it depends on, and what canonicals mean among them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from profiles.context import Context, open_store
from profiles.core import core_package
from profiles.names import BASE
from profiles.packages import PackageStore
from tests.profiles.archives import code_system, put_package
from tests.shared import shared_data

URL = "http://example.dk/CodeSystem/c"
PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"


def store(folder: Path) -> PackageStore:
    """Packages a and b, where a has c in version 1 and b in version 2; guides x and y that depend on them."""
    put_package(folder, "test.a", "1.0.0", [code_system("c", "a", version="1.0.0")], {"test.far": "9.0.0"})
    put_package(folder, "test.b", "1.0.0", [code_system("c", "b", version="2.0.0"), code_system("d", "b")])
    put_package(folder, "guide.x", "1.0.0", dependencies={"test.a": "1.0.x", "test.b": "1.0.0"})
    put_package(folder, "guide.y", "1.0.0", dependencies={"test.b": "1.0.0", "guide.x": "1.0.0"})
    return PackageStore([folder], [core_package()])


def codes(context: Context, canonical: str) -> list[str]:
    """The codes of a code system found."""
    found = context.resolve(canonical, "CodeSystem")
    assert found is not None
    return [concept["code"] for concept in found.resource["concept"]]


def test_the_nearest_package_defines_a_url(tmp_path: Path) -> None:
    packages = store(tmp_path)
    assert codes(Context.load(packages, "guide.x"), URL) == ["a"]
    assert codes(Context.load(packages, "guide.y"), URL) == ["b"]


def test_versions_of_canonicals(tmp_path: Path) -> None:
    context = Context.load(store(tmp_path), "guide.x")
    assert codes(context, f"{URL}|2.0.0") == ["b"]
    assert codes(context, f"{URL}|2") == ["b"]
    found = context.resolve(f"{URL}|7.0.0")
    assert found is not None
    assert found.note is not None
    assert (found.package, found.note.code) == ("test.a#1.0.0", "canonical-version")
    assert context.resolve(URL, "ValueSet") is None
    assert context.resolve("http://example.dk/nothing") is None


def test_a_missing_dependency_is_a_warning_and_a_missing_guide_an_error(tmp_path: Path) -> None:
    packages = store(tmp_path)
    assert [issue.code for issue in Context.load(packages, "guide.x").issues] == ["package-dependency-missing"]
    missing = Context.load(packages, "guide.z")
    assert [issue.code for issue in missing.issues] == ["package-missing"]
    assert [package.name for package in missing.packages] == ["hl7.fhir.r4.core"]


def test_packages_that_depend_on_each_other(tmp_path: Path) -> None:
    put_package(tmp_path, "test.a", "1.0.0", dependencies={"test.b": "1.0.0"})
    put_package(tmp_path, "test.b", "1.0.0", dependencies={"test.a": "1.0.0"})
    context = Context.load(PackageStore([tmp_path]), "test.a")
    assert [package.name for package in context.packages] == ["test.a", "test.b"]


def test_base_and_our_own_guide_are_always_there() -> None:
    packages = open_store()
    guide = next(name for name in packages.names() if name.startswith("overgang") or "overgang" in name)
    context = Context.load(packages, guide)
    assert context.issues == ()
    patient = context.structure("Patient")
    assert patient is not None
    assert patient.resource["url"] == PATIENT
    assert context.structure(f"{PATIENT}|4.0.1") is patient or context.structure(f"{PATIENT}|4.0.1") == patient
    claim = context.structure(f"{BASE}/StructureDefinition/iv-claim")
    assert claim is not None
    by_id = {element["id"]: element for element in claim.resource["snapshot"]["element"]}
    assert by_id["Claim.status"]["fixedCode"] == "active"
    assert by_id["Claim.insurer"]["min"] == 1


def test_resources_given_come_first(tmp_path: Path) -> None:
    context = Context.load(store(tmp_path), "guide.x").adding([code_system("c", "mine", version="1.0.0")])
    assert codes(context, URL) == ["mine"]
    assert context.by_id("CodeSystem", "d") is not None
    assert len([found for found in context.of_type("CodeSystem") if found.package == "given#"]) == 1


@pytest.mark.parametrize(
    ("guide", "version", "dk_core"),
    [
        ("medcom.fhir.dk.hospitalnotification", "3.0.2", "2.0.0"),
        ("medcom.fhir.dk.carecommunication", "5.0.2", "3.4.0"),
    ],
)
def test_a_guide_is_judged_by_its_own_dk_core(guide: str, version: str, dk_core: str) -> None:
    started = process_time()
    context = Context.load(open_store([shared_data("packages")]), guide, version)
    assert process_time() - started < 2.0
    found = context.resolve("http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient")
    assert found is not None
    assert found.package == f"hl7.fhir.dk.core#{dk_core}"
    assert memory_of_loading(guide, version) < 150 * 1024


def memory_of_loading(guide: str, version: str) -> int:
    """The most memory that loading a guide takes at any time, in KiB, traced in a process of its own."""
    program = (
        "import sys, tracemalloc; from pathlib import Path; tracemalloc.start(); "
        "from profiles.context import Context, open_store; "
        "kept = Context.load(open_store([Path(sys.argv[1])]), sys.argv[2], sys.argv[3]); "
        "print(tracemalloc.get_traced_memory()[1] // 1024)"
    )
    arguments = [sys.executable, "-c", program, str(shared_data("packages")), guide, version]
    return int(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)  # noqa: S603
