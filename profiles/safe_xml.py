"""Safe XML: bytes in, an lxml element and findings out; nothing raises.

Refused: any DOCTYPE (and with it entities), encodings we do not read, and sizes and depths beyond the limits. Nothing
is fetched. Comments and processing instructions are dropped, so text around them is one text.

The encoding is what a byte order mark says, else the XML declaration, else the hint of the envelope or transport, else
strict UTF-8, else windows-1252: letters inside SBDH and VANS envelopes are ISO-8859-1 bytes without a declaration.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from lxml import etree

from profiles.issue import Issue, fatal
from profiles.limits import DEFAULT_LIMITS, Limits

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["'][^>]*\?>""")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_PROLOG = re.compile(r"(?:\s+|<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>)*", re.DOTALL)
_LATIN = ("windows-1252", "iso-8859-1")
_CODECS = {
    "utf-8": ("utf-8",),
    "utf8": ("utf-8",),
    "us-ascii": ("utf-8",),
    "ascii": ("utf-8",),
    # What says ISO-8859-1 and holds 0x80-0x9F was written as windows-1252: those bytes are control characters in the
    # one and letters, dashes and quotes in the other. The five that windows-1252 lacks are read as they are.
    "iso-8859-1": _LATIN,
    "latin1": _LATIN,
    "windows-1252": _LATIN,
    "cp1252": _LATIN,
    "iso-8859-15": ("iso-8859-15",),
    "utf-16": ("utf-16",),
}


def parse_xml(
    body: bytes, limits: Limits = DEFAULT_LIMITS, encoding_hint: str | None = None
) -> tuple[etree._Element | None, tuple[Issue, ...]]:
    """Parse an XML document. encoding_hint: what an envelope or HTTP header says, used where the body says nothing.

    Out: the root element with no issues, or None and one fatal issue.
    """
    if len(body) > limits.size:
        return None, (fatal("xml-size", "/", f"The body is larger than {limits.size} bytes.", "too-long"),)
    text, issue = _decode(body, encoding_hint)
    if issue is None:
        issue = _check_text(text, limits)
    return (None, (issue,)) if issue else _parse(text, limits)


def _decode(body: bytes, hint: str | None) -> tuple[str, Issue | None]:
    """The text of a body, by the first of the rules that says something."""
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return _decode_as((codec,), body)
    declared = _DECLARED.match(body)
    name = declared[1].decode("ascii") if declared else hint
    if name is None:
        return _decode_as(("utf-8", *_LATIN), body)
    known = _CODECS.get(name.strip().lower())
    if known is None:
        return "", fatal("xml-encoding", "/", "The encoding named is not read here; send UTF-8.", "not-supported")
    return _decode_as(known, body)


def _decode_as(names: tuple[str, ...], body: bytes) -> tuple[str, Issue | None]:
    for name in names:
        try:
            return body.decode(name), None
        except UnicodeDecodeError as failure:
            line = body.count(b"\n", 0, failure.start) + 1
    text = f"The bytes are not {names[0]}, though the document says so; name the encoding it is written in."
    return "", replace(fatal("xml-encoding", "/", text, "invalid"), line=line)


def _check_text(text: str, limits: Limits) -> Issue | None:
    """What is refused before a parser sees it."""
    prolog = _PROLOG.match(text)
    end = prolog.end() if prolog else 0
    if text.startswith("<!DOCTYPE", end):
        line = text.count("\n", 0, end) + 1
        return replace(
            fatal("xml-doctype", "/", "A DOCTYPE is not allowed; send the document without it.", "invalid"), line=line
        )
    if text.count("<") > 2 * limits.nodes:
        return fatal("xml-size", "/", f"More than {limits.nodes} elements in all.", "too-long")
    return None


def _parse(text: str, limits: Limits) -> tuple[etree._Element | None, tuple[Issue, ...]]:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_without_declaration(text).encode("utf-8"), parser)
    except etree.XMLSyntaxError as failure:
        return None, (_syntax_issue(failure),)
    if root.getroottree().docinfo.internalDTD is not None:
        return None, (_doctype(),)
    if root.xpath(f"boolean({'/*' * (limits.depth + 1)})"):
        return None, (fatal("xml-depth", "/", f"More than {limits.depth} elements inside each other.", "too-long"),)
    return root, ()


def _doctype() -> Issue:
    return fatal("xml-doctype", "/", "A DOCTYPE is not allowed; send the document without it.", "invalid")


def _without_declaration(text: str) -> str:
    """The text without its XML declaration, which names the encoding the bytes came in; lines keep their numbers."""
    found = _DECLARATION.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _syntax_issue(failure: etree.XMLSyntaxError) -> Issue:
    """A syntax error without the parser's own words, which may quote what the document says."""
    line, column = failure.position
    text = "This is not well-formed XML, or too deep or too long in one place; look from this line on."
    return replace(fatal("xml-syntax", "/", text, "invalid"), line=max(line, 1), column=max(column, 1))
