"""Snapshots made from differentials: on base R4, and against those that published packages bring with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from profiles.context import Context, open_store
from profiles.packages import Json
from profiles.snapshots import snapshot
from tests.shared import shared_data

SD = "http://hl7.org/fhir/StructureDefinition/"


@pytest.fixture(scope="module")
def base() -> Context:
    return Context.load(open_store(), "hl7.fhir.r4.core")


def profile(of: str, *elements: Json, **more: Any) -> Json:
    """A profile of the type with that differential."""
    return {
        "resourceType": "StructureDefinition",
        "id": f"p-{of.lower()}",
        "url": f"http://example.dk/StructureDefinition/p-{of.lower()}",
        "kind": "resource",
        "type": of,
        "baseDefinition": SD + of,
        "derivation": "constraint",
        "differential": {"element": [{"path": of}, *elements]},
        **more,
    }


def made(context: Context, definition: Json) -> dict[str, Json]:
    """The elements of the snapshot by id, in order; the snapshot is complete."""
    found = context.adding([definition]).structure(definition["url"])
    assert found is not None
    assert found.note is None
    return {element["id"]: element for element in found.resource["snapshot"]["element"]}


def test_what_is_said_wins_and_rules_add_up(base: Context) -> None:
    rule = {"key": "own-1", "severity": "error", "expression": "true"}
    elements = made(
        base, profile("Patient", {"path": "Patient.gender", "min": 1}, {"path": "Patient", "constraint": [rule]})
    )
    assert (elements["Patient.gender"]["min"], elements["Patient.gender"]["max"]) == (1, "1")
    assert elements["Patient.gender"]["binding"]["strength"] == "required"
    assert [rule["key"] for rule in elements["Patient"]["constraint"]][-1] == "own-1"
    assert elements["Patient"]["constraint"][-1]["source"] == "http://example.dk/StructureDefinition/p-patient"
    assert list(elements)[:2] == ["Patient", "Patient.id"]


def test_children_come_from_the_type(base: Context) -> None:
    elements = made(base, profile("Patient", {"path": "Patient.name.family", "min": 1}))
    assert elements["Patient.name.family"]["min"] == 1
    keys = list(elements)
    assert keys.index("Patient.name") < keys.index("Patient.name.given") < keys.index("Patient.telecom")
    assert "Patient.telecom.value" not in elements


def test_slices_stand_behind_their_element_with_its_children(base: Context) -> None:
    slicing = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
    elements = made(
        base,
        profile(
            "Patient",
            {"path": "Patient.identifier", "slicing": slicing},
            {"path": "Patient.identifier", "sliceName": "cpr", "min": 1, "max": "1"},
            {"path": "Patient.identifier.system", "fixedUri": "urn:a"},
            {"path": "Patient.identifier", "sliceName": "other"},
            {"path": "Patient.identifier.system", "fixedUri": "urn:b"},
        ),
    )
    heads = [key for key in elements if key.startswith("Patient.identifier") and key.count(".") == 1]
    assert heads == ["Patient.identifier", "Patient.identifier:cpr", "Patient.identifier:other"]
    assert elements["Patient.identifier"]["min"] == 1
    assert "slicing" not in elements["Patient.identifier:cpr"]
    assert elements["Patient.identifier:cpr.system"]["fixedUri"] == "urn:a"
    assert elements["Patient.identifier:other.system"]["fixedUri"] == "urn:b"
    assert elements["Patient.identifier:cpr.system"]["path"] == "Patient.identifier.system"


def test_ids_that_name_a_slice_not_said_before_are_followed(base: Context) -> None:
    slicing = {"discriminator": [{"type": "value", "path": "code"}], "rules": "open"}
    elements = made(
        base,
        profile(
            "Observation",
            {"path": "Observation.component", "slicing": slicing},
            {"path": "Observation.component", "sliceName": "a"},
            {"path": "Observation.component", "sliceName": "b"},
            {"id": "Observation.component:a.code", "path": "Observation.component.code", "min": 1},
            {"id": "Observation.component:a/x", "path": "Observation.component", "sliceName": "a/x", "max": "1"},
        ),
    )
    heads = [key for key in elements if key.startswith("Observation.component") and key.count(".") == 1]
    assert heads == [f"Observation.component{end}" for end in ("", ":a", ":a/x", ":b")]


def test_choices(base: Context) -> None:
    elements = made(base, profile("Observation", {"path": "Observation.valueQuantity.unit", "min": 1}))
    assert [use["code"] for use in elements["Observation.value[x]"]["type"]] == ["Quantity"]
    assert [use["code"] for use in elements["Observation.value[x]:valueQuantity"]["type"]] == ["Quantity"]
    assert elements["Observation.value[x]:valueQuantity.unit"]["min"] == 1
    said = made(
        base,
        profile(
            "Observation",
            {"path": "Observation.value[x]", "type": [{"code": "Quantity"}, {"code": "string"}]},
            {"path": "Observation.value[x]", "sliceName": "valueString", "type": [{"code": "string"}]},
        ),
    )
    assert [use["code"] for use in said["Observation.value[x]"]["type"]] == ["Quantity", "string"]


def test_a_path_into_a_choice_of_several_types_means_what_all_elements_have(base: Context) -> None:
    limit = profile("Observation", {"path": "Observation.value[x].value", "maxValueDecimal": 100})
    found = base.adding([limit]).structure(limit["url"])
    assert found is not None
    assert found.note is not None
    assert found.note.code == "profile-path-unknown"
    elements = made(base, profile("Observation", {"path": "Observation.value[x].extension", "max": "0"}))
    assert elements["Observation.value[x].extension"]["max"] == "0"
    only = {"path": "Observation.value[x]", "type": [{"code": "Quantity"}]}
    elements = made(base, profile("Observation", only, {"path": "Observation.value[x].value", "maxValueDecimal": 100}))
    assert elements["Observation.value[x].value"]["maxValueDecimal"] == 100


def test_extensions_are_sliced_by_url_and_take_over_their_definition(base: Context) -> None:
    extension = profile(
        "Extension",
        {"path": "Extension.url", "fixedUri": "http://example.dk/StructureDefinition/p-extension"},
        {"path": "Extension.value[x]", "min": 1, "type": [{"code": "Coding"}]},
        kind="complex-type",
    )
    use = {"code": "Extension", "profile": [extension["url"]]}
    user = profile("Patient", {"path": "Patient.extension", "sliceName": "mine", "type": [use]})
    elements = made(base.adding([extension]), user)
    assert elements["Patient.extension"]["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]
    assert elements["Patient.extension:mine"]["type"] == [use]
    deeper = profile(
        "Patient", *user["differential"]["element"][1:], {"path": "Patient.extension.value[x].code", "min": 1}
    )
    elements = made(base.adding([extension]), deeper)
    assert elements["Patient.extension:mine.value[x].code"]["min"] == 1
    assert elements["Patient.extension:mine.url"]["fixedUri"] == extension["url"]


def test_content_references_are_followed(base: Context) -> None:
    elements = made(base, profile("Questionnaire", {"path": "Questionnaire.item.item.linkId", "maxLength": 3}))
    assert elements["Questionnaire.item.item.linkId"]["maxLength"] == 3
    assert "maxLength" not in elements["Questionnaire.item.linkId"]
    assert "contentReference" not in elements["Questionnaire.item.item"]
    assert "contentReference" in elements["Questionnaire.item.item.item"]


def test_an_unknown_base_is_an_error_and_an_unknown_path_a_warning(base: Context) -> None:
    unknown = snapshot(profile("Patient", baseDefinition=f"{SD}None"), lambda _: None)
    assert (unknown.elements, [issue.code for issue in unknown.issues]) == ((), ["profile-base-unknown"])
    found = base.adding([profile("Patient", {"path": "Patient.nothing.at.all", "min": 1})])
    structure = found.structure("http://example.dk/StructureDefinition/p-patient")
    assert structure is not None
    assert structure.note is not None
    assert structure.note.code == "profile-path-unknown"


def test_a_profile_that_is_its_own_base(base: Context) -> None:
    definition = profile("Patient")
    found = base.adding([definition | {"baseDefinition": definition["url"]}]).structure(definition["url"])
    assert found is not None
    assert found.note is not None
    assert found.note.code == "profile-base-unknown"


def test_a_chain_of_bases_without_end_comes_to_one(base: Context) -> None:
    definitions = [profile("Patient", url=f"http://e/{n}", baseDefinition=f"http://e/{n + 1}") for n in range(500)]
    found = base.adding(definitions).structure("http://e/0")
    assert found is not None
    assert found.note is not None


def test_a_profile_that_doubles_itself_is_not_made(base: Context) -> None:
    deep = ["Questionnaire" + ".item" * depth for depth in range(40, 0, -1)]
    elements = [{"path": path, "sliceName": "twice"} for path in deep]
    made_of = snapshot(profile("Questionnaire", *elements), _finder(base))
    assert [issue.code for issue in made_of.issues] == ["profile-too-large"]


def test_logical_models_add_elements(base: Context) -> None:
    model = profile("Patient", kind="logical", derivation="specialization", baseDefinition=f"{SD}Element", type="Box")
    model["differential"] = {"element": [{"path": "Box"}, {"path": "Box.lid", "min": 1, "type": [{"code": "string"}]}]}
    assert list(made(base, model)) == ["Box", "Box.id", "Box.extension", "Box.lid"]
    assert list(made(base, model | {"baseDefinition": f"{SD}Base"})) == ["Box", "Box.lid"]


def test_agreement_with_published_snapshots() -> None:
    context = Context.load(open_store([shared_data("packages")]), "medcom.fhir.dk.carecommunication", "5.0.2")
    same = total = 0
    for package in context.packages[:1] + context.packages[3:7]:
        for position, entry in enumerate(package.entries):
            if entry.resource_type == "StructureDefinition":
                same_here, total_here = _agreement(context, package.read(position))
                same, total = same + same_here, total + total_here
    assert total > 1000
    assert same / total > 0.99


def _agreement(context: Context, definition: Json) -> tuple[int, int]:
    if definition.get("kind") == "logical":
        return 0, 0
    again = snapshot(definition, _finder(context))
    ours = {element["id"]: _limits(element) for element in again.elements}
    theirs = {element["id"]: _limits(element) for element in definition["snapshot"]["element"]}
    return sum(ours.get(key) == limits for key, limits in theirs.items()), len(theirs)


def _finder(context: Context) -> Callable[[str], Json | None]:
    return lambda url: found.resource if (found := context.structure(url)) else None


def _limits(element: Json) -> Json:
    """What of an element matters for validation."""
    values = {key: value for key, value in element.items() if key.startswith(("fixed", "pattern", "minV", "maxV"))}
    rules = sorted(rule["key"] for rule in element.get("constraint", ()))
    codes = [use["code"] for use in element.get("type", ())]
    strength = element.get("binding", {}).get("strength")
    return {**values, "rules": rules, "types": codes, "binding": strength, "max": element["max"], "min": element["min"]}
