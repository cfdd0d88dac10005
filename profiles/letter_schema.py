"""The schema of MedCom XML letters, loaded once, and what schemas find as issues that quote nothing of the letter."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import cast

from lxml import etree

from profiles.issue import Issue, error

MAX_FINDINGS = 50
_WRONG_PLACE = "is not expected here, or something that must come before or inside it is missing"
_RULES = {
    "SCHEMAV_ELEMENT_CONTENT": _WRONG_PLACE,
    "SCHEMAV_CVC_ENUMERATION_VALID": "holds a value that is not in its list of values",
    "SCHEMAV_CVC_PATTERN_VALID": "does not hold a value of the form it must have",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "does not hold a value of its type",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "is longer than it may be",
    "SCHEMAV_CVC_MINLENGTH_VALID": "is empty",
    "SCHEMAV_CVC_LENGTH_VALID": "has not the length it must have",
}
_ALSO_SAID = ("SCHEMAV_CVC_TYPE_3_1_1", "SCHEMAV_CVC_TYPE_3_1_2", "SCHEMAV_CVC_DATATYPE_VALID_1_2_2")
_NAMESPACE = re.compile(r"\{(?:https?|urn):[^{}]{1,200}\}")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( ([A-Za-z_, ]{1,200}) \)")
_VALUES = re.compile(r"\{([A-Za-z_', ]{1,300})\}\.$")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class LetterSchema:
    """A schema that letters are held against. Threads may share it."""

    schema: etree.XMLSchema
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issues(self, root: etree._Element, place: Callable[[str], str] = str) -> tuple[Issue, ...]:
        """Findings about a document, each with path and line. place: the path of a finding from the schema's own."""
        with self._lock:  # a schema keeps the findings of its last check
            if self.schema.validate(root):
                return ()
            found = list(cast("Iterable[etree._LogEntry]", self.schema.error_log))
        told = (entry for entry in found if entry.type_name not in _ALSO_SAID)
        return tuple(_issue(entry, place) for entry, _ in zip(told, range(MAX_FINDINGS), strict=False)) or (_unnamed(),)


@cache
def _own() -> LetterSchema:
    source = files("profiles").joinpath("xsd/medcom-letters.xsd").read_bytes()
    return LetterSchema(etree.XMLSchema(etree.fromstring(source)))


def schema_issues(root: etree._Element) -> tuple[Issue, ...]:
    """Findings of our own schema about an Emessage without namespaces, each with path and line."""
    return _own().issues(root)


def _issue(entry: etree._LogEntry, place: Callable[[str], str]) -> Issue:
    path = place(entry.path or "")
    name = path.rpartition("/")[2].partition("[")[0]
    told = name if _NAME.fullmatch(name) else "An element"
    rule = _RULES.get(entry.type_name, "is not as the letter's schema says")
    message = _NAMESPACE.sub("", entry.message or "")
    expected = (_EXPECTED if rule is _WRONG_PLACE else _VALUES).search(message)
    hint = f" (expected: {expected[1]})" if expected else ""
    issue = error("medcom-schema", path, f"{told} {rule}{hint}: correct it and resend.", "structure")
    return replace(issue, line=max(entry.line, 1))


def _unnamed() -> Issue:
    return error(
        "medcom-schema", "/Emessage", "The letter is not as its schema says: correct it and resend.", "structure"
    )
