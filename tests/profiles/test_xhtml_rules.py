"""The rules of XHTML in narratives, one by one."""

from __future__ import annotations

import pytest

from profiles.narrative import check_narrative
from profiles.xhtml import NAMESPACE


def codes(inner: str, attributes: str = "") -> list[str]:
    faults = check_narrative(f'<div xmlns="{NAMESPACE}"{attributes}>x{inner}</div>')
    return [f"{fault.severity} {fault.kind} {fault.code}" for fault in faults or ()]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<script>a()</script>", ["error invalid xhtml-element", "error invariant txt-1"]),
        ("<p onclick='a()'>y</p>", ["error invalid xhtml-attribute", "error invariant txt-1"]),
        ("<p href='http://a.example'>y</p>", ["error invalid xhtml-attribute", "error invariant txt-1"]),
        ("<form><input/></form>", ["error invalid xhtml-element"] * 2 + ["error invariant txt-1"]),
        ("<p xml:space='preserve'>y</p>", ["information invalid xhtml-space"]),
        ("<p xmlns='http://a.example'>y</p>", ["error invalid xhtml-namespace"]),
        ("<p>y<p>z</p></p>", ["error invalid xhtml-in-p"]),
        ("<p><ul><li>z</li></ul></p>", ["error invalid xhtml-in-p", "error structure xhtml-structure"]),
        ("<b><div>y</div></b>", ["error structure xhtml-structure"]),
        ("<b>y<i>z<b>u</b></i></b>", ["error structure xhtml-structure"]),
        ("<br>y</br>", ["error structure xhtml-structure"]),
        ("<table>y<tr><td>z</td></tr></table>", ["error structure xhtml-structure"]),
        ("<table><tr><p>z</p></tr></table>", ["error structure xhtml-structure"]),
        ("<ul><p>y</p></ul>", ["error structure xhtml-structure"]),
        ("<li>y</li>", ["error structure xhtml-structure"]),
        ("<td>y</td>", ["error structure xhtml-structure"]),
        (
            "<dl><dt>a</dt><dd>b</dd></dl><table><colgroup><col/></colgroup><tbody><tr><th>x</th></tr></tbody></table>",
            [],
        ),
        ("<map name='m'><area href='#a'/></map>", []),
    ],
)
def test_elements_and_attributes(inner: str, expected: list[str]) -> None:
    assert codes(inner) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("<a href='http://a.example/b'>y</a>", []),
        ("<a href='relative.html'>y</a>", []),
        ("<a href='http://a.example/æ'>y</a>", []),
        ("<a href='http://a.example/a b'>y</a>", ["error invalid xhtml-url"]),
        ("<a href=''>y</a>", ["error invalid xhtml-url", "error invalid xhtml-url-empty"]),
        ("<a href='javascript:a()'>y</a>", ["error invalid xhtml-active"]),
        ("<a href='urn:uuid:1'>y</a>", ["error invalid xhtml-scheme"]),
        ("<a href='ftp://a.example'>y</a>", ["information invalid xhtml-scheme"]),
        ("<a href='mailto:a@a.example'>y</a>", []),
        ("<img src='data:image/png;base64,AAAA'/>", []),
        ("<img src='data:image/png;base64,AAA'/>", ["error invalid xhtml-url"]),
        ("<img src='data:image/png'/>", ["error invalid xhtml-url"]),
        ("<img src='data:no type,x'/>", ["error invalid xhtml-url"]),
    ],
)
def test_links_and_images(link: str, expected: list[str]) -> None:
    assert codes(link) == expected


def test_ids_are_there_once() -> None:
    assert codes("<p id='a'>y</p><a name='a'>z</a>") == ["warning business-rule xhtml-ids"]
    assert codes("<a id='a' name='a'>z</a>") == []


def test_sections_for_languages_hold_everything() -> None:
    assert codes("<div xml:lang='da'>y</div>") == ["warning business-rule xhtml-mixed-languages"]
    faults = check_narrative(f'<div xmlns="{NAMESPACE}"> <div xml:lang="da">y</div></div>')
    assert faults is None or faults == []
