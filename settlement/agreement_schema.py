"""Agreements as JSON Schema (draft 2020-12), from the forms that read them: editors check while one types."""

from __future__ import annotations

from dataclasses import MISSING
from typing import Any

from settlement.agreements import ROLES, SUBJECTS
from settlement.clauses.forms import forms_of
from settlement.clauses.kinds import CONDITIONS, KINDS, Rule
from settlement.inputs import KINDS as INPUT_KINDS

_TEXT = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date"}
_LANGUAGES = {
    "type": "object",
    "additionalProperties": False,
    "required": ["da", "en"],
    "properties": {"da": _TEXT, "en": _TEXT},
}


def schema() -> dict[str, Any]:
    """The schema of an agreement's file; dates, which TOML writes without quotes, as ISO 8601 texts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Agreement",
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "title", "note", "legal_reference", "valid_from", "clause"],
        "properties": {
            "id": _TEXT,
            "title": _LANGUAGES,
            "note": _LANGUAGES,
            "legal_reference": _TEXT,
            "illustrative": {"type": "boolean"},
            "decision_required": {"type": "boolean"},
            "subject": {"enum": list(SUBJECTS)},
            "valid_from": _DAY,
            "valid_to": _DAY,
            "party": {"type": "array", "items": _table({"role": {"enum": list(ROLES)}, "code": _TEXT}, _DATED)},
            "input": {
                "type": "array",
                "items": _table(
                    {"id": _TEXT, "kind": {"enum": list(INPUT_KINDS)}, "title": _LANGUAGES}, {"illustrative": {}}
                ),
            },
            "clause": {"type": "array", "minItems": 1, "items": {"oneOf": [*map(_clause, KINDS)]}},
        },
    }


_DATED = {"valid_from": _DAY, "valid_to": _DAY}


def _table(required: dict[str, Any], optional: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **optional},
    }


def _clause(name: str) -> dict[str, Any]:
    kind: type[Rule] = KINDS[name]
    needed, optional = (
        {"id": _TEXT, "kind": {"const": name}},
        {
            **_DATED,
            "pays": {"type": "boolean"},
            "by_key": {"type": "boolean"},
            "round_to": {"type": "integer", "minimum": 0},
        },
    )
    (optional if kind in CONDITIONS else needed)["title"] = _LANGUAGES
    for field, (form, declared) in forms_of(kind).items():
        has_default = declared.default is not MISSING or declared.default_factory is not MISSING
        (optional if has_default else needed)[field] = dict(form.schema)
    return {"title": name, "description": str(kind.__doc__).split("\n", maxsplit=1)[0], **_table(needed, optional)}
