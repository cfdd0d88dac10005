"""A code system as far as packages hold it: codes, displays, properties and hierarchy (CodeSystem, R4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from profiles.fhirpath.errors import FhirPathError
from profiles.fhirpath.patterns import matches_whole
from profiles.fhirpath.run import PLAIN, Run
from profiles.json_shapes import objects, text

Json: TypeAlias = dict[str, Any]
Values: TypeAlias = tuple[str, ...]
Test: TypeAlias = Callable[[Values], bool | None]

_PARENTS = ("parent", "subsumedBy")
_CODES = ("concept", "code")
_TRUE = "true"


@dataclass(frozen=True, slots=True)
class Concept:
    """One code. displays: (language, text), the main one first; properties: (code, value as text)."""

    code: str
    displays: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str], ...]

    @property
    def abstract(self) -> bool:
        """Whether it only groups others and is not to be used."""
        return ("notSelectable", _TRUE) in self.properties

    @property
    def inactive(self) -> bool:
        """Whether it is no longer to be used."""
        return ("inactive", _TRUE) in self.properties or ("status", "retired") in self.properties

    def value_of(self, name: str) -> tuple[str, ...]:
        """The values of a property."""
        return tuple(value for key, value in self.properties if key == name)


@dataclass(frozen=True, slots=True, eq=False)
class CodeSystem:
    """A code system. complete: nothing beyond `concepts` is in it. properties: the names of those it defines."""

    url: str
    version: str
    content: str
    case_sensitive: bool
    concepts: Mapping[str, Concept]
    properties: frozenset[str]
    _children: Mapping[str, tuple[str, ...]]
    _folded: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all of its codes are here."""
        return self.content == "complete"

    def find(self, code: str) -> Concept | None:
        """The concept of a code; in any case where case does not matter."""
        return self.concepts.get(code) or self.concepts.get(self._folded.get(code.lower(), ""))

    def below(self, code: str) -> frozenset[str]:
        """All codes under a code, without itself."""
        found: set[str] = set()
        waiting = list(self._children.get(code, ()))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._children.get(one, ()))
        return frozenset(found - {code})

    def children(self, code: str) -> frozenset[str]:
        """The codes directly under a code."""
        return frozenset(self._children.get(code, ()))

    def filtered(self, name: str, operator: str, value: str) -> frozenset[str] | None:
        """The codes here that a filter of a value set lets through; None where it cannot be told."""
        if name in _CODES:
            return self._by_code(operator, value)
        if name in _PARENTS and operator == "=":
            return self.children(value)
        if name == "child" and operator == "=":
            return frozenset(parent for parent, children in self._children.items() if value in children)
        if name == "display":
            return self._by_values(
                lambda concept: tuple(display for _, display in concept.displays[:1]), operator, value
            )
        if name not in self.properties:
            return None
        return self._by_values(lambda concept: concept.value_of(name), operator, value)

    def _by_code(self, operator: str, value: str) -> frozenset[str] | None:
        everything = frozenset(self.concepts)
        itself = frozenset({value}) & everything
        match operator:
            case "is-a":
                return itself | self.below(value)
            case "descendent-of":
                return self.below(value)
            case "is-not-a":
                return everything - itself - self.below(value)
            case "child-of":
                return self.children(value)
            case "generalizes":
                return frozenset(code for code in everything if value == code or value in self.below(code))
            case _:
                return self._by_values(lambda concept: (concept.code,), operator, value)

    def _by_values(self, values: Callable[[Concept], Values], operator: str, value: str) -> frozenset[str] | None:
        holds = code_test(operator, value)
        if holds is None:
            return None
        verdicts = {code: holds(values(concept)) for code, concept in self.concepts.items()}
        return None if None in verdicts.values() else frozenset(code for code, held in verdicts.items() if held)


def code_test(operator: str, value: str) -> Test | None:
    """What an operator asks of a concept's values; None for an operator or pattern nobody knows. The test itself says
    None where it would take too much work."""
    wanted = {part.strip() for part in value.split(",")}
    match operator:
        case "=":
            return lambda values: value in values or (value == "false" and not values)
        case "in":
            return lambda values: not wanted.isdisjoint(values)
        case "not-in":
            return lambda values: wanted.isdisjoint(values)
        case "exists":
            return lambda values: bool(values) == (value == _TRUE)
        case "regex":
            return _matcher(value)
        case _:
            return None


def _matcher(pattern: str) -> Test | None:
    """Whether a value matches in full; all values together have one budget of work."""
    run = Run([], PLAIN)
    tried = _match(pattern, "", run)
    return None if tried is None else lambda values: _any(_match(pattern, value, run) for value in values)


def _match(pattern: str, value: str, run: Run) -> bool | None:
    try:
        return matches_whole(pattern, value, "", run)
    except FhirPathError:
        return None


def _any(found: Iterable[bool | None]) -> bool | None:
    verdicts = list(found)
    return None if None in verdicts else True in verdicts


def read_code_system(resource: Json, supplements: Iterable[Json] = ()) -> CodeSystem:
    """A code system from its resource; supplements add displays and properties to codes that are there."""
    children: dict[str, list[str]] = {}
    concepts = {concept.code: concept for concept in _concepts(resource.get("concept"), children)}
    for concept in concepts.values():
        for parent in (value for name in _PARENTS for value in concept.value_of(name)):
            children.setdefault(parent, []).append(concept.code)
        for child in concept.value_of("child"):
            children.setdefault(concept.code, []).append(child)
    for supplement in supplements:
        for more in _concepts(supplement.get("concept"), {}):
            if more.code in concepts:
                concepts[more.code] = _joined(concepts[more.code], more)
    sensitive = resource.get("caseSensitive") is not False
    return CodeSystem(
        url=text(resource.get("url")),
        version=text(resource.get("version")),
        content=text(resource.get("content")),
        case_sensitive=sensitive,
        concepts=concepts,
        properties=frozenset(text(item.get("code")) for item in objects(resource.get("property"))),
        _children={parent: tuple(dict.fromkeys(codes)) for parent, codes in children.items()},
        _folded={} if sensitive else {code.lower(): code for code in concepts},
    )


def _concepts(concepts: Any, children: dict[str, list[str]]) -> Iterator[Concept]:
    """All concepts, each before those under it; children is told who stands under whom."""
    waiting = [("", concept) for concept in reversed(objects(concepts))]
    while waiting:
        parent, concept = waiting.pop()
        code = text(concept.get("code"))
        if not code:
            continue
        if parent:
            children.setdefault(parent, []).append(code)
        yield Concept(code, displays_of(concept), tuple(_properties(concept)))
        waiting.extend((code, child) for child in reversed(objects(concept.get("concept"))))


def displays_of(concept: Json) -> tuple[tuple[str, str], ...]:
    """The displays of a concept of a code system or value set, with their languages."""
    main = [("", concept["display"])] if isinstance(concept.get("display"), str) else []
    more = ((text(item.get("language")), text(item.get("value"))) for item in objects(concept.get("designation")))
    return (*main, *((language, display) for language, display in more if display))


def _properties(concept: Json) -> Iterator[tuple[str, str]]:
    for item in objects(concept.get("property")):
        value = next((value for key, value in item.items() if key.startswith("value")), None)
        if isinstance(value, dict):
            value = value.get("code")
        if isinstance(value, bool):
            value = _TRUE if value else "false"
        if value is not None:
            yield text(item.get("code")), str(value)


def _joined(one: Concept, more: Concept) -> Concept:
    return Concept(one.code, (*one.displays, *more.displays), (*one.properties, *more.properties))
