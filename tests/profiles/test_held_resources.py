"""What elements say of the resources in them."""

from __future__ import annotations

from profiles.held_resources import Held, hold
from profiles.invariants import InvariantJudge
from tests.profiles.samples import BASE, R4, Json, element, profile, validator

NARROW = profile("narrow", "Patient", element("Patient.active", min=1))


def _held(kind: str, *types: Json, **more: object) -> Held:
    bundle = profile("bundle", "Bundle", element("Bundle.entry.resource", type=list(types), **more))
    known = validator(NARROW, bundle)
    root = known.root(f"{BASE}bundle")
    assert root is not None
    invariants = InvariantJudge(lambda *_: None, lambda *_: True)
    return hold(kind, (root.children["entry"].children["resource"],), known.root, invariants)


def test_nothing_is_said_of_any_resource() -> None:
    held = _held("Patient", {"code": "Resource"})
    assert (held.definitions, held.is_silent) == ((), True)


def test_the_only_profile_of_its_type_counts() -> None:
    held = _held("Patient", {"code": "Patient", "profile": [f"{BASE}narrow"]}, {"code": "Group"})
    assert ([one.source for one in held.definitions], held.is_silent) == ([f"{BASE}narrow"], True)


def test_a_resource_of_another_type_is_wrong_here() -> None:
    held = _held("Group", {"code": "Patient", "profile": [f"{BASE}narrow"]})
    assert [fault.code for fault in held.faults] == ["profile-type"]
    assert not held.is_silent


def test_a_profile_nobody_knows_is_told() -> None:
    held = _held("Patient", {"code": "Patient", "profile": ["http://a.example/x"]})
    assert ([fault.code for fault in held.faults], held.definitions) == (["profile-unknown"], ())


def test_one_of_several_profiles_is_left_to_be_chosen() -> None:
    urls = [f"{BASE}narrow", f"{R4}Patient"]
    held = _held("Patient", {"code": "Patient", "profile": urls})
    assert [(one.path, profiles) for one, profiles in held.choices] == [("Bundle.entry.resource", urls)]


def test_rules_of_the_element_are_judged_of_the_resource() -> None:
    rule = {"key": "a-1", "severity": "error", "human": "Active.", "expression": "active"}
    assert len(_held("Patient", {"code": "Resource"}, constraint=[rule]).rules) == 1
