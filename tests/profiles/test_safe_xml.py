"""Safe XML: encodings, what is refused, and the line it is said to be on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.limits import Limits
from profiles.safe_xml import parse_xml
from tests.shared import shared_data

TEXT = "Blåbærgrød – “æøå” €"


def text_of(body: bytes, hint: str | None = None) -> str | None:
    """The root's text, or the code of the issue in brackets."""
    root, issues = parse_xml(body, encoding_hint=hint)
    if root is None:
        return f"[{issues[0].code}]"
    assert issues == ()
    return root.text


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("windows-1252", "cp1252"),
        ("Windows-1252", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("utf-16", "utf-16"),
        ("iso-8859-1", "utf-8-sig"),
    ],
)
def test_declared_encodings(declared: str, codec: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?>\n<a>{TEXT}</a>'.encode(codec)
    assert text_of(body) == TEXT


def test_encoding_without_declaration() -> None:
    document = f"<a>{TEXT}</a>"
    assert text_of(document.encode()) == TEXT
    assert text_of(document.encode("cp1252")) == TEXT
    assert text_of(document.encode("cp1252"), "ISO-8859-1") == TEXT
    assert text_of(document.encode("utf-8"), "utf-8") == TEXT
    assert text_of("<a>æ</a>".encode(), "iso-8859-1") == "Ã¦"
    assert text_of('<?xml version="1.0" encoding="utf-8"?><a>æ</a>'.encode(), "iso-8859-1") == "æ"
    assert text_of(b'<?xml version="1.0"?><a>\xe6</a>') == "æ"


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (b"", "xml-syntax", 1),
        (b"<a>\n<b></a>", "xml-syntax", 2),
        (b'<?xml version="1.0" encoding="utf-8"?>\n<a>\xe6</a>', "xml-encoding", 2),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml-encoding", None),
        (b'<?xml version="1.0"?>\n<!DOCTYPE a>\n<a/>', "xml-doctype", 2),
        (b'<!-- x -->\n<?pi ?>\n<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "xml-doctype", 3),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'.encode("utf-16"), "xml-doctype", 1),
        (b"<a>&unknown;</a>", "xml-syntax", 1),
        (b"<a>" * 200 + b"</a>" * 200, "xml-depth", None),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml-syntax", 1),
        (b"<a>\x00</a>", "xml-syntax", 1),
    ],
)
def test_refuses_with_line(body: bytes, code: str, line: int | None) -> None:
    root, issues = parse_xml(body)
    assert root is None
    assert [(issue.code, issue.line) for issue in issues] == [(code, line)]


def test_text_that_only_looks_like_a_doctype_is_read() -> None:
    assert text_of(b"<a><![CDATA[<!DOCTYPE a><?xml version='1.0'?>]]></a>") == "<!DOCTYPE a><?xml version='1.0'?>"


def test_comments_leave_one_text() -> None:
    assert text_of(b"<a>one<!-- two --> three<?pi?></a>") == "one three"


def test_limits_are_held() -> None:
    assert text_of(b"<a><b><c/></b></a>") is None
    assert parse_xml(b"<a><b><c/></b></a>", Limits(depth=2))[1][0].code == "xml-depth"
    assert parse_xml(b"<a/>" * 30, Limits(nodes=10))[1][0].code == "xml-size"
    assert parse_xml(b"<a/>", Limits(size=3))[1][0].code == "xml-size"


def test_reads_public_letters_as_danish() -> None:
    for path in sorted(shared_data("messages/oioxml/samples").glob("*.xml")):
        root, issues = parse_xml(path.read_bytes())
        assert issues == ()
        assert root is not None
        assert "\ufffd" not in "".join(str(text) for text in root.itertext())


@given(st.binary(max_size=80) | st.text(alphabet="<>/ab!?\"'=&;[]- DOCTYPE", max_size=80).map(str.encode))
def test_never_raises(body: bytes) -> None:
    root, issues = parse_xml(body)
    assert (root is None) == bool(issues)
