"""Where rules are written: pages of the standard, of guides, and none where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.rule_links import family_link, rule_link
from profiles.issue import About, error
from profiles.names import BASE

CORE = "http://hl7.org/fhir/StructureDefinition/"
R4 = "https://hl7.org/fhir/R4/"


@pytest.mark.parametrize(
    ("code", "where", "about", "page"),
    [
        ("pat-1", "Patient.contact[0]", About("pat-1", f"{CORE}Patient|4.0.1"), "patient.html#invs"),
        ("cardinality-min", "Observation", About(profile=f"{CORE}Observation|4.0.1"), "observation.html#invs"),
        ("x", "Patient.name[0].use", About(profile=f"{CORE}Patient|4.0.1"), "patient-definitions.html#Patient.name"),
        ("x", "Patient.name[0].use", About(profile=f"{CORE}HumanName|4.0.1"), "datatypes.html#HumanName"),
        ("ext-1", "Patient.extension[0]", About("ext-1", f"{CORE}Extension|4.0.1"), "extensibility.html#Extension"),
        ("structure-unknown", "Patient.gender.x", None, "patient-definitions.html#Patient.gender"),
        ("json-syntax", "$", None, "json.html"),
        ("slicing-closed", "Bundle.entry[2]", None, "profiling.html#slicing"),
        ("bdl-7", "Bundle", None, "bundle.html#invs"),
    ],
)
def test_rules_of_the_standard(code: str, where: str, about: About | None, page: str) -> None:
    assert rule_link(replace(error(code, where, "x"), about=about)) == R4 + page


def test_a_profile_of_another_guide_is_its_own_page() -> None:
    url = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-patient"
    assert rule_link(replace(error("x", "Patient", "x"), about=About(profile=f"{url}|2.0.0"))) == url


def test_what_no_public_page_defines_has_no_link() -> None:
    ours = About(profile=f"{BASE}/StructureDefinition/iv-referral|1.0")
    assert rule_link(replace(error("own-rule", "", "x"), about=ours)) == ""
    assert rule_link(replace(error("x", "", "x"), about=About(profile="javascript:alert(1)"))) == ""
    assert rule_link(error("hl7-required", "EVN-2", "x")) == ""
    assert family_link("cds-hook") == "https://cds-hooks.hl7.org/2.0/"
