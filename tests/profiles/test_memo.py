"""What is remembered stays bounded."""

from __future__ import annotations

from itertools import combinations

from profiles.memo import Memo
from profiles.validator import MOST_COMPILED, MOST_ROOTS, MOST_WANTED, Validator
from tests.profiles.samples import BASE, core, element, patient, profile, validator


def test_a_memo_forgets_everything_when_it_is_full() -> None:
    memo: Memo[str, int] = Memo(2)
    memo["a"], memo["b"] = 1, 2
    memo["b"] = 3
    assert memo == {"a": 1, "b": 3}
    memo["c"] = 4
    assert memo == {"c": 4}


def test_profiles_nobody_knows_are_not_remembered_for_ever() -> None:
    judge = Validator(core())
    for number in range(MOST_ROOTS // 50):
        claimed = [f"http://a.example/{number}/{one}" for one in range(100)]
        issues = judge.validate(patient(meta={"profile": claimed}))
        assert len([issue for issue in issues if issue.code == "profile-unknown"]) == 100
    assert len(judge._roots) <= MOST_ROOTS
    assert MOST_COMPILED > MOST_ROOTS


def test_sets_of_profiles_are_not_remembered_for_ever() -> None:
    names = [f"p{number}" for number in range(22)]
    judge = validator(*(profile(name, "Patient", element("Patient.active", min=1)) for name in names))
    pairs = list(combinations(names, 2))
    assert len(pairs) > MOST_WANTED
    for pair in pairs:
        claimed = [f"{BASE}{name}" for name in pair]
        codes = {issue.code for issue in judge.validate(patient(meta={"profile": claimed}))}
        assert "cardinality-min" in codes
        assert len(judge._wanted) <= MOST_WANTED


def test_a_canonical_too_long_to_be_known_is_not_remembered() -> None:
    judge = Validator(core())
    assert judge.root("http://a.example/" + "x" * 5000) is None
    assert len(judge._roots) == 0
