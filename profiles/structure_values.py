"""Checks of single values: primitives by their type, and codes by what a required binding allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.faults import Check, Fault, Found
from profiles.issue import Severity
from profiles.primitives import PRIMITIVES

Codes: TypeAlias = Mapping[str, frozenset[str]]
"""Codes by system."""


def primitive_check(type_name: str, codes: Codes | None) -> Check:
    """The check of a primitive type; codes: what a required binding allows, None without one."""
    if codes is not None:
        return _code_check(frozenset().union(*codes.values()))
    return _WITH_SHORT_CUT.get(type_name, _plain_check)(type_name)


def _plain_check(type_name: str) -> Check:
    is_right, meaning = PRIMITIVES[type_name]

    def check(value: Any) -> Found:
        if is_right(value):
            return None
        if type(value) is dict or type(value) is list or value is None:
            return [Fault("structure-type", f"A single value must stand here: {meaning}.")]
        return [Fault(f"format-{type_name}", f"The value is not {meaning}.", "value")]

    return check


def _spaceless_check(type_name: str) -> Check:
    """As _plain_check, with the common case decided first."""
    slow = _plain_check(type_name)

    def check(value: Any) -> Found:
        if type(value) is str and value.isprintable() and value and " " not in value:
            return None
        return slow(value)

    return check


def _text_check(type_name: str) -> Check:
    """As _plain_check, with the common case decided first."""
    slow = _plain_check(type_name)

    def check(value: Any) -> Found:
        if type(value) is str and value.isprintable() and value and len(value) < _SHORT and value[0] != " ":
            return None
        return slow(value) or _blank(value)

    return check


def _blank(value: str) -> Found:
    if value.strip():
        return None
    return [Fault("format-blank", "The text is only white space; leave it out.", "value", Severity.WARNING)]


_SHORT = 10_000
_WITH_SHORT_CUT: Mapping[str, Callable[[str], Check]] = MappingProxyType(
    {
        "canonical": _spaceless_check,
        "code": _spaceless_check,
        "markdown": _text_check,
        "string": _text_check,
        "uri": _spaceless_check,
        "url": _spaceless_check,
    }
)


def _code_check(allowed: frozenset[str]) -> Check:
    slow = _plain_check("code")

    def check(value: Any) -> Found:
        if type(value) is str and value in allowed:
            return None
        return slow(value) or [Fault("binding-required", _binding_text(allowed), "code-invalid")]

    return check


def _binding_text(codes: Any) -> str:
    listed = sorted(codes)
    return "The code must be one of: " + ", ".join(listed[:12]) + ("." if len(listed) <= 12 else ", ...")


def _coding_check(check: Check, codes: Codes) -> Check:
    def check_coding(value: Any) -> Found:
        found = check(value)
        if found is not None or _is_bound(value, codes):
            return found
        return [Fault("binding-required", _binding_text(frozenset().union(*codes.values())), "code-invalid")]

    return check_coding


def _concept_check(check: Check, codes: Codes) -> Check:
    def check_concept(value: Any) -> Found:
        found = check(value)
        if found is not None or any(_is_bound(coding, codes) for coding in value.get("coding", ())):
            return found
        return [Fault("binding-required", _binding_text(frozenset().union(*codes.values())), "code-invalid")]

    return check_concept


def _is_bound(coding: Mapping[str, Any], codes: Codes) -> bool:
    return coding.get("code") in codes.get(str(coding.get("system")), ())


_BOUND: Mapping[str, Callable[[Check, Codes], Check]] = MappingProxyType(
    {"Coding": _coding_check, "CodeableConcept": _concept_check}
)


def bound_check(type_name: str, check: Check, codes: Codes) -> Check:
    """The check of a complex type, and that it holds one of the codes; for types that hold codes."""
    return _BOUND[type_name](check, codes) if type_name in _BOUND else check
