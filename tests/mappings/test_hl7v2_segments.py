"""The HL7 v2 splitter: character sets, separators, escapes, limits, and a second opinion."""

from __future__ import annotations

from pathlib import Path

import pytest
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st

from mappings.hl7v2_segments import Er7, Er7Limits, cut
from tests.mappings.golden_readings import samples


def er7(body: bytes) -> Er7:
    tree, issues = cut(body)
    assert tree is not None
    assert issues == ()
    return tree


def name_of(body: bytes) -> str:
    tree = er7(body)
    return tree.value(tree.first("PID"), 5)


def message(charset: str, codec: str) -> bytes:
    return f"MSH|^~\\&|A|B|||2026||ADT^A01|1|P|2.5||||||{charset}\rPID|1||7||Sørensen-Æble".encode(codec)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "iso-8859-1"),
        ("8859/15", "iso-8859-15"),
        ("", "utf-8"),
        ("", "windows-1252"),
        ("8859/1~UNICODE UTF-8", "iso-8859-1"),
    ],
)
def test_character_sets(charset: str, codec: str) -> None:
    assert name_of(message(charset, codec)) == "Sørensen-Æble"


def test_byte_order_mark() -> None:
    assert name_of(b"\xef\xbb\xbf" + message("", "utf-8")) == "Sørensen-Æble"


@pytest.mark.parametrize(("charset", "codec"), [("UNICODE UTF-8", "windows-1252"), ("ISO IR87", "utf-8")])
def test_wrong_character_set_leaves_the_header_to_answer(charset: str, codec: str) -> None:
    tree, issues = cut(message(charset, codec))
    assert tree is not None
    assert not tree.whole
    assert [issue.code for issue in issues] == ["hl7-charset"]
    assert tree.value(tree.segments[0], 10) == "1"


@pytest.mark.parametrize("body", [b"", b"   ", b"EVN|A01", b"MSH", b"MSH|", b"MSH|||||", b"MSHaaaaaaa", b"FHS|^~\\&|A"])
def test_no_readable_header(body: bytes) -> None:
    tree, issues = cut(body)
    assert tree is None
    assert [issue.code for issue in issues] == ["hl7-msh"]


def test_own_separators() -> None:
    tree = er7(b"MSH*:;!%*A*B***2026**ADT:A01*1*P*2.5\rPID*1**1;2:x%y**Navn")
    assert tree.value(tree.segments[0], 9, 2) == "A01"
    assert tree.repetitions(tree.first("PID"), 3) == ["1", "2:x%y"]
    assert tree.subcomponents("x%y") == ["x", "y"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("A\\T\\B", "A&B"),
        ("\\F\\\\S\\\\R\\\\E\\", "|^~\\"),
        ("a\\.br\\b", "a\nb"),
        ("\\H\\x\\N\\", "x"),
        ("\\X4142\\", "AB"),
        ("\\Xzz\\", "\\Xzz\\"),
        ("\\Q\\", "\\Q\\"),
        ("half\\", "half\\"),
        ('""', ""),
    ],
)
def test_escapes(written: str, meant: str) -> None:
    tree = er7(f"MSH|^~\\&|A|B|||2026||ADT^A01|1|P|2.5\rNTE|1||{written}".encode())
    assert tree.value(tree.first("NTE"), 3) == meant


@given(st.text(alphabet="aé|^~\\&", max_size=30))
def test_escaping_is_undone(text: str) -> None:
    escaped = text.replace("\\", "\0")
    for character, name in (("|", "F"), ("^", "S"), ("~", "R"), ("&", "T"), ("\0", "E")):
        escaped = escaped.replace(character, f"\1{name}\1")
    tree = er7(b"MSH|^~\\&|A|B|||2026||ADT^A01|1|P|2.5")
    assert tree.plain(escaped.replace("\1", "\\")) == text


@pytest.mark.parametrize(
    "extra",
    ["NTE|1\r" * 11, "OBX|" + "~" * 11, "OBX" + "|" * 21, "OBX|" + "x" * 101],
    ids=["segments", "repetitions", "fields", "characters"],
)
def test_limits(extra: str) -> None:
    limits = Er7Limits(segments=10, fields=20, repetitions=10, field_characters=100)
    tree, issues = cut(f"MSH|^~\\&|A|B|||2026||ADT^A01|1|P|2.5\r{extra}".encode(), limits)
    assert tree is not None
    assert not tree.whole
    assert [issue.code for issue in issues] == ["hl7-limit"]


@pytest.mark.parametrize("sample", samples("hl7v2", ".hl7"), ids=lambda sample: sample.stem)
def test_second_opinion(sample: Path) -> None:
    """hl7apy cuts our samples into the same segments and reads the same visit number."""
    tree, _ = cut(sample.read_bytes())
    assert tree is not None
    text = "\r".join(tree.separators[0].join(s) for s in (_as_written(tree), *tree.segments[1:])) + "\r"
    other = parse_message(text, find_groups=False)
    assert [child.name for child in other.children] == [segment[0] for segment in tree.segments]
    assert other.msh.msh_10.to_er7() == tree.value(tree.segments[0], 10)


def _as_written(tree: Er7) -> tuple[str, ...]:
    return (tree.segments[0][0], *tree.segments[0][2:])
