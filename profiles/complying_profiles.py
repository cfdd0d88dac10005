"""Profiles that claim to comply with others: whatever follows the one follows the other too, though the one is not made
from the other (HL7 extensions pack, structuredefinition-compliesWithProfile)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.complying_elements import complies
from profiles.constraint_rules import Codes, valued
from profiles.differentials import Find
from profiles.element_tree import Node, grow
from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, profiles_of, snapshot_of, text, unnumbered
from profiles.snapshots import snapshot

Json: TypeAlias = dict[str, Any]

_CLAIM = "http://hl7.org/fhir/StructureDefinition/structuredefinition-compliesWithProfile"
_LOOSENESS = ("closed", "openAtEnd", "open")
_MOST = 200
"""More findings than this on one claim help nobody."""
_MOST_CLAIMS = 20
"""Who claims more claims by mistake, or to do harm; the rest is let be."""
_DEEPEST = 30


def claims_of(structure: Json) -> list[str]:
    """The canonicals of the profiles that a definition claims to comply with."""
    marks = (one for one in objects(structure.get("extension")) if one.get("url") == _CLAIM)
    return [url for url in (text(one.get("valueCanonical")) or text(one.get("valueUri")) for one in marks) if url]


def check_claims(structure: Json, find: Find, codes: Codes) -> Iterator[Fault]:
    """Findings on each claim. find: a structure definition, with its snapshot; codes: of a value set."""
    claims = list(dict.fromkeys(claims_of(structure)))[:_MOST_CLAIMS]
    mine = grow(snapshot_of(structure) or snapshot(structure, find).elements) if claims else None
    for url in claims:
        claimed = find(url)
        if claimed is None:
            told = f"Profile {unnumbered(url)}, which this claims to comply with, is not known."
            yield Fault("definition-claim", told, "invalid")
            continue
        theirs = grow(snapshot_of(claimed))
        if mine is None or theirs is None:
            continue
        if structure.get("type") != claimed.get("type"):
            yield _wrong(url, f"that is of type {unnumbered(text(claimed.get('type')))}")
            continue
        found = _Comparison(url, find, codes).nodes(mine, theirs, mine.segment, 0)
        yield from (fault for fault, _ in zip(found, range(_MOST), strict=False))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A definition being held against one it claims to comply with."""

    url: str
    find: Find
    codes: Codes

    def nodes(self, mine: Node, theirs: Node, at: str, depth: int, *, is_part: bool = False) -> Iterator[Fault]:
        """An element against another. is_part: mine is one of several slices, which need not be there each."""
        for severity, told in complies(mine.element, theirs.element, self.codes, is_part=is_part):
            yield _wrong(self.url, f"{at}: {told}", severity)
        if mine.element.get("max") == "0" or depth > _DEEPEST:
            return
        for child in theirs.children:
            if not child.slice_name:
                yield from self._child(mine, theirs, child, f"{at}.{child.name}", depth + 1)

    def _child(self, mine: Node, theirs: Node, child: Node, at: str, depth: int) -> Iterator[Fault]:
        own = mine.child(child.segment) or self._of_type(mine, child.segment)
        if own is None:
            return
        here, there = _slices(mine, child.name), _slices(theirs, child.name)
        if not here:
            needed = _rules(child) == "closed" or any(one.element.get("min") for one in there)
            if there and needed and own.element.get("max") != "0":
                yield _wrong(self.url, f"{at}: that has slices, and this has none")
            yield from self.nodes(own, child, at, depth)
            return
        if not there:
            for one in (own, *here):
                yield from self.nodes(one, child, _named(at, one), depth, is_part=one is not own)
            return
        yield from self.nodes(own, child, at, depth)
        yield from self._sliced((own, here), (child, there), at, depth)

    def _sliced(
        self, mine: tuple[Node, list[Node]], theirs: tuple[Node, list[Node]], at: str, depth: int
    ) -> Iterator[Fault]:
        (own, here), (child, there) = mine, theirs
        problem = _slicing(an_object(own.element.get("slicing")), an_object(child.element.get("slicing")))
        if problem:
            yield _wrong(self.url, f"{at}: {problem}")
            return
        matched: set[int] = set()
        for wanted in there:
            fits = [one for one in here if self._is_same(one, wanted, child)]
            matched |= {id(one) for one in fits}
            if not fits and _rules(child) != "closed":
                yield _wrong(self.url, f"{at}: that has a slice {unnumbered(wanted.slice_name)} this has nothing for")
            for one in fits:
                yield from self.nodes(one, wanted, _named(at, one), depth, is_part=len(fits) > 1)
        for one in (one for one in here if id(one) not in matched):
            if _rules(child) != "open":
                yield _wrong(self.url, f"{_named(at, one)}: that has no such slice, and allows no more than it has")
            yield from self.nodes(one, child, _named(at, one), depth, is_part=True)

    def _is_same(self, one: Node, other: Node, sliced: Node) -> bool:
        """Whether two slices are told from the rest by the same values; by their names where there are none."""
        marks = objects(an_object(sliced.element.get("slicing")).get("discriminator"))
        pairs = [(self._mark(one, mark), self._mark(other, mark)) for mark in marks]
        if not pairs or any(None in pair for pair in pairs):
            return one.slice_name == other.slice_name
        return all(first == second for first, second in pairs)

    def _mark(self, node: Node, mark: Json) -> Any:
        """What tells a slice from others by one discriminator; None where that is nothing simple."""
        found: Node | None = node
        for step in text(mark.get("path")).split("."):
            if step not in ("$this", "") and found is not None:
                found = found.child(step) or found.child(f"{step}[x]") or self._of_type(found, step)
        if found is None:
            return None
        kind = mark.get("type")
        if kind in ("type", "profile"):
            uses = objects(found.element.get("type"))
            return [text(use.get("code")) if kind == "type" else profiles_of(use) for use in uses] or None
        value = valued(found.element, "fixed") or valued(found.element, "pattern")
        binding = an_object(found.element.get("binding"))
        bound = text(binding.get("valueSet")) if binding.get("strength") == "required" else ""
        return value[1] if value is not None else bound or None

    def _of_type(self, node: Node, segment: str) -> Node | None:
        """A child where a definition does not say more of it than the type of its element, or the type's profile."""
        uses = objects(node.element.get("type"))
        if len(uses) != 1:
            return None
        named = [*profiles_of(uses[0]), text(uses[0].get("code"))]
        trees = (grow(snapshot_of(self.find(name))) for name in named[:1] or [""] if name)
        return next((tree.child(segment) for tree in trees if tree is not None), None)


def _slices(parent: Node, name: str) -> list[Node]:
    return [one for one in parent.children if one.name == name and one.slice_name]


def _named(at: str, node: Node) -> str:
    return f"{at}:{unnumbered(node.slice_name)}" if node.slice_name else at


def _rules(node: Node) -> str:
    return text(an_object(node.element.get("slicing")).get("rules")) or "open"


def _slicing(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """What is wrong with how an element is sliced; "" where nothing is."""
    looseness = [
        _LOOSENESS.index(rules) if rules in _LOOSENESS else len(_LOOSENESS)
        for rules in (text(one.get("rules")) for one in (mine, theirs))
    ]
    if looseness[0] > looseness[1]:
        return f"its slices are {mine.get('rules', 'open')}, and {theirs.get('rules')} there"
    if theirs.get("ordered") is True and mine.get("ordered") is not True:
        return "its slices are in no order, and are there"
    known = {(text(one.get("type")), text(one.get("path"))) for one in objects(mine.get("discriminator"))}
    wanted = ((text(one.get("type")), text(one.get("path"))) for one in objects(theirs.get("discriminator")))
    return next((f"its slices are not told apart by {of} {path}" for of, path in wanted if (of, path) not in known), "")


def _wrong(url: str, told: str, severity: Severity = Severity.ERROR) -> Fault:
    problem = f"This does not comply with {unnumbered(url)}, as it claims. {told[:1].upper()}{told[1:]}."
    return Fault("definition-claim", problem, "invalid", severity)
