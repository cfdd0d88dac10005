"""XHTML: its tree, and the quick look at it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.narrative import check_narrative
from profiles.xhtml import NAMESPACE, Node, looks_plain, read_xhtml
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
    ]
)


def _narrative(inner: str) -> str:
    return f"{ROOT}{inner}</div>"


def test_the_tree_of_a_narrative() -> None:
    root = read_xhtml(_narrative('a<p class="x">b<b>c</b></p>&amp;'))
    assert root == Node("div", {"xmlns": NAMESPACE}, ["a", Node("p", {"class": "x"}, ["b", Node("b", {}, ["c"])]), "&"])
    assert root is not None
    assert [node.name for node in root.descendants()] == ["p", "b"]
    assert root.has_text()
    assert not Node("p", {}, [" ", Node("b", {}, [])]).has_text()


@pytest.mark.parametrize(
    "text", ["", "x", "<div>", "<div></p>", "<a/><b/>", "<!DOCTYPE a><a/>", "<a>&nbsp;</a>", "<a b/>"]
)
def test_what_is_no_xml_has_no_tree(text: str) -> None:
    assert read_xhtml(text) is None
    assert not looks_plain(text)


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
