"""References: their form, the types and profiles of their targets, contained and bundled."""

from __future__ import annotations

from typing import Any

import pytest

from profiles import references
from profiles.validator import Options
from tests.profiles.samples import (
    BASE,
    HOST,
    R4,
    Json,
    element,
    entry,
    found,
    observation,
    patient,
    profile,
    validator,
)

ACTIVE = profile("active", "Patient", element("Patient.active", min=1))


def _about(*targets: str, **more: Any) -> Json:
    use = {"code": "Reference", "targetProfile": list(targets), **more}
    return profile("about", "Observation", element("Observation.subject", type=[use]))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/1", []),
        ("urn:uuid:00000000-0000-4000-8000-000000000000", []),
        ("https://example.org/fhir/Patient/1", []),
        ("1", ["error reference-format Observation.subject"]),
        ("Medication/1", ["error reference-target Observation.subject"]),
        ("#who", ["error ref-1 Observation.subject", "error reference-contained Observation.subject"]),
    ],
)
def test_form_and_type(reference: str, expected: list[str]) -> None:
    assert found(observation(subject={"reference": reference})) == expected


def test_a_profile_narrows_the_types() -> None:
    narrow = _about(f"{R4}Group")
    assert found(observation(subject={"reference": "Patient/1"}), narrow, profiles=("about",)) == [
        "error reference-target Observation.subject"
    ]


def test_a_contained_target_is_judged_by_the_profile_of_the_target() -> None:
    about = _about(f"{BASE}active")
    for active, expected in ((True, []), (None, ["error reference-profile Observation.subject"])):
        inside = patient(id="who") | ({"active": active} if active else {})
        resource = observation(contained=[inside], subject={"reference": "#who"})
        assert found(resource, ACTIVE, about, profiles=("about",)) == expected


def test_targets_in_the_bundle_and_elsewhere() -> None:
    about = _about(f"{BASE}active")
    claimed = observation(subject={"reference": "Patient/1"}, meta={"profile": [f"{BASE}about"]})
    entries = [
        {"fullUrl": "https://example.org/fhir/Observation/2", "resource": claimed | {"id": "2"}},
        {"fullUrl": "https://example.org/fhir/Patient/1", "resource": patient(id="1")},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert found(bundle, ACTIVE, about) == ["error reference-profile Bundle.entry[0].resource.subject"]
    elsewhere = Options(fetch=lambda _: patient(id="1"))
    assert found(claimed, ACTIVE, about, options=elsewhere) == ["error reference-profile Observation.subject"]


def test_aggregation() -> None:
    bundled = _about(f"{R4}Patient", aggregation=["bundled"])
    assert found(observation(subject={"reference": "Patient/1"}), bundled, profiles=("about",)) == [
        "error reference-aggregation Observation.subject"
    ]


def test_resources_that_refer_to_each_other_come_to_an_end() -> None:
    linked = profile(
        "linked",
        "Patient",
        element("Patient.link.other", type=[{"code": "Reference", "targetProfile": [f"{BASE}linked"]}]),
    )
    inside = patient(id="b", link=[{"other": {"reference": "#"}, "type": "seealso"}])
    resource = patient(contained=[inside], link=[{"other": {"reference": "#b"}, "type": "seealso"}])
    assert found(resource, linked, profiles=("linked",)) == []


def test_a_target_that_follows_several_profiles_is_a_warning() -> None:
    other = profile("other", "Patient", element("Patient.gender", min=1))
    about = _about(f"{BASE}active", f"{BASE}other")
    resource = observation(contained=[patient(id="who", active=True)], subject={"reference": "#who"})
    assert found(resource, ACTIVE, other, about, profiles=("about",)) == [
        "warning reference-several Observation.subject"
    ]


def test_what_references_name_must_be_found_where_that_is_asked() -> None:
    strict = Options(must_resolve=True, tolerated=("example.org",))
    lost = ["error reference-unresolved Observation.subject"]
    for reference, expected in (("Patient/1", lost), ("urn:oid:1.2", lost), ("https://example.org/fhir/Patient/1", [])):
        assert found(observation(subject={"reference": reference}), options=strict) == expected
    known = Options(must_resolve=True, fetch=lambda _: patient(id="1"))
    assert found(observation(subject={"reference": "Patient/1"}), options=known) == []
    beside = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "a", "part": [{"name": "b", "resource": patient(id="1")}]},
            {"name": "c", "resource": observation(subject={"reference": "Patient/1"})},
        ],
    }
    assert found(beside, options=strict) == []


@pytest.mark.parametrize(
    ("modes", "found_as", "expected"),
    [
        (["contained"], "contained", []),
        (["bundled"], "contained", ["error reference-aggregation"]),
        (["bundled"], "bundled", []),
        (["referenced"], "bundled", []),
        (["contained"], "bundled", ["error reference-aggregation"]),
        (["bundled"], "referenced", ["error reference-aggregation"]),
        (["referenced"], "referenced", []),
    ],
)
def test_how_targets_are_carried(modes: list[str], found_as: str, expected: list[str]) -> None:
    about = _about(f"{R4}Patient", aggregation=modes)
    claimed = {"meta": {"profile": [f"{BASE}about"]}, "id": "2"}
    if found_as == "contained":
        resource = observation(contained=[patient(id="who")], subject={"reference": "#who"}, **claimed)
    else:
        resource = observation(subject={"reference": "Patient/1"}, **claimed)
    others = [entry(patient(id="1"))] if found_as == "bundled" else []
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry(resource), *others]}
    assert [one.rpartition(" ")[0] for one in found(bundle, about)] == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/1", "type": "Patient"}, []),
        ({"reference": "Patient/1", "type": f"{R4}Patient"}, []),
        ({"reference": "Patient/1", "type": "Group"}, ["error reference-type"]),
        ({"reference": "Patient/1", "type": "patient"}, ["error reference-target", "error reference-type"]),
        ({"type": "Medication", "display": "x"}, ["error reference-target"]),
        ({"type": "Patient"}, ["warning reference-display"]),
        ({"identifier": {"value": "1"}}, []),
        ({"reference": "Patient/ 1"}, ["error reference-form"]),
        ({"reference": "Patient?identifier=urn:own|1&active=true"}, ["error reference-conditional"]),
        ({"reference": "Patient?identifier:of-type=1"}, ["error reference-conditional"]),
        ({"reference": "Patient?identifier"}, ["error reference-query"]),
        ({"reference": "Nobody?identifier=1"}, ["error reference-format"]),
    ],
)
def test_what_a_reference_says(reference: Json, expected: list[str]) -> None:
    codes = [one.removesuffix(" Observation.subject") for one in found(observation(subject=reference))]
    assert [one for one in codes if "binding" not in one] == expected


@pytest.mark.parametrize(("kind", "told"), [("transaction", False), ("batch", True)])
def test_searches_stand_for_references_in_transactions_only(kind: str, *, told: bool) -> None:
    resource = observation(id="1", subject={"reference": "Patient?identifier=urn:own|1"})
    one = entry(resource) | {"request": {"method": "PUT", "url": "Observation/1"}}
    bundle = {"resourceType": "Bundle", "type": kind, "entry": [one]}
    expected = ["error reference-conditional Bundle.entry[0].resource.subject"] if told else []
    assert found(bundle) == expected


def test_target_profiles_that_are_not_known() -> None:
    about = _about(f"{BASE}active", f"{BASE}nothing")
    resource = observation(contained=[patient(id="who", active=True)], subject={"reference": "#who"})
    assert found(resource, ACTIVE, about, profiles=("about",)) == ["error profile-unknown Observation.subject"]


def test_a_target_that_follows_several_profiles() -> None:
    about = _about(f"{R4}Patient", f"{BASE}active")
    for active, expected in ((True, ["warning reference-several Observation.subject"]), (None, [])):
        inside = patient(id="who") | ({"active": active} if active else {})
        resource = observation(contained=[inside], subject={"reference": "#who"})
        assert found(resource, ACTIVE, about, profiles=("about",)) == expected


SUBJECTS: tuple[Json, ...] = (
    {"reference": "Patient/a"},
    {"reference": "Patient/b"},
    {"reference": "Patient/c", "type": "Patient"},
    {"reference": "Patient/a", "type": "Group"},
    {"reference": "Group/g"},
    {"reference": f"{HOST}/Patient/a"},
    {"reference": "#p"},
    {"reference": "#lost"},
    {"reference": "Patient/a/_history/2"},
    {"reference": "Patient/a b"},
    {"reference": ["Patient/a"]},
    {"display": "somebody"},
    {},
)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("ways", [[], ["bundled"], ["referenced"], ["contained", "bundled"]])
def test_a_glance_passes_nothing_but_what_is_right(
    subject: Json, ways: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        entry(patient(id="a", active=True)),
        entry(patient(id="b")),
        entry({"resourceType": "Group", "id": "g", "type": "person", "actual": True}),
        entry(observation(id="o", subject=subject, contained=[patient(id="p", active=True)], focus=[subject])),
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    definitions = (ACTIVE, _about(f"{BASE}active", *([f"{R4}Group"] if ways else []), aggregation=ways))
    entries[3]["resource"]["meta"] = {"profile": [f"{BASE}about"]}
    quick = validator(*definitions)
    found = [quick.validate(bundle) for _ in range(3)]
    monkeypatch.setattr(references, "_at_a_glance", lambda _rights, _ways, check: check)
    assert found == [validator(*definitions).validate(bundle)] * 3
