"""Value sets, decided and listed from what the packages hold (ValueSet.compose and .expansion, R4).

Membership asks include by include, so that a code can be decided even where the whole set cannot be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.code_systems import CodeSystem, code_test
from profiles.json_shapes import an_object, objects, text, texts
from profiles.membership import YES, Membership, Verdict, both, contrary, either, no, unknown

Json: TypeAlias = dict[str, Any]
Codes: TypeAlias = frozenset[tuple[str, str]]
FindSet: TypeAlias = Callable[[str], Json | None]
FindSystem: TypeAlias = Callable[[str, str], CodeSystem | None]
InSystem: TypeAlias = Callable[[str, str, str], Membership]

_NOT_IN = no("It is not in the value set.")
_LONGEST_CHAIN = 50
_INCOMPLETE = ("valueset-toocostly", "valueset-unclosed")


class ValueSets:
    """Value sets by canonical. find: a value set's resource; system: a code system by url and version; in_system:
    whether a code is of a system, however that is known."""

    def __init__(self, find: FindSet, system: FindSystem, in_system: InSystem) -> None:
        self._find, self._system, self._in_system = find, system, in_system
        self._listed: dict[str, Codes | None] = {}
        self._filtered: dict[tuple[str, str, str, str, str], frozenset[str] | None] = {}

    def member(self, canonical: str, system: str, code: str, seen: tuple[str, ...] = ()) -> Membership:
        """Whether the code is in the value set; "" for system means any the value set draws from."""
        resource = self._find(canonical)
        if resource is None:
            return unknown(f"The value set {canonical} is not in the packages.")
        if canonical in seen or len(seen) > _LONGEST_CHAIN:
            return unknown(f"The value set {canonical} imports itself.")
        composed = self._composed(resource, system, code, (*seen, canonical))
        if composed is None or (composed.verdict is Verdict.UNKNOWN and "expansion" in resource):
            listed = _expanded(resource, system, code)
            composed = listed if listed.verdict is not Verdict.UNKNOWN or composed is None else composed
        return composed

    def codes_of(self, canonical: str) -> Codes | None:
        """All (system, code) of a value set; None where they cannot be listed."""
        return self._listing(canonical, ())

    def _listing(self, canonical: str, seen: tuple[str, ...]) -> Codes | None:
        if canonical in seen or len(seen) > _LONGEST_CHAIN:
            return None
        if canonical not in self._listed:
            self._listed[canonical] = self._list(canonical, (*seen, canonical))
        return self._listed[canonical]

    def _composed(self, resource: Json, system: str, code: str, seen: tuple[str, ...]) -> Membership | None:
        includes, excludes = _composition(resource)
        if not includes:
            return None
        answer = _NOT_IN
        for include in includes:
            answer = either(self._includes(include, system, code, seen), answer)
            if answer.verdict is Verdict.YES:
                break
        for exclude in excludes:
            answer = both(answer, contrary(self._includes(exclude, system, code, seen), _NOT_IN.why))
        return answer

    def _includes(self, include: Json, system: str, code: str, seen: tuple[str, ...]) -> Membership:
        """Whether one include holds the code: its system, its list or filters, and every value set it imports."""
        answer = YES
        own = text(include.get("system"))
        if own:
            answer = self._of_system(include, own, code) if system in ("", own) else _NOT_IN
        for canonical in texts(include.get("valueSet")):
            if answer.verdict is not Verdict.NO:
                answer = both(answer, self.member(canonical, system, code, seen))
        return answer if own or texts(include.get("valueSet")) else _NOT_IN

    def _of_system(self, include: Json, system: str, code: str) -> Membership:
        version = text(include.get("version"))
        if "concept" in include:
            codes = [text(concept.get("code")) for concept in objects(include["concept"])]
            if code in codes:
                return YES
            found = self._system(system, version)
            folded = {one.lower() for one in codes}
            return YES if found and not found.case_sensitive and code.lower() in folded else _NOT_IN
        if "filter" not in include:
            return self._in_system(system, code, version)
        return self._passes(include, system, version, code)

    def _passes(self, include: Json, system: str, version: str, code: str) -> Membership:
        codes = self._let_through(include, system, version)
        found = self._system(system, version)
        if codes is None or found is None:
            there = self._in_system(system, code, version)
            written = both(there, _written_so(objects(include["filter"]), code))
            if written.verdict is not Verdict.UNKNOWN or there.verdict is Verdict.UNKNOWN:
                return written
            return unknown(f"The value set chooses codes of {system} by properties that the packages do not hold.")
        concept = found.find(code)
        if concept is not None:
            return YES if concept.code in codes else _NOT_IN
        return _NOT_IN if found.complete else unknown(f"The packages hold only part of {system}.")

    def _let_through(self, include: Json, system: str, version: str) -> frozenset[str] | None:
        """The codes known here that pass all filters of an include."""
        found = self._system(system, version)
        if found is None or not found.concepts:
            return None
        passed = frozenset(found.concepts)
        for item in objects(include["filter"]):
            name, operator, value = _filter(item)
            key = (system, version, name, operator, value)
            if key not in self._filtered:
                self._filtered[key] = found.filtered(name, operator, value)
            codes = self._filtered[key]
            if codes is None:
                return None
            passed &= codes
        return passed

    def _list(self, canonical: str, seen: tuple[str, ...]) -> Codes | None:
        resource = self._find(canonical)
        if resource is None:
            return None
        includes, excludes = _composition(resource)
        if not includes:
            return _all_expanded(resource)
        listed: set[tuple[str, str]] = set()
        for include in includes:
            codes = self._codes(include, seen)
            if codes is None:
                return _all_expanded(resource)
            listed |= codes
        return self._without(frozenset(listed), excludes, seen)

    def _without(self, listed: Codes, excludes: Iterable[Json], seen: tuple[str, ...]) -> Codes | None:
        """The codes no exclude takes away; None where it cannot be told."""
        for exclude in excludes:
            system = text(exclude.get("system"))
            if system and not any(of == system for of, _ in listed):
                continue
            codes = self._codes(exclude, seen)
            if codes is None:
                return None
            listed -= codes
        return listed

    def _codes(self, include: Json, seen: tuple[str, ...]) -> Codes | None:
        """The codes of an include; None where they cannot be listed."""
        parts = [self._listing(canonical, seen) for canonical in texts(include.get("valueSet"))]
        if system := text(include.get("system")):
            parts.append(self._own_codes(include, system, text(include.get("version"))))
        known = [part for part in parts if part is not None]
        return frozenset.intersection(*known) if known and len(known) == len(parts) else None

    def _own_codes(self, include: Json, system: str, version: str) -> Codes | None:
        found = self._system(system, version)
        if "concept" in include:
            return frozenset((system, text(concept.get("code"))) for concept in objects(include["concept"]))
        if found is None or not found.complete:
            return None
        codes = self._let_through(include, system, version) if "filter" in include else frozenset(found.concepts)
        return None if codes is None else frozenset((system, code) for code in codes)


def _composition(resource: Json) -> tuple[list[Json], list[Json]]:
    """What a value set includes and excludes."""
    compose = an_object(resource.get("compose"))
    return objects(compose.get("include")), objects(compose.get("exclude"))


def _filter(item: Json) -> tuple[str, str, str]:
    return str(item.get("property", "")), str(item.get("op", "")), str(item.get("value", ""))


def _written_so(filters: Iterable[Json], code: str) -> Membership:
    """Whether a code passes filters that look at nothing but the code itself; unknown where they look further."""
    answer = YES
    for name, operator, value in map(_filter, filters):
        passes = code_test(operator, value) if name in ("code", "concept") else None
        held = None if passes is None else passes((code,))
        answer = both(answer, unknown("Its properties are not known.") if held is None else YES if held else _NOT_IN)
    return answer


@dataclass(frozen=True, slots=True)
class Expansion:
    """The codes a value set's expansion lists. whole: it lists all there are."""

    codes: Codes
    whole: bool

    @classmethod
    def of(cls, resource: Json) -> Expansion:
        """The expansion of a value set that has one."""
        expansion = an_object(resource.get("expansion"))
        listed = list(_contained(expansion.get("contains")))
        return cls(frozenset([*listed, *(("", code) for _, code in listed)]), _is_whole(expansion))

    def member(self, system: str, code: str) -> Membership:
        """Whether it has the code, in any system for ""; unknown where it does not list everything."""
        if (system, code) in self.codes:
            return YES
        return _NOT_IN if self.whole else unknown("The value set is listed in part only.")


def _expanded(resource: Json, system: str, code: str) -> Membership:
    if not an_object(resource.get("expansion")):
        return unknown(f"The value set {resource.get('url', '')} does not say which codes it has.")
    return Expansion.of(resource).member(system, code)


def _all_expanded(resource: Json) -> Codes | None:
    expansion = an_object(resource.get("expansion"))
    if not expansion or not _is_whole(expansion):
        return None
    return frozenset(_contained(expansion.get("contains")))


def _is_whole(expansion: Json) -> bool:
    """Whether an expansion lists everything: not cut, not a page of it."""
    if any(str(item.get("url", "")).endswith(_INCOMPLETE) for item in objects(expansion.get("extension"))):
        return False
    listed = sum(1 for _ in _contained(expansion.get("contains")))
    limited = any(item.get("name") in ("limitedExpansion", "count") for item in objects(expansion.get("parameter")))
    return not limited and not expansion.get("offset") and listed >= _total(expansion)


def _total(expansion: Json) -> int:
    total = expansion.get("total")
    return total if isinstance(total, int) else 0


def _contained(contains: Any) -> Iterator[tuple[str, str]]:
    waiting = objects(contains)[::-1]
    while waiting:
        item = waiting.pop()
        if "code" in item and not item.get("abstract"):
            yield text(item.get("system")), text(item["code"])
        waiting.extend(objects(item.get("contains"))[::-1])
