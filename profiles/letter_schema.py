"""The schema of MedCom XML letters, loaded once, and its findings as issues that quote nothing of the letter."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
_EXPECTED = re.compile(r"Expected is (?:one of )?\( ([A-Za-z, ]{1,200}) \)")
_VALUES = re.compile(r"\{([A-Za-z_', ]{1,300})\}\.$")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}")


@dataclass(frozen=True, slots=True)
class _Loaded:
    schema: etree.XMLSchema
    lock: threading.Lock


@cache
def _loaded() -> _Loaded:
    source = files("profiles").joinpath("xsd/medcom-letters.xsd").read_bytes()
    return _Loaded(etree.XMLSchema(etree.fromstring(source)), threading.Lock())


def schema_issues(root: etree._Element) -> tuple[Issue, ...]:
    """Findings of the schema about an Emessage without namespaces, each with path and line."""
    loaded = _loaded()
    with loaded.lock:  # a schema keeps the findings of its last check
        if loaded.schema.validate(root):
            return ()
        found = list(cast("Iterable[etree._LogEntry]", loaded.schema.error_log))
    told = (entry for entry in found if entry.type_name not in _ALSO_SAID)
    return tuple(_issue(entry) for entry, _ in zip(told, range(MAX_FINDINGS), strict=False)) or (_unnamed(),)


def _issue(entry: etree._LogEntry) -> Issue:
    path = entry.path or ""
    name = path.rpartition("/")[2].partition("[")[0]
    told = name if _NAME.fullmatch(name) else "An element"
    rule = _RULES.get(entry.type_name, "is not as the letter's schema says")
    expected = (_EXPECTED if rule is _WRONG_PLACE else _VALUES).search(entry.message or "")
    hint = f" (expected: {expected[1]})" if expected else ""
    issue = error("medcom-schema", path, f"{told} {rule}{hint}: correct it and resend.", "structure")
    return replace(issue, line=max(entry.line, 1))


def _unnamed() -> Issue:
    return error(
        "medcom-schema", "/Emessage", "The letter is not as its schema says: correct it and resend.", "structure"
    )
