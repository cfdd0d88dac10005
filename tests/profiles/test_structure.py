"""Base R4 structure: right resources pass, planted faults are found at their place, nothing raises."""

from __future__ import annotations

import random
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles import structure
from profiles.fhir_xml import from_xml
from profiles.issue import Severity
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json
from profiles.structure import MOST_ISSUES, check_structure
from tests.fuzz.mutations import mutate
from tests.shared import shared_data

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">Text</div>'


def patient(**more: Any) -> dict[str, Any]:
    """A small Patient with more properties."""
    return {"resourceType": "Patient", "id": "p1", **more}


def entry(resource: dict[str, Any]) -> dict[str, Any]:
    """A Bundle entry whose fullUrl fits the resource."""
    return {"fullUrl": f"https://example.dk/{resource['resourceType']}/{resource['id']}", "resource": resource}


def message(*resources: dict[str, Any]) -> dict[str, Any]:
    """A message Bundle."""
    header = {
        "resourceType": "MessageHeader",
        "id": "h1",
        "eventCoding": {"system": "http://example.dk/events", "code": "e"},
        "source": {"endpoint": "https://example.dk/source"},
    }
    return {"resourceType": "Bundle", "type": "message", "entry": [entry(header), *(entry(r) for r in resources)]}


RIGHT: dict[str, dict[str, Any]] = {
    "patient": patient(
        active=True,
        name=[{"given": ["A", None], "_given": [{"id": "x"}, {"extension": [{"url": "urn:u", "valueId": "y"}]}]}],
        birthDate="2024-02-29",
        deceasedBoolean=False,
        text={"status": "generated", "div": DIV},
    ),
    "contained": patient(
        contained=[{"resourceType": "Organization", "id": "o", "name": "Org"}],
        managingOrganization={"reference": "#o"},
    ),
    "extensions": patient(
        extension=[{"url": "urn:u", "extension": [{"url": "v", "valueDecimal": Decimal("1.0")}]}],
        _gender={"extension": [{"url": "urn:u", "valueCode": "x"}]},
    ),
    "message": message(patient(), {"resourceType": "Patient", "id": "p2"}),
    "observation": {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "effectiveInstant": "2026-10-25T02:30:00.123+02:00",
        "valueTime": "23:59:60",
    },
}

WRONG: list[tuple[dict[str, Any], str, str]] = [
    (patient(shoe=1), "structure-unknown", "Patient.shoe"),
    (patient(**{"1401701234": 1}), "structure-unknown", "Patient.?"),
    (patient(name={"family": "a"}), "structure-type", "Patient.name"),
    (patient(name=["a"]), "structure-type", "Patient.name[0]"),
    (patient(name=[]), "structure-empty", "Patient.name"),
    (patient(name=[{}]), "ele-1", "Patient.name[0]"),
    (patient(name=[{"id": "x"}]), "ele-1", "Patient.name[0]"),
    (patient(name=[{"given": ["a", None]}]), "structure-null", "Patient.name[0].given[1]"),
    (patient(name=[{"given": ["a", ""]}]), "format-string", "Patient.name[0].given[1]"),
    (patient(active="true"), "format-boolean", "Patient.active"),
    (patient(active=None), "structure-type", "Patient.active"),
    (patient(active=[True]), "structure-type", "Patient.active"),
    (patient(birthDate="2023-02-29"), "format-date", "Patient.birthDate"),
    (patient(birthDate="01-01-1970"), "format-date", "Patient.birthDate"),
    (patient(birthDate="1970-01-01\n"), "format-date", "Patient.birthDate"),
    (patient(birthDate=1970), "format-date", "Patient.birthDate"),
    (patient(deceasedDateTime="2024-01-01T10:00:00"), "format-dateTime", "Patient.deceasedDateTime"),
    (patient(deceasedDateTime="2024-01-01T25:00:00Z"), "format-dateTime", "Patient.deceasedDateTime"),
    (patient(deceasedBoolean=True, deceasedDateTime="2024"), "structure-choice", "Patient.deceased"),
    (patient(deceasedString="x"), "structure-unknown", "Patient.deceasedString"),
    (patient(gender="man"), "binding-required", "Patient.gender"),
    (patient(gender=1), "format-code", "Patient.gender"),
    (patient(multipleBirthInteger=2**31), "format-integer", "Patient.multipleBirthInteger"),
    (patient(multipleBirthInteger=Decimal("1.0")), "format-integer", "Patient.multipleBirthInteger"),
    (patient(multipleBirthInteger=True), "format-integer", "Patient.multipleBirthInteger"),
    (patient(communication=[{"preferred": True}]), "structure-required", "Patient.communication[0].language"),
    (patient(link=[{"other": {"reference": "Patient/1"}, "type": "x"}]), "binding-required", "Patient.link[0].type"),
    (patient(photo=[{"data": "A===", "contentType": "a/b"}]), "format-base64Binary", "Patient.photo[0].data"),
    (patient(photo=[{"data": "QUJD"}]), "att-1", "Patient.photo[0]"),
    (patient(extension=[{"valueCode": "x"}]), "structure-required", "Patient.extension[0].url"),
    (patient(extension=[{"url": "urn:u"}]), "ext-1", "Patient.extension[0]"),
    (patient(extension=[{"url": "urn:u", "valueCode": "x", "valueId": "y"}]), "ext-1", "Patient.extension[0]"),
    (patient(extension=[{"url": "urn:u", "valueShoe": "x"}]), "structure-unknown", "Patient.extension[0].valueShoe"),
    (patient(extension=[{"url": "u", "valueCode": "x"}]), "extension-url", "Patient.extension[0].url"),
    (patient(_gender={"extension": [{"url": "urn:u"}]}), "ext-1", "Patient._gender.extension[0]"),
    (patient(_name={"id": "x"}), "structure-unknown", "Patient._name"),
    (patient(identifier=[{"system": "has space"}]), "format-uri", "Patient.identifier[0].system"),
    (patient(identifier=[{"value": "a\x01"}]), "format-string", "Patient.identifier[0].value"),
    (patient(identifier=[{"period": {"start": "2024-02-01", "end": "2024-01-01"}}]), "per-1",
     "Patient.identifier[0].period"),
    (patient(telecom=[{"value": "1"}]), "cpt-2", "Patient.telecom[0]"),
    (patient(managingOrganization={"reference": "Nonsense/1"}), "reference-format",
     "Patient.managingOrganization.reference"),
    (patient(managingOrganization={"reference": "#o"}), "ref-1", "Patient.managingOrganization.reference"),
    (patient(contained=[{"resourceType": "Organization", "id": "o", "name": "x"}]), "dom-3", "Patient.contained[0]"),
    (patient(contained=[{"id": "o"}], managingOrganization={"reference": "#o"}), "structure-resource",
     "Patient.contained[0]"),
    (patient(text={"status": "generated", "div": "<div>x</div>"}), "narrative", "Patient.text.div"),
    (patient(text={"status": "generated", "div": DIV.replace("Text", "&nbsp;x")}), "narrative-entity",
     "Patient.text.div"),
    (patient(text={"status": "generated", "div": DIV.replace("Text", " ")}), "txt-2", "Patient.text.div"),
    (patient(text={"div": DIV}), "structure-required", "Patient.text.status"),
    (patient(id="a_b"), "format-id", "Patient.id"),
    (patient(language=" da"), "format-code", "Patient.language"),
    (message(patient(id="p1"), patient(id="p1")), "bdl-7", "Bundle.entry[2]"),
    ({**message(patient()), "entry": [entry(patient())]}, "bdl-12", "Bundle"),
    ({**message(), "total": 1}, "bdl-1", "Bundle"),
    (message(patient(shoe=1)), "structure-unknown", "Bundle.entry[1].resource.shoe"),
    (message({"resourceType": "Shoe", "id": "1"}), "structure-resource", "Bundle.entry[1].resource"),
    ({"resourceType": "Bundle", "type": "transaction", "entry": [entry(patient())]}, "bdl-3", "Bundle.entry[0]"),
    ({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient()}]}, "bundle-full-url",
     "Bundle.entry[0]"),
    ({"resourceType": "Bundle", "type": "collection", "entry": [entry(patient()) | {"fullUrl": "http://a/Group/1"}]},
     "bundle-full-url", "Bundle.entry[0]"),
    ({"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:x"}]}, "bdl-5", "Bundle.entry[0]"),
    ({"resourceType": "Bundle"}, "structure-required", "Bundle.type"),
    ({"resourceType": "Observation", "status": "final"}, "structure-required", "Observation.code"),
    ({"resourceType": "Observation", "status": "final", "code": {"text": "x"},
      "valueQuantity": {"value": Decimal(1), "code": "kg"}}, "qty-3", "Observation.valueQuantity"),
    ({"resourceType": "Shoe"}, "structure-resource", "$"),
]  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_resources_pass(name: str) -> None:
    assert check_structure(RIGHT[name]) == ()


@pytest.mark.parametrize(("resource", "code", "where"), WRONG, ids=[f"{code}-{where}" for _, code, where in WRONG])
def test_planted_faults_are_found(resource: dict[str, Any], code: str, where: str) -> None:
    assert [(issue.code, issue.where) for issue in check_structure(resource)] == [(code, where)]


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"resourceType": 1}, {"resourceType": ["Patient"]}])
def test_what_is_no_resource_is_fatal(value: Any) -> None:
    assert [issue.severity for issue in check_structure(value)] == [Severity.FATAL]


def test_a_double_that_is_referred_to_is_an_error() -> None:
    bundle = message(patient(), patient())
    assert [issue.severity for issue in check_structure(bundle)] == [Severity.WARNING]
    bundle["entry"][0]["resource"]["focus"] = [{"reference": "Patient/p1"}]
    assert [issue.severity for issue in check_structure(bundle)] == [Severity.ERROR]


def test_contained_resources_are_flat_and_without_version() -> None:
    inner = {"resourceType": "Patient", "id": "c", "meta": {"versionId": "1"}, "contained": [patient(id="d")]}
    resource = patient(contained=[inner], link=[{"other": {"reference": "#c"}, "type": "refer"}])
    assert {issue.code for issue in check_structure(resource)} >= {"dom-2", "dom-4"}


def test_issues_do_not_repeat_values() -> None:
    resource = patient(identifier=[{"value": ["1401701234"]}], birthDate="1401701234", gender="1401701234")
    issues = check_structure(resource)
    assert len(issues) == 3
    assert "1401701234" not in repr(issues)


def test_time_grows_linearly() -> None:
    def seconds(entries: int) -> float:
        bundle = message(*({"resourceType": "Patient", "id": f"p{number}"} for number in range(entries)))
        best = 1e9
        for _ in range(3):
            start = process_time()
            assert check_structure(bundle) == ()
            best = min(best, process_time() - start)
        return best

    seconds(10)
    assert seconds(10_000) < 10 * 5 * seconds(1_000)


def test_of_very_many_findings_only_the_first_are_told() -> None:
    issues = check_structure(patient(name=[{"shoe": 1}] * 20_000))
    assert len(issues) == MOST_ISSUES + 1
    assert issues[-1].code == "structure-more"


def messages() -> list[Path]:
    """The public FHIR messages."""
    folder = shared_data("messages")
    xml = [*folder.glob("acknowledgement/**/*.xml"), *folder.glob("care-communication/**/*.xml")]
    return sorted(folder.rglob("*.json")) + sorted(xml)


def load(path: Path) -> dict[str, Any]:
    """A message in its JSON form."""
    body = path.read_bytes()
    root = parse_xml(body)[0] if path.suffix == ".xml" else None
    resource = from_xml(root)[0] if root is not None else parse_json(body)[0]
    assert isinstance(resource, dict)
    return resource


def test_public_messages_have_no_error_unless_made_invalid() -> None:
    paths = messages()
    assert len(paths) > 90
    for path in paths:
        errors = [issue for issue in check_structure(load(path)) if issue.severity is not Severity.WARNING]
        assert bool(errors) == (path.name == "CareCommunication_Ex_receive_Tek-Y-new-invalid.json"), (path, errors)


JUNK: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just([None])
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree but the root."""
    if isinstance(value, dict):
        return [place for key, inner in value.items() for place in [(*at, key), *places(inner, (*at, key))]]
    if isinstance(value, list):
        return [place for key, inner in enumerate(value) for place in [(*at, key), *places(inner, (*at, key))]]
    return []


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(RIGHT)), st.integers(0, 10**9))
def test_what_is_remembered_of_names_changes_nothing(name: str, seed: int) -> None:
    resource = mutate(RIGHT[name], random.Random(seed))  # noqa: S311
    found = [check_structure(resource) for _ in range(2)]
    structure._checks.cache_clear()
    assert found == [check_structure(resource)] * 2


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_resources_never_raise(data: st.DataObject) -> None:
    resource = deepcopy(RIGHT[data.draw(st.sampled_from(sorted(RIGHT)))])
    place = data.draw(st.sampled_from(places(resource)))
    target: Any = resource
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = data.draw(JUNK)
    check_structure(resource)
    if isinstance(target, dict):
        target["nonsense"] = 1
        assert any(issue.code in ("structure-unknown", "structure-resource") for issue in check_structure(resource))
