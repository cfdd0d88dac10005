"""Libraries of CQL as a Measure refers to them: which expressions they define, by their compiled form (ELM).

R4, Library; CQL 1.5, Appendix on ELM: a `library` of `urn:hl7-org:elm:r1` whose `statements` hold a `def` for each.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered
from profiles.safe_xml import parse_xml

Json: TypeAlias = dict[str, Any]

_ELM = "{urn:hl7-org:elm:r1}"
_CQL = ("text/cql", "text/cql.identifier")


def check_criteria(criteria: Json, libraries: Sequence[Json]) -> list[Fault]:
    """Findings on an Expression that must name something a library defines; libraries: those the Measure names."""
    language, expression = text(criteria.get("language")), text(criteria.get("expression"))
    if not language:
        return []
    if language not in _CQL:
        told = f"Expressions in {unnumbered(language)} are not judged."
        return [Fault("criteria-language", told, "required", Severity.WARNING)]
    if not libraries:
        return [_fault("The Measure has no library that could be found, so nothing defines the expression.")]
    name, dot, wanted = expression.partition(".")
    if not dot:
        if len(libraries) > 1:
            return [_fault("With several libraries the expression must say which: Library.Name.")]
        return _in_library(libraries[0], expression)
    named = [one for one in libraries if one.get("name") == name]
    if len(named) != 1:
        many = "Several libraries of the Measure have" if named else "No library of the Measure has"
        return [_fault(f"{many} the name {unnumbered(name)}.")]
    return _in_library(named[0], wanted)


def _in_library(library: Json, wanted: str) -> list[Fault]:
    url = unnumbered(text(library.get("url")))
    compiled = [one for one in objects(library.get("content")) if one.get("contentType") == "application/elm+xml"]
    if not compiled:
        return [_fault(f"The library {url} holds no compiled CQL (application/elm+xml).")]
    names = _definitions(text(compiled[-1].get("data")))
    if names is None:
        return [_fault(f"The compiled CQL of the library {url} cannot be read.")]
    return [] if wanted in names else [_fault(f"The library {url} defines no {unnumbered(wanted)}.")]


def _definitions(data: str) -> frozenset[str] | None:
    """The names a compiled library defines; None where it is none."""
    try:
        root, _ = parse_xml(base64.b64decode("".join(data.split()), validate=True))
    except (binascii.Error, ValueError):
        return None
    if root is None or root.tag != f"{_ELM}library":
        return None
    statements: Iterable[Any] = root.findall(f"{_ELM}statements/{_ELM}def")
    return frozenset(str(one.get("name")) for one in statements)


def _fault(told: str) -> Fault:
    return Fault("criteria-library", told, "invalid")
