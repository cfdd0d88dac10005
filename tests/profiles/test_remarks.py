"""What a server says beside its answer is told at the place it means, and weighs what it weighs there."""

from __future__ import annotations

import pytest

from profiles.issue import Severity
from profiles.membership import Membership, Remark, Verdict
from profiles.remarks import refuses, remark_faults


def remark(kind: str, expression: str = "", severity: str = "error") -> Membership:
    """An answer with one remark."""
    return Membership(Verdict.YES, "", (Remark(severity, kind, "", "Said so.", expression),))


@pytest.mark.parametrize(
    ("expression", "type_name", "where"),
    [
        ("CodeableConcept.coding[1].display", "CodeableConcept", "X.coding[1].display"),
        ("Coding.display", "CodeableConcept", "X.coding[0].display"),
        ("CodeableConcept.coding[0].display", "Coding", "X.display"),
        ("Coding.system", "Coding", "X.system"),
        ("Coding", "Coding", "X"),
        ("", "CodeableConcept", "X"),
        ("CodeableConcept", "CodeableConcept", "X"),
    ],
)
def test_places(expression: str, type_name: str, where: str) -> None:
    (fault,) = remark_faults(remark("invalid-display", expression), type_name)
    assert fault.issue("X").where == where


def test_weight() -> None:
    assert remark_faults(remark("not-in-vs"), "Coding") == []
    assert [one.severity for one in remark_faults(remark("not-found"), "Coding")] == [Severity.WARNING]
    assert [one.severity for one in remark_faults(remark("invalid-code"), "Coding")] == [Severity.ERROR]
    notes = remark_faults(remark("status-check", severity="information"), "Coding")
    assert [(one.code, one.severity) for one in notes] == [("coding-status", Severity.INFORMATION)]


def test_a_code_that_is_wrong_in_itself_is_refused() -> None:
    assert refuses(remark("invalid-display"), "Coding")
    assert refuses(Membership(Verdict.NO), "CodeableConcept")
    assert not refuses(Membership(Verdict.UNKNOWN), "Coding")
    assert not refuses(remark("code-comment", severity="warning"), "Coding")


def test_a_system_nobody_knows_is_not_in_a_value_set_of_others() -> None:
    answer = Membership(Verdict.UNKNOWN, "", remark("not-in-vs").remarks)
    assert [refuses(answer, name) for name in ("Coding", "CodeableConcept")] == [True, False]
