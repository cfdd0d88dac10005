"""What the logical models of CDS Hooks say beyond names and cardinalities: their rules, by the path of the model.

Keys and meaning are those of the models HL7 publishes for validators (FHIR Tools guide, 1.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.issue import Severity

Json: TypeAlias = dict[str, Any]

_WARN = Severity.WARNING
_LOCAL = re.compile(r"\w+/[\w.\-]+").fullmatch


@dataclass(frozen=True, slots=True)
class HookRule:
    """One rule: holds answers whether a value of that path follows it."""

    key: str
    text: str
    holds: Callable[[Any], bool]
    severity: Severity = Severity.ERROR


def _has(value: Json, name: str) -> bool:
    return value.get(name) is not None


def _objects(value: Json, name: str) -> list[Json]:
    found = value.get(name)
    return [one for one in found if type(one) is dict] if type(found) is list else []


def _server_is_known(request: Json) -> bool:
    return not _has(request, "fhirAuthorization") or _has(request, "fhirServer")


def _patient_is_known(authorization: Json) -> bool:
    return "Patient/" not in str(authorization.get("scope", "")) or _has(authorization, "patient")


def _one_recommended(card: Json) -> bool:
    recommended = [one for one in _objects(card, "suggestions") if one.get("isRecommended") is True]
    return card.get("selectionBehavior") != "at-most-one" or len(recommended) <= 1


def _behaviour_is_said(card: Json) -> bool:
    return not _has(card, "suggestions") or _has(card, "selectionBehavior")


def _actions_described(suggestion: Json) -> bool:
    return all(_has(action, "description") for action in _objects(suggestion, "actions"))


def _deletes_by_id(action: Json) -> bool:
    return action.get("type") != "delete" or (_has(action, "resourceId") and not _has(action, "resource"))


def _context_for_smart(link: Json) -> bool:
    return link.get("type") == "smart" or not _has(link, "appContext")


def _is_displayed(reason: Json) -> bool:
    return _has(reason, "display")


def _is_local(selection: Any) -> bool:
    return _LOCAL(str(selection)) is not None


RULES: Mapping[str, tuple[HookRule, ...]] = MappingProxyType(
    {
        "CDSHooksRequest": (
            HookRule("cds-r-1", "With fhirAuthorization the fhirServer must be given (cds-r-1).", _server_is_known),
        ),
        "CDSHooksRequest.fhirAuthorization": (
            HookRule("cds-r-2", "With scopes of a patient that patient must be given (cds-r-2).", _patient_is_known),
        ),
        "CDSHookOrderSelectContext.selections": (
            HookRule("ord-1", "A selection must be Type/id of an order in draftOrders (ord-1).", _is_local),
        ),
        "CDSHooksResponse.cards": (
            HookRule("cds-resp-1", "Where one may be chosen, one may be recommended (cds-resp-1).", _one_recommended),
            HookRule(
                "cds-resp-6", "With suggestions the selectionBehavior must be given (cds-resp-6).", _behaviour_is_said
            ),
        ),
        "CDSHooksResponse.cards.suggestions": (
            HookRule("cds-resp-5", "Every suggested action needs a description (cds-resp-5).", _actions_described),
        ),
        "CDSHooksResponse.cards.suggestions.actions": (
            HookRule("cds-resp-2", "What is deleted is named by resourceId alone (cds-resp-2).", _deletes_by_id, _WARN),
        ),
        "CDSHooksResponse.cards.links": (
            HookRule("cds-resp-3", "Only links of type smart have an appContext (cds-resp-3).", _context_for_smart),
        ),
        "CDSHooksResponse.cards.overrideReasons": (
            HookRule("cds-resp-4", "A reason to override must have a display (cds-resp-4).", _is_displayed),
        ),
    }
)
