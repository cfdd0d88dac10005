"""A glance at a primitive value never passes what its check finds fault with."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from profiles.faults import Fault
from profiles.glances import format_glance, of_one, remembering
from profiles.plans import Glance
from profiles.primitives import PRIMITIVES
from profiles.scope import open_scope
from profiles.value_formats import format_check

ODD: tuple[Any, ...] = (
    "", " ", " a", "a ", "a  b", "a\nb", "a\u00a0b", "a\u202eb", "<b>", "\u0000", "a" * 65, "a" * 1001, "x:y",
    "urn:uuid:1", "urn:oid:1.2", "urn:oid:1.2.3", "oid:1.2.3.4", "uuid:1",
    "0000-01-01", "1700-01-01", "2106-01-01", "2020-02-30", "2021-02-29", "2020-02-28", "2020",
    "2020-01-01T00:00:60Z", "2020-01-01T10:00:00+14:30", "2020-01-01T10:00:00Z", None, True, 0, 1.5, [], {}, ["a"],
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=12),
    st.from_regex(
        re.compile(r"[0-9]{4}-[0-3][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|[+-]1[0-4]:[03]0))?")
    ),
)


def _at_a_glance(glance: Glance, value: Any) -> bool:
    test = glance.test.format(it="it", known="known")
    return bool(eval(test, {"it": value, "known": glance.known}))  # noqa: S307


@pytest.mark.parametrize("type_name", sorted(PRIMITIVES))
@given(VALUES)
@example("2020-01-28T23:59:59.123+01:00")
@example("2020-01-28")
@example("http://a.example/b")
def test_what_passes_at_a_glance_is_right(type_name: str, value: Any) -> None:
    found = format_check(type_name)(value, open_scope({}))
    assert found is None or not _at_a_glance(format_glance(type_name), value)


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("string", "Anna Lyngholm"), ("uri", "urn:oid:1.2.208.1"), ("canonical", "http://a.example/x|1"),
        ("id", "a-1.b"), ("date", "2026-10-28"), ("dateTime", "2026-10-01T08:00:00+02:00"), ("boolean", False),
        ("instant", "2026-10-01T08:00:00.123Z"), ("code", "a-b"),
    ],
)  # fmt: skip
def test_usual_values_pass_at_a_glance(type_name: str, value: Any) -> None:
    glance = format_glance(type_name)
    assert _at_a_glance(glance, value)
    assert _at_a_glance(of_one(glance), [value])
    assert not _at_a_glance(of_one(glance), [value, value])
    assert not _at_a_glance(of_one(glance), [])


def test_right_texts_are_remembered_and_wrong_ones_are_not() -> None:
    asked: list[Any] = []

    def only_a(value: Any, _: Any) -> list[Fault] | None:
        asked.append(value)
        return None if value == "a" or value == 1 else [Fault("x", "")]

    check, glance = remembering(only_a)
    values: tuple[Any, ...] = ("a", "b", 1, "a" * 300)
    for value in values:
        check(value, open_scope({}))
    assert [_at_a_glance(glance, value) for value in values] == [True, False, False, False]
    many, known = remembering(lambda *_: None)
    for at in range(1000):
        many(str(at), open_scope({}))
    assert len(known.known) == 500
