"""Where extensions may stand, as far as their definitions say it in FHIRPath (StructureDefinition, R4: context of type
fhirpath, and contextInvariant). Other contexts are judged by `profiles.extensions`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol

from profiles.extensions import fits_place, places_of
from profiles.faults import Fault, Found
from profiles.issue import About
from profiles.json_shapes import objects, texts
from profiles.plans import Check, Definitions, ObjectRule, where
from profiles.scope import Scope
from profiles.version_uses import is_for_r4

_KEYS = ("extension", "modifierExtension")


class Evaluate(Protocol):
    """Evaluates FHIRPath in the place where an element stands."""

    def true_of(self, expression: str, value: Any, type_name: str, scope: Scope) -> bool:
        """Whether an expression holds on a value; true where it cannot be evaluated."""

    def selects(self, expression: str, value: Any, scope: Scope) -> bool:
        """Whether an expression, evaluated on the resource around it, gives a value."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What the definition of one extension asks of the element it stands in. paths: one of them must select it."""

    url: str
    paths: tuple[str, ...]
    rules: tuple[str, ...]


class ExtensionPlaces:
    """Judges elements by the extensions they have. structure: the definition of an extension by its url."""

    def __init__(self, structure: Callable[[str], dict[str, Any] | None], evaluate: Evaluate) -> None:
        self._structure = structure
        self._evaluate = evaluate

    def rules(self, definitions: Definitions, type_name: str, names: Collection[str]) -> list[ObjectRule]:
        """The rules of an element of a type under these definitions, whose properties are these."""
        places = places_of(definitions)
        known: dict[str, _Place | None] = {}
        return [ObjectRule(self._check(key, type_name, places, known), where(key)) for key in _KEYS if key in names]

    def _check(self, key: str, type_name: str, places: frozenset[str], known: dict[str, _Place | None]) -> Check:
        def check(value: Any, scope: Scope) -> Found:
            wanted = (self._place(one.get("url"), places, known) for one in objects(value[key]))
            found = [self._judge(place, value, type_name, scope) for place in wanted if place is not None]
            return [fault for faults in found for fault in faults] or None

        return check

    def _place(self, url: Any, places: frozenset[str], known: dict[str, _Place | None]) -> _Place | None:
        if type(url) is not str or ":" not in url:
            return None
        if url not in known:
            structure = self._structure(url) or {}
            contexts = objects(structure.get("context"))
            paths = tuple(str(one.get("expression")) for one in contexts if _is_path(one))
            fits = any(fits_place(one, places) for one in contexts if one.get("type") != "fhirpath")
            found = _Place(url, () if fits else paths, tuple(texts(structure.get("contextInvariant"))))
            known[url] = found if found.paths or found.rules else None
        return known[url]

    def _judge(self, place: _Place, value: Any, type_name: str, scope: Scope) -> list[Fault]:
        faults = []
        evaluate = self._evaluate
        if place.paths and not any(
            evaluate.selects(path, value, scope) or evaluate.true_of(path, value, type_name, scope)
            for path in place.paths
        ):
            text = f"Extension {place.url} may stand where this selects only, and not here: {' or '.join(place.paths)}."
            faults.append(Fault("extension-context", text, "structure", about=About(profile=place.url)))
        for rule in place.rules:
            if not evaluate.true_of(rule, value, type_name, scope):
                text = f"Extension {place.url} may not stand here; its definition asks that {rule}."
                about = About(profile=place.url, expected=rule)
                faults.append(Fault("extension-context", text, "structure", about=about))
        return faults


def _is_path(context: dict[str, Any]) -> bool:
    return context.get("type") == "fhirpath" and is_for_r4(context)
