"""The workbench: a message is pasted, judged by a guide, and shown with its findings. Nothing is kept or logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from starlette.responses import Response

from gateway.check_reports import as_sarif
from gateway.checking import Checked, Checker
from gateway.errors import BadRequestError
from gateway.pages.bench import bench
from gateway.pages.examples import EXAMPLES, example
from gateway.pages.letter import encoded, laid
from gateway.pages.visit import Shown, Visit
from gateway.rule_links import is_public
from mappings.fhir_outcome import validation_outcome
from profiles.issue import Issue
from profiles.review import Reviewed

LONGEST = 6_000_000
"""The largest form: a message of two million characters, as forms write them."""
LONGEST_TEXT = 2_000_000
AS_INTAKE, AS_CLAIMED, AS_BASE = "", "claimed", "base"
_FEW_LINES = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked, by which guide, and a profile to follow ("" for none)."""

    text: str
    guide: str
    profile: str


def workbench(visit: Visit) -> Shown:
    """The workbench with an example in it, checked."""
    name = visit.query.get("example", next(iter(EXAMPLES)))
    return _shown(visit, Asked(example(name), AS_INTAKE, ""), name)


def checked_message(visit: Visit) -> Shown:
    """The workbench with what was pasted, checked."""
    return _shown(visit, _asked(visit), "")


def outcome_file(visit: Visit) -> Response | Shown:
    """What was found, as an OperationOutcome."""
    return _file(visit, _outcome, "outcome.json", "application/fhir+json")


def sarif_file(visit: Visit) -> Response | Shown:
    """What was found, as SARIF."""
    return _file(visit, lambda checked: as_sarif([checked]), "findings.sarif", "application/sarif+json")


def _asked(visit: Visit) -> Asked:
    text = visit.form.get("text", "").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")[:LONGEST_TEXT]
    return Asked(_in_lines(text), visit.form.get("guide", ""), visit.form.get("profile", "").strip())


def _in_lines(text: str) -> str:
    """A message that came on one line, broken into lines: a finding at line 1 of 1 helps nobody."""
    return laid(text) if text.strip().count("\n") < _FEW_LINES and not text.startswith("MSH") else text


def _shown(visit: Visit, asked: Asked, name: str) -> Shown:
    problem, result = "", None
    if asked.text.strip():
        try:
            checked, judged_by = _check(visit, asked)
            result = bench(asked.text, checked, judged_by)
        except BadRequestError as wrong:
            problem = str(wrong)
    values = {
        "asked": asked,
        "example": name,
        "examples": tuple(EXAMPLES),
        "is_public": is_public,
        "guides": visit.gateway.shelf.labels(),
        "longest": LONGEST_TEXT,
        "problem": problem,
        "result": result,
    }
    return Shown("workbench.html", values)


def _check(visit: Visit, asked: Asked) -> tuple[Checked, str]:
    """What was found, and the package it was judged by ("" for R4 and our own guide). Raises BadRequestError."""
    gateway = visit.gateway
    profiles = (asked.profile,) if asked.profile else ()
    judged_by: list[str] = []

    def judge(resource: dict[str, object]) -> tuple[Issue, ...]:
        label = asked.guide
        if label in (AS_INTAKE, AS_CLAIMED, AS_BASE):
            label = gateway.shelf.claimed(resource) if label == AS_CLAIMED else ""
        judged_by.append(label)
        return gateway.shelf.guide(label).following(profiles).judge(resource)

    as_taken_in = gateway.guides.explain if asked.guide == AS_INTAKE and not profiles else None
    checker = Checker(judge, as_taken_in, gateway.guides.explain, today=gateway.now().date())
    checked = checker.check("message", encoded(asked.text))
    return checked, checked.guide or next(iter(judged_by), "")


def _outcome(checked: Checked) -> bytes:
    outcome = validation_outcome(Reviewed(checked.issues, checked.silenced))
    return orjson.dumps(outcome, option=orjson.OPT_INDENT_2)


def _file(visit: Visit, write: Callable[[Checked], bytes], name: str, media_type: str) -> Response | Shown:
    """What was found as a file; the page where it cannot be judged, which says why."""
    asked = _asked(visit)
    try:
        checked, _ = _check(visit, asked)
    except BadRequestError:
        return _shown(visit, asked, "")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(checked), media_type=media_type, headers=headers)
