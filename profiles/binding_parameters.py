"""Parameters that items of a Questionnaire give to the value sets of their answers (HL7 FHIR tools IG,
binding-parameter and valueset-parameter)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, unnumbered
from profiles.scope import Scope
from profiles.value_set_rules import declared_parameters

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str], Json | None]

_GIVEN = "http://hl7.org/fhir/tools/StructureDefinition/binding-parameter"
_DEEPEST = 100
_OF_EVERY_EXPANSION = frozenset(
    (
        *("abstract", "activeOnly", "check-system-version", "check-valueset-version", "context", "contextDirection"),
        *("count", "date", "default-valueset-version", "designation", "displayLanguage", "exclude-system"),
        *("excludeNested", "excludeNotForUI", "excludePostCoordinated", "filter", "filterProperty"),
        *("force-system-version", "force-valueset-version", "includeDefinition", "includeDesignations", "inferSystem"),
        *("lenient-display-validation", "manifest", "offset", "property", "system-version", "useSupplement"),
        "valueset-membership-only",
    )
)
"""Parameters of $expand and $validate-code, which any value set takes."""


def binding_parameters_check(find: Find) -> Callable[[Any, Scope], Found]:
    """The check of a Questionnaire's items. find: a value set by its canonical."""

    def check(questionnaire: Any, _: Scope) -> Found:
        return list(_items(questionnaire, find, 0)) or None

    return check


def _items(holder: Json, find: Find, depth: int) -> Iterator[Fault]:
    for index, item in enumerate(objects(holder.get("item")) if depth < _DEEPEST else ()):
        for fault in (*_matched(item, find), *_items(item, find, depth + 1)):
            yield placed(fault, "item", index)


def _matched(item: Json, find: Find) -> Iterator[Fault]:
    """Each parameter the value set has is given, and each that is given is one it takes."""
    url = text(item.get("answerValueSet"))
    declared = set(dict(declared_parameters(find(url) or {}))) if url else set()
    if not declared:
        return
    extensions = objects(an_object(item.get("_answerValueSet")).get("extension"))
    given = [_name(one) for one in extensions if one.get("url") == _GIVEN]
    for name in sorted(declared - set(given)):
        problem = f"The value set {unnumbered(url)} has a parameter {name}, and the item gives none of that name."
        yield Fault("binding-parameter", problem, "business-rule")
    for name in given:
        if name not in declared and name not in _OF_EVERY_EXPANSION:
            problem = f"The value set {unnumbered(url)} has no parameter of this name, nor has every expansion one."
            yield Fault("binding-parameter", problem, "business-rule", Severity.WARNING)


def _name(extension: Json) -> str:
    part = next((one for one in objects(extension.get("extension")) if one.get("url") == "name"), {})
    return next((text(value) for key, value in part.items() if key.startswith("value")), "")
