"""The compact R4 core is what the committed script makes of the published package, and holds no prose."""

from __future__ import annotations

import gzip

from profiles.core import core_package
from profiles.core.derive import OUT, derive
from profiles.r4.facts import facts
from tests.shared import shared_data


def test_the_file_is_what_the_script_makes() -> None:
    made = derive(shared_data("packages/hl7.fhir.r4.core-4.0.1.tgz"))
    assert gzip.decompress(OUT.read_bytes()) == gzip.decompress(made)  # how well zlib packs differs by its version


def test_it_agrees_with_the_facts_of_the_types() -> None:
    package = core_package()
    definitions = {
        found["type"]: found
        for position, entry in enumerate(package.entries)
        if entry.resource_type == "StructureDefinition"
        and (found := package.read(position)).get("derivation") != "constraint"
    }
    patient = definitions["Patient"]["snapshot"]["element"]
    assert len(definitions) > 150
    names = [element["path"] for element in patient if element["path"].count(".") == 1]
    assert names == [f"Patient.{element.name}" for element in facts().types["Patient"].elements]


def test_it_holds_no_prose() -> None:
    package = core_package()
    for body in package.bodies:
        assert b'"short":"' not in body
        assert b'"comment":"' not in body
        assert b'"human":"' not in body
        assert b'"div":"' not in body
