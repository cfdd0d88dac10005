"""What a terminology server says beside its answer, as findings at the coded element.

Membership itself is left to the binding: only it knows how much that weighs.
"""

from __future__ import annotations

import re

from profiles.faults import Fault, placed
from profiles.issue import Severity
from profiles.json_shapes import unnumbered
from profiles.membership import Membership, Remark, Verdict

_STEP = re.compile(r"\[(\d+)\]|([A-Za-z]+)")
_NOT_TOLD = ("not-in-vs", "cannot-infer", "this-code-not-in-vs")
_CODES = {
    "invalid-code": ("coding-unknown", "code-invalid"),
    "invalid-display": ("coding-display", "invalid"),
    "not-found": ("coding-undecided", "not-found"),
    "invalid-data": ("coding-system", "invalid"),
    "code-comment": ("coding-comment", "business-rule"),
    "display-comment": ("coding-comment", "invalid"),
    "status-check": ("coding-status", "business-rule"),
    "vs-invalid": ("coding-version", "invalid"),
}
_SEVERITIES = {"information": Severity.INFORMATION, "warning": Severity.WARNING}


def remark_faults(answer: Membership, type_name: str) -> list[Fault]:
    """The remarks of an answer, at places from the element on. type_name: Coding or CodeableConcept."""
    return [_fault(remark, type_name) for remark in answer.remarks if remark.kind not in _NOT_TOLD]


def refuses(answer: Membership, type_name: str) -> bool:
    """Whether a value set does not take the codings as they stand: it has none of them, or one is wrong in itself.

    A single Coding of a system nobody knows is refused where the value set draws from other systems alone.
    """
    if answer.verdict is Verdict.UNKNOWN:
        return type_name == "Coding" and any(remark.kind == "not-in-vs" for remark in answer.remarks)
    return answer.verdict is Verdict.NO or any(remark.severity == "error" for remark in answer.remarks)


def _fault(remark: Remark, type_name: str) -> Fault:
    """What is not found cannot be judged, which is a warning."""
    code, kind = _CODES.get(remark.kind, ("coding-remark", "invalid"))
    severity = _SEVERITIES.get(remark.severity, Severity.ERROR)
    if remark.kind == "not-found" and severity is Severity.ERROR:
        severity = Severity.WARNING
    return placed(
        Fault(code, unnumbered(remark.text), remark.issue or kind, severity), *_path(remark.expression, type_name)
    )


def _path(expression: str, type_name: str) -> list[str | int]:
    """From the element on: a Coding is the first of a CodeableConcept, whichever of the two was asked about."""
    steps: list[str | int] = [int(index) if index else name for index, name in _STEP.findall(expression)]
    head, rest = steps[:1], steps[1:]
    if type_name == "Coding" and rest[:1] == ["coding"]:
        return rest[2:]
    return ["coding", 0, *rest] if type_name == "CodeableConcept" and head == ["Coding"] else rest
