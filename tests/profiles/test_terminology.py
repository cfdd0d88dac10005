"""Membership in value sets: yes, no, or unknown with a reason; never silently valid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.context import Context, open_store
from profiles.membership import YES, Coded, Membership, Question, Verdict
from profiles.packages import Json
from profiles.terminology import Terminology
from tests.profiles.archives import code_system, value_set
from tests.shared import shared_data

CS = "http://example.dk/CodeSystem/"
VS = "http://example.dk/ValueSet/"
PARTS = {"resourceType": "CodeSystem", "id": "part", "url": f"{CS}part", "content": "fragment"}
TREE = [{"code": "x", "display": "Ex", "concept": [{"code": "x1"}, {"code": "x2"}]}, {"code": "y"}]


def terminology(*resources: Json, **more: Any) -> Terminology:
    """Terminology of a context of these resources alone."""
    return Terminology(Context.of(()).adding(resources), **more)


SYSTEMS = (
    code_system("letters", "a", "b", "c"),
    code_system("tree", concept=TREE),
    code_system("part", "p", content="fragment"),
    code_system("empty", content="not-present", concept=[]),
)
LETTERS = {"system": f"{CS}letters"}


def ask(system: str, code: str, *includes: Json, **more: Any) -> Verdict:
    """Whether a code is in a value set of the includes."""
    found = terminology(*SYSTEMS, value_set("v", *includes, **more))
    return found.member(Coded(f"{CS}{system}" if system else "", code), f"{VS}v").verdict


@pytest.mark.parametrize(
    ("system", "code", "verdict"),
    [("letters", "a", "yes"), ("letters", "z", "no"), ("tree", "a", "no"), ("", "a", "yes"), ("", "z", "no")],
)
def test_whole_system(system: str, code: str, verdict: str) -> None:
    assert ask(system, code, LETTERS) == verdict


def test_lists_filters_and_several_includes() -> None:
    some = LETTERS | {"concept": [{"code": "a"}]}
    below = {"system": f"{CS}tree", "filter": [{"property": "concept", "op": "descendent-of", "value": "x"}]}
    assert ask("letters", "a", some, below) == "yes"
    assert ask("letters", "b", some, below) == "no"
    assert ask("tree", "x1", some, below) == "yes"
    assert ask("tree", "x", some, below) == "no"
    two = below | {"filter": [*below["filter"], {"property": "code", "op": "=", "value": "x2"}]}
    assert [ask("tree", code, two) for code in ("x1", "x2")] == ["no", "yes"]


def test_a_list_holds_whether_or_not_the_system_is_known() -> None:
    listed = {"system": "http://elsewhere", "concept": [{"code": "a"}]}
    found = terminology(value_set("v", listed))
    assert found.member(Coded("http://elsewhere", "a"), f"{VS}v") == YES
    assert found.member(Coded("http://elsewhere", "b"), f"{VS}v").verdict is Verdict.NO


def test_parts_of_systems_and_unknown_ones_are_not_decided() -> None:
    assert ask("part", "p", {"system": f"{CS}part"}) == "yes"
    assert ask("part", "q", {"system": f"{CS}part"}) == "unknown"
    assert ask("empty", "q", {"system": f"{CS}empty"}) == "unknown"
    assert ask("none", "q", {"system": f"{CS}none"}) == "unknown"
    filtered = {"system": f"{CS}none", "filter": [{"property": "concept", "op": "is-a", "value": "q"}]}
    assert ask("none", "q", filtered) == "unknown"
    assert ask("letters", "a", filtered) == "no"
    assert ask("letters", "a", filtered, LETTERS) == "yes"


def test_an_unknown_value_set_is_not_decided_and_says_so() -> None:
    answer = terminology().member(Coded("", "a"), f"{VS}none")
    assert answer.verdict is Verdict.UNKNOWN
    assert f"{VS}none" in answer.why
    assert terminology().codes_of(f"{VS}none") is None


def test_excludes() -> None:
    compose = {"include": [LETTERS], "exclude": [LETTERS | {"concept": [{"code": "b"}]}]}
    found = terminology(*SYSTEMS, value_set("v") | {"compose": compose})
    assert found.codes_of(f"{VS}v") == frozenset({(f"{CS}letters", "a"), (f"{CS}letters", "c")})
    assert found.member(Coded(f"{CS}letters", "b"), f"{VS}v").verdict is Verdict.NO


def test_imports_are_intersected() -> None:
    first = value_set("first", LETTERS | {"concept": [{"code": "a"}, {"code": "b"}]})
    second = value_set("second", LETTERS | {"concept": [{"code": "b"}, {"code": "c"}]})
    both = value_set("both", {"valueSet": [f"{VS}first", f"{VS}second|9"]})
    found = terminology(*SYSTEMS, first, second, both)
    assert found.codes_of(f"{VS}both") == frozenset({(f"{CS}letters", "b")})
    verdicts = [found.member(Coded("", code), f"{VS}both").verdict for code in "abc"]
    assert verdicts == ["no", "yes", "no"]


def test_value_sets_that_import_each_other_are_not_decided() -> None:
    one, two = value_set("one", {"valueSet": [f"{VS}two"]}), value_set("two", {"valueSet": [f"{VS}one"]})
    found = terminology(one, two)
    assert found.member(Coded("", "a"), f"{VS}one").verdict is Verdict.UNKNOWN
    assert found.codes_of(f"{VS}one") is None


def test_long_chains_of_imports_come_to_an_end() -> None:
    sets = [value_set(f"n{number}", {"valueSet": [f"{VS}n{number + 1}"]}) for number in range(800)]
    found = terminology(*sets)
    assert found.member(Coded("", "a"), f"{VS}n0").verdict is Verdict.UNKNOWN
    assert found.codes_of(f"{VS}n0") is None


def test_expansions_that_are_there_are_used() -> None:
    contains = [{"system": "s", "code": "a", "contains": [{"system": "s", "code": "b"}]}]
    whole = value_set("v") | {"compose": {}, "expansion": {"contains": contains}}
    assert terminology(whole).codes_of(f"{VS}v") == frozenset({("s", "a"), ("s", "b")})
    assert terminology(whole).member(Coded("s", "z"), f"{VS}v").verdict is Verdict.NO
    cut = whole | {"expansion": {"contains": contains, "total": 900}}
    assert terminology(cut).codes_of(f"{VS}v") is None
    assert terminology(cut).member(Coded("s", "b"), f"{VS}v") == YES
    assert terminology(cut).member(Coded("s", "z"), f"{VS}v").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("value_set_name", "code", "verdict"),
    [
        ("mimetypes", "application/pdf", "yes"),
        ("mimetypes", "pdf", "no"),
        ("all-languages", "da-DK", "yes"),
        ("all-languages", "dansk", "no"),
        ("ucum-units", "mg/dL", "yes"),
        ("ucum-units", "parsecs per fortnight", "no"),
        ("currencies", "DKK", "yes"),
        ("currencies", "kr.", "no"),
        ("administrative-gender", "female", "yes"),
        ("administrative-gender", "kvinde", "no"),
        ("body-site", "123037004", "unknown"),
    ],
)
def test_value_sets_of_base_r4(value_set_name: str, code: str, verdict: str, base: Terminology) -> None:
    assert base.member(Coded("", code), f"http://hl7.org/fhir/ValueSet/{value_set_name}").verdict == verdict


@pytest.fixture(scope="module")
def base() -> Terminology:
    return Terminology(Context.load(open_store(), "hl7.fhir.r4.core"))


def test_displays() -> None:
    danish = {"code": "x", "designation": [{"language": "da-DK", "value": "Kryds"}]}
    supplement = code_system("danish", content="supplement", supplements=f"{CS}tree|1", concept=[danish])
    own = value_set("v", {"system": f"{CS}tree", "concept": [{"code": "x", "display": "Our own"}]})
    found = terminology(*SYSTEMS, supplement, own)
    assert found.displays(f"{CS}tree", "x", "da") == ("Ex", "Kryds")
    right = [found.right_display(Coded(f"{CS}tree", "x", text), f"{VS}v").verdict for text in ("eX", "our  own", "Why")]
    assert right == ["yes", "yes", "no"]
    assert found.right_display(Coded("http://none", "x", "Ex")).verdict is Verdict.UNKNOWN


def test_a_code_of_its_own_system() -> None:
    found = terminology(*SYSTEMS, code_system("dated", "a", version="2.0.0"), value_set("v", LETTERS))
    asked = [("letters", "a", ""), ("letters", "z", ""), ("dated", "a", "2.0.0"), ("dated", "a", "1.0.0")]
    answers = [
        found.of_its_system(Coded(f"{CS}{system}", code, "", version)).verdict for system, code, version in asked
    ]
    assert answers == ["yes", "no", "yes", "unknown"]
    value_set_as_system = found.of_its_system(Coded(f"{VS}v", "a"))
    assert (value_set_as_system.verdict, "value set" in value_set_as_system.why) == (Verdict.NO, True)


@pytest.mark.parametrize("number", ["0101901234", "010190-1234", "010190 1234"])
def test_answers_do_not_repeat_a_cpr_number(number: str) -> None:
    found = terminology(*SYSTEMS, value_set("v", LETTERS))
    answers = [
        found.of_its_system(Coded(number, "a")),
        found.of_its_system(Coded(f"{CS}letters", number)),
        found.of_its_system(Coded("urn:ietf:bcp:47", number)),
        found.member(Coded("", number), f"{VS}v"),
        found.member(Coded("", "a"), number),
    ]
    assert [answer.why for answer in answers if number in answer.why or not answer.why] == []


def test_many_threads_get_the_same_answers() -> None:
    context = Context.load(open_store(), "hl7.fhir.r4.core")
    found = Terminology(context)
    urls = [one.resource["url"] for one in context.of_type("ValueSet")][:300]

    def listed(url: str) -> int:
        return len(found.codes_of(url) or ())

    with ThreadPoolExecutor(4) as pool:
        several = list(pool.map(listed, [*urls, *reversed(urls)]))
    assert several[:300] == several[300:][::-1] == [listed(url) for url in urls]


class Oracle:
    """A source that knows one code."""

    def answer(self, question: Question) -> Membership | None:
        return YES if question.codings[0].code == "known" else None


def test_sources_are_asked_about_what_is_not_known_here() -> None:
    found = terminology(*SYSTEMS, value_set("v", {"system": "http://large"}, LETTERS), sources=[Oracle()])
    assert found.member(Coded("http://large", "known"), f"{VS}v") == YES
    assert found.member(Coded("http://large", "other"), f"{VS}v").verdict is Verdict.UNKNOWN
    assert found.of_its_system(Coded(f"{CS}letters", "known")).verdict is Verdict.NO
    many = (Coded("http://large", "known"), Coded(f"{CS}tree", "y"))
    assert found.any_member(many, f"{VS}v") == YES
    assert found.any_member((*many[1:], Coded(f"{CS}letters", "a")), f"{VS}v") == YES


CODES = st.sets(st.sampled_from("abc"))


@given(included=CODES, excluded=CODES, imported=CODES)
def test_listing_and_asking_agree(included: set[str], excluded: set[str], imported: set[str]) -> None:
    def some(codes: set[str]) -> Json:
        return LETTERS | {"concept": [{"code": code} for code in sorted(codes)]}

    other = value_set("other", some(imported))
    compose = {"include": [some(included), {"valueSet": [f"{VS}other"]}], "exclude": [some(excluded)]}
    found = terminology(*SYSTEMS, other, value_set("v") | {"compose": compose})
    asked = {code for code in "abc" if found.member(Coded("", code), f"{VS}v").verdict is Verdict.YES}
    assert asked == (included | imported) - excluded
    assert found.codes_of(f"{VS}v") == frozenset((f"{CS}letters", code) for code in asked)


def test_value_sets_of_medcom_can_be_listed() -> None:
    store = open_store([shared_data("packages")])
    context = Context.load(store, "medcom.fhir.dk.carecommunication", "5.0.2")
    found = Terminology(context)
    package = next(one for one in context.packages if one.name == "medcom.fhir.dk.terminology")
    urls = [entry.url for entry in package.entries if entry.resource_type == "ValueSet"]
    assert len(urls) > 20
    not_listed = [url for url in urls if found.codes_of(url) is None]
    assert [url.rpartition("/")[2] for url in not_listed] == ["npu-observation-codes-valueset"]  # NPU is larger
    categories = "http://medcomfhir.dk/ig/terminology/ValueSet/medcom-careCommunication-categories|1.9.0"
    system = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-careCommunication-categoryCodes"
    assert found.member(Coded(system, "extended-care-responsibility"), categories) == YES
    assert found.member(Coded(system, "weather"), categories).verdict is Verdict.NO
