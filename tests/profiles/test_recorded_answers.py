"""Recorded answers of a terminology server are a source like any other."""

from __future__ import annotations

import json
from typing import Any

from profiles.context import Context
from profiles.membership import Coded, Question, TerminologySource, Verdict, composed
from profiles.packages import Json
from profiles.recorded_answers import RecordedAnswers, read_cache
from profiles.terminology import Terminology
from tests.profiles.archives import value_set
from tests.shared import shared_data

LARGE = "http://example.dk/large"
WRONG_DISPLAY = {"coding": [{"code": "invalid-display"}], "text": "Another display"}


def block(code: Json, answer: Json, **more: Any) -> str:
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
    + block({"system": LARGE, "code": "f"}, {"code": "f"}, url="http://v", version="2")
    + block({"system": LARGE, "code": "f"}, {"severity": "error", "error": "Not there"}, url="http://v", version="1")
    + block({"system": LARGE, "code": "g", "display": "Gee"}, {"code": "g"}, langs="en-US")
    + block(
        {"system": LARGE, "code": "g", "display": "Gee"},
        {"severity": "error", "issues": {"issue": [{"severity": "error", "details": WRONG_DISPLAY}]}},
        langs="de-CH",
    )
    + block({"system": LARGE, "code": "h"}, {"code": "h"}, valueSet={"compose": {"include": [{"system": LARGE}]}})
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
    assert ask("b", value_set_url="http://w") is None
    assert ask("z", value_set_url="http://v") is None


def test_a_wrong_display_is_a_remark_on_a_right_code() -> None:
    source = RecordedAnswers(read_cache(TEXT))
    exact = source.answer(Question((Coded(LARGE, "d", "Dee"),)))
    other = source.answer(Question((Coded(LARGE, "d", "Another display"),)))
    assert exact is not None
    assert other is not None
    assert exact.verdict is other.verdict is Verdict.YES
    assert [remark.kind for remark in exact.remarks] == ["invalid-display"]
    assert other.remarks == ()


def test_what_is_known_of_a_system_holds_for_its_other_codes() -> None:
    nobody = block({"system": "http://nobody", "code": "a"}, {"severity": "error", "class": "CODESYSTEM_UNSUPPORTED"})
    source = RecordedAnswers(read_cache(nobody))
    other = source.answer(Question((Coded("http://nobody", "b"),)))
    assert other is not None
    assert (other.verdict, [one.kind for one in other.remarks]) == (Verdict.UNKNOWN, ["not-found"])
    assert source.answer(Question((Coded(LARGE, "b"),))) is None


def test_each_version_of_a_value_set_has_its_own_answers() -> None:
    assert ask("f", value_set_url="http://v|1") is Verdict.NO
    assert ask("f", value_set_url="http://v|2") is Verdict.YES
    assert ask("f", value_set_url="http://v|3") is None
    assert ask("f", value_set_url="http://v") is Verdict.YES


def test_displays_are_answered_for_in_their_language() -> None:
    source = RecordedAnswers(read_cache(TEXT))
    asked = [Question((Coded(LARGE, "g", "Gee"),), language=language) for language in ("", "en-US", "de-CH", "da")]
    answers = [source.answer(one) for one in asked]
    assert [answer and answer.verdict for answer in answers] == [Verdict.YES] * 4
    assert [len(answer.remarks) if answer else -1 for answer in answers] == [0, 0, 1, 0]


def test_a_value_set_sent_along_is_known_by_its_composition() -> None:
    source = RecordedAnswers(read_cache(TEXT))
    compose = composed({"compose": {"include": [{"system": LARGE}]}})
    known = source.answer(Question((Coded(LARGE, "h"),), "http://any|1", compose=compose))
    assert known is not None
    assert source.answer(Question((Coded(LARGE, "h"),), "http://any|1")) is None
    assert source.answer(Question((Coded(LARGE, "h"),), "http://any|1", compose="{}")) is None


def test_answers_for_other_editions_are_left_out() -> None:
    edition = f"{LARGE}|{LARGE}/ca"
    pinned = {"parameter": [{"name": "system-version", "valueUri": edition}]}
    recorded = list(read_cache(block({"system": LARGE, "code": "a"}, {"code": "a"}, profile=pinned)))
    question = Question((Coded(LARGE, "a"),))
    assert RecordedAnswers(recorded).answer(question) is None
    assert RecordedAnswers(recorded, [edition]).answer(question) is not None


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
