"""The quick look at XHTML says only of what is right that it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.narrative import check_narrative
from profiles.plain_xhtml import looks_plain
from profiles.xhtml import NAMESPACE, read_xhtml
from profiles.xhtml_rules import illegal_names, remarks

ROOT = f'<div xmlns="{NAMESPACE}">'
PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<br/>",
            "<div>",
            "</div>",
            "<ul>",
            "</ul>",
            "<li>",
            "</li>",
            "<a>",
            "</a>",
            "x",
        ),
        *(
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<tbody>",
            "</tbody>",
            "<span>",
            "</span>",
            " ",
            "&amp;",
        ),
        *(
            '<a name="x">',
            '<a href="http://a.example/b">',
            '<a href="javascript:x">',
            '<p class="y">',
            "<p on=''>",
            "\n",
        ),
        *(
            "<script>",
            "</script>",
            "<dl>",
            "</dl>",
            "<dd>",
            "</dd>",
            "<img/>",
            '<p id="x">',
            "<!-- c -->",
            "&nbsp;",
            ">",
        ),
        *(
            '<div xml:lang="da">',
            "<hr/>",
            "<h1>",
            "</h1>",
            "<caption>",
            "</caption>",
            "<col/>",
            "]]>",
            "<?a b?>",
            "\x02",
        ),
        *(
            "</>",
            "/>",
            "<p",
            '<p class="a" class="b">',
            '<p class="a"id="b">',
            "&#1;",
            "<B>",
            '<a href="&amp;b" id="c">',
        ),
    ]
)


def _narrative(inner: str) -> str:
    return f"{ROOT}{inner}</div>"


@pytest.mark.parametrize(
    "inner",
    [
        "x",
        '<p class="a">x <b>y</b><br/></p><p/>',
        '<table class="grid"><tr><td>a</td><td><a href="http://a.example/b?c=d">x</a></td></tr></table>',
        '<a name="x"> </a><ul>\n<li>y<div><p>z</p></div></li>\n</ul>',
        "a > b &amp; c",
    ],
)
def test_ordinary_narratives_need_no_closer_look(inner: str) -> None:
    assert looks_plain(_narrative(inner))


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_looks_plain_is_within_every_rule(inner: str) -> None:
    value = _narrative(inner)
    if looks_plain(value):
        root = read_xhtml(value)
        assert root is not None
        assert [fault.text for fault in (*illegal_names(root), *remarks(root))] == []


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_is_judged(inner: str) -> None:
    assert all(fault.code for fault in check_narrative(_narrative(inner)) or ())


def test_a_deep_narrative_is_judged() -> None:
    assert check_narrative(_narrative("<div>" * 20_000 + "x" + "</div>" * 20_000)) is None
    assert check_narrative(_narrative("<b>" * 500 + "x" + "</b>" * 500)) is not None


@pytest.mark.parametrize(
    "inner",
    [
        '<p class="a" class="b">x</p>',
        '<a name="x"> </a><p id="x">y</p>',
        "<p>a/>b</p></p>",
        "<br></br>",
        "<b>x</p></b>",
        "x</div><div>y",
        "<tr><td>x</td></tr>",
        "&#0;",
        "a ]]> b",
        "\x02",
        '<p onclick="x">y</p>',
        '<a href="javascript:x">y</a>',
    ],
)
def test_what_may_be_wrong_needs_a_closer_look(inner: str) -> None:
    assert not looks_plain(_narrative(inner))


@pytest.mark.parametrize("style", ["color: red", "x" * 400])
def test_tags_are_told_again_as_they_were_before(style: str) -> None:
    right, wrong = f'<p style="{style}">x</p>', f'<p style="{style}">x</b>'
    assert [looks_plain(_narrative(one)) for one in (right, wrong, right, wrong)] == [True, False, True, False]
    assert not looks_plain(_narrative(f'<p style="{style}" style="">x</p>'))
    assert looks_plain(_narrative(f'<p style="{style}">a/>b > c</p>'))
