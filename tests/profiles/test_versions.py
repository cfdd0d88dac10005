"""Versions: their order and patterns."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.versions import best, major, matches, order


def test_order() -> None:
    ascending = [
        "2018-08-12",
        "0.9.0",
        "1.0.0-alpha",
        "1.0.0-alpha.2",
        "1.0.0-alpha.10",
        "1.0.0-beta",
        "1.0.0",
        "1.10.0",
    ]
    assert all(order(one) < order(next_one) for one, next_one in pairwise(ascending))


@pytest.mark.parametrize(
    ("version", "pattern", "right"),
    [
        ("4.0.1", "4.0.1", True),
        ("4.0.1", "4.0", True),
        ("4.0.1", "4.0.x", True),
        ("4.0.1", "4", True),
        ("4.0.1", "latest", True),
        ("4.0.10", "4.0.1", False),
        ("40.1.0", "4.x", False),
        ("2018-08-12", "2018", False),
    ],
)
def test_patterns(version: str, pattern: str, right: bool) -> None:
    assert matches(version, pattern) is right


def test_best_prefers_releases_and_takes_a_pre_release_where_there_is_nothing_else() -> None:
    assert best(["1.0.0", "1.1.0-ballot"], "latest") == "1.0.0"
    assert best(["1.1.0-ballot", "1.1.0-alpha"], "1.1.x") == "1.1.0-ballot"
    assert best(["1.0.0"], "2.x") is None
    assert major("7.0.1") == "7"


@given(st.lists(st.text(max_size=12)), st.text(max_size=12))
def test_any_text_is_a_version(versions: list[str], pattern: str) -> None:
    assert best(versions, pattern) in (*versions, None)
    assert [order(version)[-1] for version in versions] == versions
