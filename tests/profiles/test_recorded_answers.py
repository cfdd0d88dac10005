"""Recorded answers of a terminology server are a source like any other."""

from __future__ import annotations

import json

from profiles.context import Context
from profiles.membership import Coded, Question, TerminologySource, Verdict
from profiles.packages import Json
from profiles.recorded_answers import RecordedAnswers, read_cache
from profiles.terminology import Terminology
from tests.profiles.archives import value_set
from tests.shared import shared_data

LARGE = "http://example.dk/large"
WRONG_DISPLAY = {"coding": [{"code": "invalid-display"}], "text": "Another display"}


def block(code: Json, answer: Json, **more: str) -> str:
    """One request and its answer."""
    return f"{'-' * 40}\n{json.dumps({'code': code, **more})}####\nv: {json.dumps(answer)}\n"


TEXT = (
    block({"system": LARGE, "code": "a", "display": "Ay"}, {"code": "a"})
    + block({"system": LARGE, "code": "b"}, {"severity": "error", "error": "Not there"}, url="http://v", version="1")
    + block({"coding": [{"system": LARGE, "code": "c"}]}, {"severity": "error", "class": "CODESYSTEM_UNSUPPORTED"})
    + block(
        {"system": LARGE, "code": "d", "display": "Dee"},
        {"severity": "error", "issues": {"issue": [{"severity": "error", "details": WRONG_DISPLAY}]}},
    )
    + block({"system": LARGE, "code": "e"}, {"severity": "error", "error": "Not there"}, url="http://parts--0")
    + block({"system": LARGE, "code": "e"}, {"code": "e"}, url="http://parts--1")
    + f"{'-' * 40}\nno json####\nv: nothing\n"
)


def ask(code: str, display: str = "", value_set_url: str = "") -> Verdict | None:
    source: TerminologySource = RecordedAnswers(read_cache(TEXT))
    answer = source.answer(Question((Coded(LARGE, code, display),), value_set_url))
    return answer.verdict if answer else None


def test_answers() -> None:
    assert ask("a", "Ay") is Verdict.YES
    assert ask("b", value_set_url="http://v|1") is Verdict.NO
    assert ask("c") is Verdict.UNKNOWN
    assert ask("e", value_set_url="http://parts|2.0") is Verdict.YES
    assert ask("b") is None
    assert ask("z") is None


def test_a_wrong_display_is_a_remark_on_a_right_code() -> None:
    source = RecordedAnswers(read_cache(TEXT))
    exact = source.answer(Question((Coded(LARGE, "d", "Dee"),)))
    other = source.answer(Question((Coded(LARGE, "d", "Another display"),)))
    assert exact is not None
    assert other is not None
    assert exact.verdict is other.verdict is Verdict.YES
    assert [remark.kind for remark in exact.remarks] == ["invalid-display"]
    assert other.remarks == ()


def test_they_are_asked_where_packages_do_not_know() -> None:
    context = Context.of(()).adding([value_set("v", {"system": LARGE}) | {"url": "http://v"}])
    found = Terminology(context, [RecordedAnswers(read_cache(TEXT))])
    assert found.of_its_system(Coded(LARGE, "a")).verdict is Verdict.YES
    assert found.member(Coded(LARGE, "b"), "http://v").verdict is Verdict.NO
    assert found.member(Coded(LARGE, "z"), "http://v").verdict is Verdict.UNKNOWN


def test_the_recorded_answers_of_the_public_suite() -> None:
    source = RecordedAnswers.of_folder(shared_data("fhir-validator-suite/txcache-r4"))
    snomed = "http://snomed.info/sct"
    right = source.answer(Question((Coded(snomed, "91935009", "Allergy to peanuts"),)))
    assert right is not None
    assert right.verdict is Verdict.YES
