"""XHTML: its tree."""

from __future__ import annotations

import pytest

from profiles.plain_xhtml import looks_plain
from profiles.xhtml import NAMESPACE, Node, read_xhtml

ROOT = f'<div xmlns="{NAMESPACE}">'


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
