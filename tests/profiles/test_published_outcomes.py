"""The resources of HospitalNotification 3.0.2 against the outcomes its package has from the HL7 Java validator.

Every error and warning is held against those recorded, place by place; `EXPLAINED` says why each that differs does.
"""

from __future__ import annotations

import re
import tarfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from profiles.context import Context, open_store
from profiles.core import NAME as CORE
from profiles.issue import Issue, Severity
from profiles.terminology import Terminology
from profiles.validator import Options, Validator
from tests.shared import shared_data

GUIDE = "medcom.fhir.dk.hospitalnotification"
JUDGED = ("fatal", "error", "warning")
Finding = tuple[str, str, str]
"""Severity, place, text."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Recorded findings that ours have not: a part of their texts, how many there are, and why that is right."""

    part: str
    count: int
    why: str


EXPLAINED = (
    Explained(
        "No definition could be found for URL value",
        124,
        "It asks that every Identifier.system can be looked up. R4 does not, SOR, GLN and hospitals' own numbers are "
        "in no package, and a warning on every identifier of every message helps nobody.",
    ),
    Explained(
        "There are multiple different potential matches for the url",
        37,
        "The guide names core 2.0.0 and terminology 1.1.1, and through messaging core 2.3.0 and terminology 1.4.0. "
        "The nearest version defines a url, so here is one match.",
    ),
    Explained(
        "the most recent appropriate version is",
        4,
        "Whether a package a guide depends on is the latest is asked of a registry; nothing is fetched while judging.",
    ),
    Explained(
        "'apply-juristiction'",
        4,
        "The value set of guide parameters is in hl7.fhir.uv.tools, which no guide depends on and its publisher "
        "adds; that package is not at hand.",
    ),
    Explained(
        "The left side is inherently a collection",
        2,
        "Advice on the style of a FHIRPath expression. What it fears, more than one item, is told where it happens: at "
        "the message.",
    ),
    Explained(
        "is experimental, but this structure is not labeled as experimental",
        1,
        "The value set is marked experimental in no version of the terminology package at hand.",
    ),
)


@pytest.fixture(scope="module")
def differences() -> tuple[list[Finding], list[Finding], int]:
    """What only ours have, what only the recorded outcomes have, and the number of findings compared."""
    files = _package()
    validator = _validator()
    resources = {f"{one['resourceType']}-{one['id']}": one for one in files.values() if "id" in one}
    ours: Counter[tuple[str, str, str]] = Counter()
    theirs: Counter[tuple[str, str, str]] = Counter()
    texts: dict[tuple[str, str, str], list[str]] = {}
    outcomes = files["package/other/validation-oo.json"]["entry"]
    assert len(outcomes) == 103
    for entry in outcomes:
        name = entry["resource"]["id"]
        for issue in validator.validate(resources[name]):
            _count(ours, texts, name, _said(issue))
        for recorded in entry["resource"].get("issue", ()):
            _count(theirs, texts, name, _recorded(recorded))
    return _only(ours - theirs, texts), _only(theirs - ours, texts), sum(theirs.values())


def _package() -> dict[str, Any]:
    archive = shared_data(f"packages/{GUIDE}-3.0.2.tgz")
    with tarfile.open(archive) as opened:
        members = [one for one in opened.getmembers() if one.name.endswith(".json")]
        found = {one.name: opened.extractfile(one) for one in members}
        return {name: orjson.loads(file.read()) for name, file in found.items() if file is not None}


def _validator() -> Validator:
    """As the guide was published: its context, what its publisher adds, and the publisher's own extensions let pass."""
    store = open_store((shared_data("packages"),))
    guide = Context.load(store, GUIDE, "3.0.2").packages
    more = [store.find(name).package for name in ("hl7.fhir.uv.extensions.r4", "hl7.terminology.r4", CORE)]
    context = Context.of(dict.fromkeys([*guide[:-1], *(one for one in more if one is not None)]))
    tools = Options(unknown_profile=Severity.WARNING, tolerated=("http://hl7.org/fhir/tools/",))
    return Validator(context, Terminology(context), tools)


def _said(issue: Issue) -> Finding:
    return issue.severity.value, issue.where, issue.text


def _recorded(issue: dict[str, Any]) -> Finding:
    """Places are written with comments, and with the resource before them."""
    place = issue.get("expression", [""])[0].partition(": ")[2]
    return issue["severity"], re.sub(r"/\*[^*]*\*/", "", place), issue["details"]["text"]


def _count(
    counted: Counter[tuple[str, str, str]], texts: dict[tuple[str, str, str], list[str]], name: str, found: Finding
) -> None:
    severity, place, text = found
    if severity in JUDGED:
        counted[(name, severity, place)] += 1
        texts.setdefault((name, severity, place), []).append(text)


def _only(counted: Counter[tuple[str, str, str]], texts: dict[tuple[str, str, str], list[str]]) -> list[Finding]:
    """Of those at one place, the last told stand for what is left."""
    return [(f"{key[0]} {key[1]}", key[2], text) for key, count in counted.items() for text in texts[key][-count:]]


def test_nothing_is_found_that_the_java_validator_did_not(
    differences: tuple[list[Finding], list[Finding], int],
) -> None:
    ours, _, compared = differences
    assert compared > 200
    assert ours == []


def test_errors_are_those_of_the_java_validator(differences: tuple[list[Finding], list[Finding], int]) -> None:
    """But for the codes of a value set in a package that is not at hand."""
    missing = [text for severity, _, text in differences[1] if severity.endswith("error")]
    assert len(missing) == 4
    assert all("apply-juristiction" in text for text in missing)


def test_every_difference_is_explained(differences: tuple[list[Finding], list[Finding], int]) -> None:
    explained: Counter[str] = Counter()
    for _, place, text in differences[1]:
        reasons = [one.part for one in EXPLAINED if one.part in text]
        assert len(reasons) == 1, (place, text)
        explained[reasons[0]] += 1
    assert explained == {one.part: one.count for one in EXPLAINED}
