"""Rules of a CodeSystem: what it says of itself, its properties, its concepts, and of a system it supplements (R4,
CodeSystem; the standard properties are those of CodeSystem.property)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from profiles.all_codes import all_codes
from profiles.code_systems import CodeSystem
from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import objects, text, unnumbered
from profiles.plans import Check
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
FindSystem: TypeAlias = Callable[[str], CodeSystem | None]

_HL7 = re.compile(r"https?://(?:[a-z]+\.)*(?:hl7|fhir)\.org/").match
_ABSOLUTE = re.compile(r"(?:https?|urn|ftp|cid):.").match
_PROPERTIES = "http://hl7.org/fhir/concept-properties#"
_TYPES = {
    **dict.fromkeys(("notSelectable", "inactive"), "boolean"),
    **dict.fromkeys(("effectiveDate", "deprecationDate", "retirementDate"), "dateTime"),
    **dict.fromkeys(("parent", "child", "partOf", "synonym", "status"), "code"),
    "comment": "string",
    "itemWeight": "decimal",
}
_OF_CODES = ("parent", "child", "partOf", "synonym")
"""Standard properties whose values are codes of the same system."""
_DEEPEST = 60
_NOTE, _WARN = Severity.INFORMATION, Severity.WARNING


def code_system_check(find: FindSystem, value_set: Callable[[str], Json | None] = lambda _: None) -> Check:
    """The check of a CodeSystem. find: a code system by url, for those that are supplemented; value_set: one by its
    canonical."""

    def check(system: Any, _: Scope) -> Found:
        concepts = list(_concepts(system, (), 0))
        properties = objects(system.get("property"))
        defined = {text(one.get("code")): text(one.get("type")) for one in reversed(properties)}
        faults = [
            *_said(system),
            *_content(system, len(concepts)),
            *all_codes(system, len(concepts), value_set),
            *_supplement(system, concepts, find),
            *_speechless(system, concepts),
            *_Properties().faults(system),
            *_Concepts(system, defined, frozenset(text(one.get("code")) for _, one in concepts)).faults(concepts),
        ]
        return faults or None

    return check


def _concepts(holder: Json, path: Path, depth: int) -> Iterator[tuple[Path, Json]]:
    inner = holder.get("concept") if depth < _DEEPEST else None
    for index, concept in enumerate(inner if type(inner) is list else ()):
        if type(concept) is dict:
            place = (*path, "concept", index)
            yield place, concept
            yield from _concepts(concept, place, depth + 1)


def _rule(code: str, problem: str, severity: Severity = Severity.ERROR) -> Fault:
    return Fault(code, problem, "business-rule", severity)


def _said(system: Json) -> Iterator[Fault]:
    """What a system should say of itself; a supplement leaves it to the system it supplements."""
    nested = any("concept" in one for one in objects(system.get("concept")))
    if "supplements" in system or system.get("content") == "supplement":
        for name in ("caseSensitive", "hierarchyMeaning"):
            if name in system:
                problem = f"A supplement does not say {name}; that is for the system it supplements."
                yield placed(_rule("supplement-says", problem), name)
        return
    severity = _WARN if _HL7(text(system.get("url"))) else _NOTE
    if "caseSensitive" not in system:
        yield _rule("code-system-case", "A code system should say whether case matters in its codes.", severity)
    if nested and "hierarchyMeaning" not in system:
        yield _rule("code-system-hierarchy", "A code system should say what its hierarchy means.", severity)
    if system.get("hierarchyMeaning") == "classified-with" and system.get("versionNeeded") is not True:
        problem = "A classification is of one version of a system, so versionNeeded should be true."
        yield placed(_rule("code-system-version-needed", problem, _WARN), "hierarchyMeaning")


def _content(system: Json, concepts: int) -> Iterator[Fault]:
    """How much of the system is here, and whether that is what it says."""
    content, count = system.get("content"), system.get("count")
    if content == "not-present" and concepts:
        problem = "The system says that it holds no concepts, and here is one."
        yield placed(Fault("code-system-content", problem, "invalid"), "concept", 0)
    if "valueSet" in system and content not in ("complete", "supplement"):
        problem = "The value set of all codes should be reviewed: the code system is not complete."
        yield _rule("code-system-all-codes", problem, _NOTE)
    if type(count) is not int:
        return
    if content == "complete" and count != concepts:
        problem = f"The code system is complete and has {concepts} concepts, which is not its count."
        yield Fault("code-system-count", problem, "invalid", step="count")
    if content in ("example", "fragment") and concepts >= count:
        problem = f"The code system is only part of a whole, and has {concepts} concepts, as many as its count."
        yield Fault("code-system-count", problem, "invalid", _WARN, step="count")


def _supplement(system: Json, concepts: list[tuple[Path, Json]], find: FindSystem) -> Iterator[Fault]:
    """A supplement names what it supplements, and adds to codes that are there."""
    supplemented, content = text(system.get("supplements")), system.get("content")
    if not supplemented:
        if content == "supplement":
            problem = "A supplement must name the code system it supplements."
            yield placed(_rule("supplement-system", problem), "content")
        return
    if content != "supplement":
        yield placed(_rule("supplement-content", "A supplement must have the content 'supplement'."), "content")
    base = find(supplemented.partition("|")[0])
    if base is None or not base.concepts:
        if concepts:
            problem = f"The code system {unnumbered(supplemented)} is not known, so its codes cannot be checked."
            yield _rule("supplement-unknown", problem, _WARN)
        return
    for path, concept in concepts:
        if base.complete and base.find(text(concept.get("code"))) is None:
            yield placed(_rule("supplement-code", f"{base.url} has no such code to be supplemented."), *path)


def _speechless(system: Json, concepts: list[tuple[Path, Json]]) -> Iterator[Fault]:
    """A supplement that adds names to codes says in which language they are."""
    if "supplements" not in system or "language" in system:
        return
    designations = (one for _, concept in concepts for one in objects(concept.get("designation")))
    if any("display" in concept for _, concept in concepts) or any("language" not in one for one in designations):
        problem = "A supplement with names says their language; else they count as right in every language."
        yield _rule("supplement-language", problem, _WARN)


class _Properties:
    """The properties a system defines; each has a code and uri of its own."""

    def __init__(self) -> None:
        self._codes: set[str] = set()
        self._uris: set[str] = set()

    def faults(self, system: Json) -> Iterator[Fault]:
        """Findings on all of them."""
        for index, one in enumerate(objects(system.get("property"))):
            found = [*self._doubles(one), *_standard(one, text(system.get("url"))), *_unexplained(one)]
            yield from (placed(fault, "property", index) for fault in found)

    def _doubles(self, one: Json) -> Iterator[Fault]:
        for name, seen in (("code", self._codes), ("uri", self._uris)):
            value = text(one.get(name))
            if value in seen:
                yield _rule("property-double", f"Another property has this {name} already.")
            if value:
                seen.add(value)


def _standard(one: Json, system: str) -> Iterator[Fault]:
    """A property with a standard uri has its code and type, and nobody else makes uris there."""
    code, uri, kind = (text(one.get(key)) for key in ("code", "uri", "type"))
    if uri and not _ABSOLUTE(uri):
        yield _rule("property-uri", "The uri of a property must be absolute.")
    name = uri.removeprefix(_PROPERTIES)
    if not uri.startswith(_PROPERTIES):
        return
    if name not in _TYPES:
        if not (system and uri.startswith(system)):
            yield _rule("property-standard", "The standard has no such property; give one of your own another uri.")
        return
    if kind and kind != _TYPES[name]:
        yield _rule("property-type", f"The standard property {name} is of type {_TYPES[name]}.")
    if code in _TYPES and code != name:
        yield _rule("property-code", f"The standard property {name} has that code; another one confuses.")


def _unexplained(one: Json) -> Iterator[Fault]:
    """A property without a uri means nothing for certain, even where its code is a standard one."""
    code, kind = text(one.get("code")), text(one.get("type"))
    if "uri" in one:
        return
    problem = "The property has no uri, so what it means is not defined for others."
    yield _rule("property-uri", problem, _WARN if code in _TYPES else _NOTE)
    if code in _TYPES and kind and kind != _TYPES[code]:
        yield _rule("property-type", f"The standard property {code} is of type {_TYPES[code]}.", _WARN)


@dataclass(slots=True)
class _Concepts:
    """The concepts of a system. defined: the types of its properties by code."""

    system: Json
    defined: dict[str, str]
    codes: frozenset[str]
    seen: set[str] = field(default_factory=set)

    def faults(self, concepts: list[tuple[Path, Json]]) -> Iterator[Fault]:
        """Findings on all of them."""
        yield from self._described(concepts)
        for path, concept in concepts:
            code = text(concept.get("code"))
            if code in self.seen:
                yield placed(_rule("concept-double", "The code is defined already; each is defined once."), *path)
            self.seen.add(code)
            for index, one in enumerate(objects(concept.get("designation"))):
                yield from (placed(fault, *path, "designation", index) for fault in self._designation(concept, one))
            for index, one in enumerate(objects(concept.get("property"))):
                yield from (placed(fault, *path, "property", index) for fault in self._property(one))

    def _described(self, concepts: list[tuple[Path, Json]]) -> Iterator[Fault]:
        """Systems of HL7 describe each concept; the first that lacks something stands for all."""
        if not _HL7(text(self.system.get("url"))) or self.system.get("content") == "supplement":
            return
        for name in ("display", "definition"):
            first = next((path for path, concept in concepts if name not in concept), None)
            if first is not None:
                yield placed(_rule(f"concept-{name}", f"Every concept should have a {name}.", _WARN), *first)

    def _designation(self, concept: Json, one: Json) -> Iterator[Fault]:
        """Without a use, and in the language of the display, a designation is a second display."""
        language, display = self.system.get("language"), text(concept.get("display"))
        same = one.get("language", language) == language
        if "use" not in one and same and display and one.get("value") != display:
            problem = "The designation has neither use nor language of its own, so it rivals the display."
            yield _rule("designation-display", problem, _WARN)

    def _property(self, one: Json) -> Iterator[Fault]:
        code = text(one.get("code"))
        name = next((key for key in one if key.startswith("value")), "")
        kind, value = name[5:], text(one.get(name))
        if code not in self.defined:
            problem = "The property is not defined by the code system, so few will know what to do with it."
            yield _rule("property-undefined", problem, _WARN)
        elif kind and kind.lower() != self.defined[code].lower():
            yield _rule("property-value", f"The property is defined with the type {self.defined[code]}.")
        elif kind == "Code" and code in _OF_CODES[:3] and value not in self.codes and "supplements" not in self.system:
            yield Fault("property-reference", "The code system has no such code.", "invalid")
        if not kind:
            yield _rule("property-empty", "The property has no value, so it says nothing.")
        if code == "synonym" and kind and value not in self.codes:
            problem = "A synonym is another code of the system, and there is no such code."
            yield _rule("property-synonym", problem, _WARN)
