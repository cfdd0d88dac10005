"""Our guide: right FHIR, one source of codes with the domain, and the same package bytes every time."""

from __future__ import annotations

import io
import json
import tarfile
import tomllib
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from profiles import names
from profiles.guide import code_names, examples, package, resources, sources
from profiles.guide.__main__ import main
from profiles.r4.facts import facts
from profiles.strict_json import parse_json
from profiles.structure import check_structure
from settlement.eligibility import REASONS
from settlement.records import ContactWith, IvType, WeightCategory


def by_url() -> dict[str, dict[str, Any]]:
    """The guide's resources by canonical url."""
    return {found["url"]: found for found in resources()}


def codes(name: str) -> list[str]:
    """Codes of one of our code systems, in order."""
    return [concept["code"] for concept in by_url()[f"{names.BASE}/CodeSystem/{name}"]["concept"]]


@pytest.mark.parametrize("name", sources())
def test_every_resource_is_right_fhir(name: str) -> None:
    resource, issues = parse_json(sources()[name])
    assert (*issues, *check_structure(resource)) == ()
    assert name == f"{resource['resourceType']}-{resource['id']}.json"
    assert resource["url"] == f"{names.BASE}/{resource['resourceType']}/{resource['id']}"


@pytest.mark.parametrize(
    ("name", "enum"), [("iv-type", IvType), ("weight-category", WeightCategory), ("contact-with", ContactWith)]
)
def test_codes_are_those_of_the_domain(name: str, enum: type[StrEnum]) -> None:
    assert codes(name) == [member.value for member in enum]


def test_withheld_reasons_are_those_of_the_domain() -> None:
    assert sorted(codes("withheld-reason")) == sorted(REASONS)


def test_stratifiers_of_all_measures_have_codes() -> None:
    measures = [path for path in (files("settlement") / "measures").iterdir() if path.name.endswith(".toml")]
    used = {
        part
        for path in measures
        for stratifier in tomllib.loads(path.read_text("utf-8")).get("stratifiers", ())
        for part in stratifier.split(" x ")
    }
    assert used
    assert used <= set(codes("stratifier"))


def test_names_used_in_code_are_defined() -> None:
    urls = by_url()
    for url in (names.IV_TREATMENT, names.IV_TYPE_CODES, names.WEIGHT_CATEGORY_CODES, names.REFERRAL_EVENT_CODES):
        assert url in urls
    assert codes("message-events") == ["iv-referral-message"]


def test_every_code_system_counts_and_is_in_a_value_set() -> None:
    for found in resources():
        if found["resourceType"] == "CodeSystem":
            assert found["count"] == len({concept["code"] for concept in found["concept"]})
            value_set = by_url()[found["valueSet"]]
            assert value_set["compose"]["include"] == [{"system": found["url"]}]


def canonicals(value: Any) -> list[str]:
    """Every text that names something of ours."""
    if isinstance(value, dict):
        return [url for inner in value.values() for url in canonicals(inner)]
    if isinstance(value, list):
        return [url for inner in value for url in canonicals(inner)]
    return [value] if isinstance(value, str) and value.startswith(f"{names.BASE}/") else []


def test_nothing_refers_to_what_is_not_there() -> None:
    assert {url for found in resources() for url in canonicals(found)} == set(by_url())


def test_the_guide_names_every_resource_and_every_example() -> None:
    (guide,) = [found for found in resources() if found["resourceType"] == "ImplementationGuide"]
    named = {item["reference"]["reference"]: item for item in guide["definition"]["resource"]}
    own = {f"{found['resourceType']}/{found['id']}" for found in resources() if found is not guide}
    shown = {name.removesuffix(".json").replace("-", "/", 1) for name in examples()}
    assert set(named) == (own - {"ImplementationGuide/overgang"}) | shown
    assert {named[name]["exampleCanonical"] for name in shown} <= set(by_url())


def element_exists(path: str) -> bool:
    """Whether R4 has an element: "Claim.item.net"; parts of data types too."""
    type_name, *steps = path.split(".")
    current = facts().types[type_name]
    for place, step in enumerate(steps):
        found = next((element for element in current.elements if element.name == step), None)
        if found is None:
            return False
        if place < len(steps) - 1:
            current = facts().types[found.types[0].code]
    return True


def test_profiles_constrain_elements_that_r4_has() -> None:
    profiles = [found for found in resources() if found["resourceType"] == "StructureDefinition"]
    assert profiles
    for profile in profiles:
        for element in profile["differential"]["element"]:
            assert element_exists(element["path"]), element["id"]
            assert element["id"].startswith(profile["type"])


def test_package_is_reproducible_and_in_npm_layout(tmp_path: Path) -> None:
    assert main([str(tmp_path / "guide.tgz")]) == 0
    body = (tmp_path / "guide.tgz").read_bytes()
    assert body == package()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        content = {name: archive.extractfile(name) for name in archive.getnames()}
        manifest = json.load(content["package/package.json"])  # type: ignore[arg-type]
        index = json.load(content["package/.index.json"])  # type: ignore[arg-type]
    assert manifest["name"] == "overgang.fhir.dk"
    assert manifest["fhirVersions"] == ["4.0.1"]
    assert {f"package/{entry['filename']}" for entry in index["files"]} == set(content) - {
        "package/package.json",
        "package/.index.json",
        *(f"package/example/{name}" for name in examples()),
    }
    assert examples()


def test_codes_of_ours_have_their_names_in_both_languages() -> None:
    found = code_names("decision-reason")
    assert found["other-amount"] == {"da": "Andet beløb", "en": "Other amount"}
    assert all(set(names_of) == {"da", "en"} for names_of in found.values())


def test_without_a_path_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "OUT.tgz" in capsys.readouterr().err
