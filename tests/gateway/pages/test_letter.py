"""A message's bytes as lines."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pages.letter import LONGEST_SHOWN, decoded, laid, letter
from profiles.issue import error

PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("rødgrød".encode(), "rødgrød", "utf-8"),
        (b"\xef\xbb\xbfr\xc3\xb8d", "rød", "utf-8-sig"),
        (b"r\xf8d", "rød", "windows-1252"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>r\xf8d</a>', None, "iso-8859-1"),
        (b'<?xml version="1.0" encoding="rot13"?><a>x</a>', None, "utf-8"),
        (b"MSH|^~\\&|||||||A|1|P|2.4||||||8859/1\rPID|r\xf8d", None, "iso-8859-1"),
    ],
)
def test_bytes_are_read_as_declared(raw: bytes, text: str | None, encoding: str) -> None:
    found, used = decoded(raw)
    assert used == encoding
    assert text is None or found == text


@given(PIECES)
def test_laying_json_out_changes_white_space_only(value: object) -> None:
    assert json.loads(laid(json.dumps(value, ensure_ascii=False))) == value


@given(st.binary(max_size=400))
def test_any_bytes_become_lines(raw: bytes) -> None:
    shown = letter(raw, (error("x", "PID-3", "x"), replace(error("y", "", "y"), line=1)), masked=True)
    assert [row.number for row in shown.rows] == list(range(1, len(shown.rows) + 1))


@given(st.text('{}[]",: \\ab', max_size=200))
def test_what_is_no_json_is_laid_out_without_harm(text: str) -> None:
    squeezed = "".join(laid("{" + text).split())
    assert squeezed == "".join(("{" + text).split()).replace("\\\n", "")


def test_an_issue_marks_its_line_or_its_segment() -> None:
    by_line = letter(b"a\nb\nc\nd\ne", (replace(error("here", "", "x"), line=3),), masked=False)
    assert [row.number for row in by_line.rows if row.issues == ("here",)] == [3]
    by_segment = letter(b"MSH|1\rPID|2\rPV1|3", (error("pid", "PID-3", "x"), error("msh", "MSH", "x")), masked=False)
    assert [row.issues for row in by_segment.rows] == [("msh",), ("pid",), ()]


def test_a_path_in_a_resource_marks_no_segment() -> None:
    assert letter(b"MSH|1\rPID|2", (error("x", "Bundle.entry", "x"),), masked=False).rows[0].issues == ()


def test_control_characters_are_made_visible() -> None:
    assert letter(b"a\x00b\x1c", (), masked=False).rows[0].text == "a\u2400b\u241c"


def test_a_very_long_message_is_shown_in_part() -> None:
    shown = letter(b"x" * (LONGEST_SHOWN + 1), (), masked=False)
    assert shown.cut
    assert sum(len(row.text) for row in shown.rows) == LONGEST_SHOWN


def test_a_place_in_a_resource_marks_its_line() -> None:
    raw = b'{"resourceType":"Bundle","entry":[{"fullUrl":"a"},{"resource":{"id":"x"}}]}'
    shown = letter(raw, (error("id", "Bundle.entry[1].resource.id", "x"),), masked=False)
    assert [row.text.strip() for row in shown.rows if row.issues] == ['"id": "x"']


def test_xml_on_one_line_is_indented() -> None:
    assert laid('<?xml version="1.0"?><a><b>x</b><c/><d><e>y</e></d></a>').split("\n") == [
        '<?xml version="1.0"?>',
        "<a>",
        "  <b>x</b>",
        "  <c/>",
        "  <d>",
        "    <e>y</e>",
        "  </d>",
        "</a>",
    ]


def test_every_issue_knows_its_line() -> None:
    issues = (error("pid", "PID-3", "x"), error("none", "", "x"), replace(error("far", "", "x"), line=9))
    assert letter(b"MSH|1\rPID|2", issues, masked=False).places == (2, None, None)
