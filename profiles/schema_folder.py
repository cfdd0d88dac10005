"""XML schemas of letters in a folder, such as MedCom's public ones: each found by the namespace it is of.

A schema is a file that declares the element Emessage. Everything it includes must lie in the same folder: nothing is
fetched, no path leads out, and no file has a DOCTYPE. One that cannot be used is told, and its letters are left to our
own schema.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from profiles.issue import Issue, warning
from profiles.letter_schema import LetterSchema
from profiles.safe_xml import parse_xml

_XS = "{http://www.w3.org/2001/XMLSchema}"
_REFERENCES = tuple(f"{_XS}{name}" for name in ("include", "import", "redefine"))
_MOST_FILES = 20_000
_MOST_PARTS = 500
_LARGEST = 2_000_000
_ROOT = re.compile(rb"""<(?:[\w.-]+:)?element\s[^>]*?name\s*=\s*["']Emessage["']""")


class SchemaError(ValueError):
    """A schema cannot be used. The text says which file, and why."""


class SchemaFolder:
    """The letter schemas of a folder. issues: those that cannot be used, and why."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._schemas: dict[str, LetterSchema] = {}
        self.issues: tuple[Issue, ...] = tuple(self._load())

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces there is a schema of, in order."""
        return tuple(sorted(self._schemas))

    def judge(self, namespace: str, letter: bytes, encoding: str | None) -> tuple[Issue, ...]:
        """What the schema of a namespace says of a letter as it came: path without namespaces, and line.

        encoding: what its envelope says, for letters without an XML declaration.
        """
        root, issues = parse_xml(letter, encoding_hint=encoding)
        schema = self._schemas.get(namespace)
        if root is None or schema is None:
            return issues
        places = _Places(root)
        return schema.issues(root, places.plain)

    def _load(self) -> Iterator[Issue]:
        for file in self._files():
            try:
                namespace = _namespace(file)
                if namespace and namespace not in self._schemas:
                    self._schemas[namespace] = self._opened(file)
            except SchemaError as fault:
                yield warning("schema-unusable", str(file), str(fault), "not-supported")

    def _files(self) -> Iterator[Path]:
        found = (path for path, _ in zip(self._folder.rglob("*.xsd"), range(_MOST_FILES), strict=False))
        for path in sorted(found, key=lambda path: (len(path.parts), path)):
            if path.is_file() and path.stat().st_size <= _LARGEST and _ROOT.search(path.read_bytes()):
                yield path

    def _opened(self, file: Path) -> LetterSchema:
        """The schema in a file, once everything it is made of has been seen to lie in the folder."""
        waiting, seen = deque([file.resolve()]), {file.resolve()}
        while waiting:
            for part in self._parts(waiting.popleft()):
                if part not in seen:
                    seen.add(part)
                    waiting.append(part)
            if len(seen) > _MOST_PARTS:
                raise SchemaError(f"It is made of more than {_MOST_PARTS} files.")
        try:
            return LetterSchema(etree.XMLSchema(etree.parse(str(file), etree.XMLParser(no_network=True))))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as problem:
            raise SchemaError(f"It is no XML Schema: {problem}.") from problem

    def _parts(self, file: Path) -> Iterator[Path]:
        """The files a schema file names."""
        for element in _parsed(file).iter(*_REFERENCES):
            place = element.get("schemaLocation")
            if place is None:
                continue
            part = (file.parent / place).resolve() if ":" not in place else None
            if part is None or not part.is_relative_to(self._folder):
                raise SchemaError(f"{file.name} names {place}, which does not lie in the folder of schemas.")
            yield part


def _namespace(file: Path) -> str:
    return _parsed(file).get("targetNamespace", "")


def _parsed(file: Path) -> etree._Element:
    if not file.is_file() or file.stat().st_size > _LARGEST:
        raise SchemaError(f"{file.name} is missing, or larger than {_LARGEST} bytes.")
    root, issues = parse_xml(file.read_bytes())
    if root is None:
        raise SchemaError(f"{file.name} cannot be read: {issues[0].text}")
    return root


class _Places:
    """Paths without namespaces of the elements of a document."""

    def __init__(self, root: etree._Element) -> None:
        self._tree = root.getroottree()
        self._prefixes: Mapping[str, str] = {
            prefix: uri for element in root.iter("*") for prefix, uri in element.nsmap.items() if prefix
        }

    def plain(self, path: str) -> str:
        """The path of an element by local names alone ("/Emessage/Envelope/Sent"), from the parser's own."""
        try:
            found = self._tree.xpath(path, namespaces=self._prefixes) if path else []
        except etree.XPathError:
            found = []
        element = found[0] if isinstance(found, list) and found else None
        return _path(element) if isinstance(element, etree._Element) else "/Emessage"


def _path(element: etree._Element) -> str:
    parent = element.getparent()
    name = etree.QName(element).localname
    if parent is None:
        return f"/{name}"
    alike = [one for one in parent if etree.QName(one).localname == name]
    number = f"[{alike.index(element) + 1}]" if len(alike) > 1 else ""
    return f"{_path(parent)}/{name}{number}"
