"""Profiles that other profiles impose: who follows the one follows them too (HL7 extensions pack,
structuredefinition-imposeProfile)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from profiles.definitions import Definition
from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered
from profiles.plans import Definitions, distinct

Json: TypeAlias = dict[str, Any]

_IMPOSED = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile"
_MOST = 50
"""More profiles than this are imposed by mistake, or to do harm."""


def imposed_by(structure: Json) -> list[str]:
    """The canonicals of the profiles that a structure definition imposes."""
    marks = (one for one in objects(structure.get("extension")) if one.get("url") == _IMPOSED)
    return [url for url in (text(one.get("valueCanonical")) or text(one.get("valueUri")) for one in marks) if url]


class ImposedProfiles:
    """Profiles together with all that they impose. structure: a definition by canonical; root: as it is judged by."""

    def __init__(self, structure: Callable[[str], Json | None], root: Callable[[str], Definition | None]) -> None:
        self._structure, self._root = structure, root
        self._known: dict[str, list[str]] = {}

    def with_imposed(self, definitions: Definitions) -> tuple[Definitions, list[Fault]]:
        """The definitions with what they impose, each once, and what is not known of it."""
        sources = [one.source for one in definitions if "." not in one.path]
        urls = self._all(sources) if any(map(self._imposed, sources)) else []
        if not urls:
            return definitions, []
        roots = {url: self._root(url) for url in urls}
        faults = [_unknown(url) for url, root in roots.items() if root is None]
        return distinct((*definitions, *(root for root in roots.values() if root is not None))), faults

    def _imposed(self, source: str) -> list[str]:
        if source not in self._known:
            self._known[source] = imposed_by(self._structure(source) or {})
        return self._known[source]

    def _all(self, sources: Iterable[str]) -> list[str]:
        waiting, found = list(sources), dict[str, None]()
        while waiting and len(found) < _MOST:
            new = [url for url in self._imposed(waiting.pop()) if url not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return list(found)


def _unknown(url: str) -> Fault:
    text = f"Profile {unnumbered(url)}, which a profile of this imposes, is not known. Install its package."
    return Fault("profile-imposed-unknown", text, "business-rule", Severity.WARNING)
