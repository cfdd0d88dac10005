"""Faults as they are told."""

from __future__ import annotations

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.told_faults import MOST_ISSUES, told


def _note(code: str, step: str) -> Fault:
    return Fault(code, "The definition is old.", severity=Severity.INFORMATION, step=step)


def test_each_is_told_once_in_order() -> None:
    found = told("Patient", [Fault("b", "B"), Fault("a", "A"), Fault("b", "B"), Fault("b", "B", step="name")])
    assert [(one.code, one.where) for one in found] == [("b", "Patient"), ("a", "Patient"), ("b", "Patient.name")]


def test_a_note_on_a_definition_is_told_of_the_first_place() -> None:
    assert [one.where for one in told("Patient", [_note("extension-status", "a"), _note("extension-status", "b")])] == [
        "Patient.a"
    ]
    assert len(told("Patient", [_note("other", "a"), _note("other", "b")])) == 2


def test_of_very_many_the_worst_are_told() -> None:
    notes = [Fault("note", str(at), severity=Severity.INFORMATION) for at in range(MOST_ISSUES)]
    found = told("Patient", [*notes, Fault("bad", "Bad"), Fault("worse", "Worse")])
    assert [one.code for one in found[-3:]] == ["bad", "worse", "structure-more"]
    assert (len(found), found[-1].severity, found[-1].text) == (
        MOST_ISSUES + 1,
        Severity.INFORMATION,
        "2 more findings are left out.",
    )
