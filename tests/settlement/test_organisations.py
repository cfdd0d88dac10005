"""Municipalities and regions: complete, dated, and found by any of their identifiers."""

import json
import tarfile
from collections import Counter
from datetime import date

import pytest

from settlement.organisations import Directory
from settlement.records import Organisation
from tests.shared import shared_data

BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)
EAST = "DK-X-OESTDANMARK"


@pytest.fixture(scope="module")
def directory() -> Directory:
    units = [
        Organisation(sor="100000000000011", municipality="751"),
        Organisation(gln="5790000000012", municipality="0730"),
    ]
    return Directory.build(units)


def test_codes_are_those_of_dk_core(directory: Directory) -> None:
    package = shared_data("packages/hl7.fhir.dk.core-3.7.0.tgz")
    with tarfile.open(package) as archive:
        file = archive.extractfile("package/CodeSystem-dk-core-municipality-codes.json")
        assert file is not None
        concepts = json.load(file)["concept"]
    assert {c["code"]: c["display"] for c in concepts} == {
        code: directory.municipality_name(code, BEFORE) for code in directory.municipalities
    }


def test_regions_have_the_municipalities_they_have(directory: Directory) -> None:
    codes = set(directory.municipalities) - {"0411"}  # Christiansø is no municipality
    before = Counter(directory.region_of(code, BEFORE) for code in codes)
    after = Counter(directory.region_of(code, AFTER) for code in codes)
    assert before == {"DK-84": 29, "DK-85": 17, "DK-83": 22, "DK-82": 19, "DK-81": 11}
    assert after == {EAST: 46, "DK-83": 22, "DK-82": 19, "DK-81": 11}


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        (Organisation(municipality="0751"), "0751"),
        (Organisation(municipality="751"), "0751"),
        (Organisation(sor="100000000000011"), "0751"),
        (Organisation(gln="5790000000012"), "0730"),
        (Organisation(municipality="0461", sor="100000000000011"), "0461"),
        (Organisation(municipality="9999", sor="100000000000011"), "0751"),
        (Organisation(name="Aarhus"), ""),
        (Organisation(municipality="9999"), ""),
    ],
)
def test_municipality_of(directory: Directory, organisation: Organisation, expected: str) -> None:
    assert directory.municipality_of(organisation, BEFORE) == expected


def test_names_and_successors(directory: Directory) -> None:
    assert directory.municipality_name("0492", AFTER) == "Ærø"
    assert directory.municipality_name("0001", AFTER) == ""
    assert directory.municipality_name("0751", date(2006, 12, 31)) == ""
    assert directory.region_name("DK-85") == "Region Sjælland"
    assert directory.region_name(EAST) == "Region Østdanmark"
    assert directory.region_name("DK-99") == ""
    assert directory.successor("DK-85", BEFORE) == "DK-85"
    assert directory.successor("DK-85", AFTER) == EAST
    assert directory.successor("DK-82", AFTER) == "DK-82"
    assert directory.successor("DK-99", AFTER) == ""


def test_regions_of_a_municipality_from_a_day_on(directory: Directory) -> None:
    assert directory.regions_since("0101", date(2020, 1, 1)) == {"DK-84", EAST}
    assert directory.regions_since("0101", date(2027, 1, 1)) == {EAST}
    assert directory.regions_since("0751", date(2000, 1, 1)) == {"", "DK-82"}
    assert directory.regions_since("0999", date(2020, 1, 1)) == {""}
