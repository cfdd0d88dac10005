"""Snapshots where a profile gives only its differential (profiling page of R4, 5.1.0; snapshot generation as the
HL7 publisher does it, as far as validation needs).

The base's elements become a tree; every element of the differential is merged in at its place. Where it goes deeper
than the base does, the children come from the element's type, its profile, or what a content reference points at.
What is said about a place that is not there is a finding, and the rest is still made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.element_merge import gathered, merge, sliced, with_profile
from profiles.element_tree import Node, flatten, grow, with_ids
from profiles.issue import Issue, error, warning
from profiles.json_shapes import an_object, objects, profiles_of, snapshot_of, text

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str], Json | None]

_LINKS = ("Reference", "canonical", "CodeableReference")
_SYSTEM = "http://hl7.org/fhirpath/System."
_ANY_TYPE = {"code": "Element"}
_MOST_ELEMENTS = 50_000
_NOTHING = "http://hl7.org/fhir/StructureDefinition/Base"
"""The base of logical models from R5 on; it has no elements, and R4 does not define it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The elements made, and what could not be."""

    elements: tuple[Json, ...]
    issues: tuple[Issue, ...]


def snapshot(definition: Json, find: Find) -> Snapshot:
    """The snapshot of a structure definition.

    definition: with a differential. find: a structure definition with snapshot by canonical or type name, or None.
    An unknown base gives no elements and an error.
    """
    url, base_url = text(definition.get("url")), text(definition.get("baseDefinition"))
    differential = objects(an_object(definition.get("differential")).get("element"))
    base = find(base_url) if base_url else None
    root = grow(snapshot_of(base))
    if root is None and base_url and base_url != _NOTHING:
        problem = (
            f"The base {base_url} of profile {url} is not known; nothing can be judged by it. Install its package."
        )
        return Snapshot((), (error("profile-base-unknown", url, problem, "not-found"),))
    work = _Work(definition, url, base_url, find, root or Node("", {}))
    return work.run(differential)


class _Work:
    """One snapshot in the making."""

    def __init__(self, definition: Json, url: str, base_url: str, find: Find, root: Node) -> None:
        self._adds = definition.get("derivation") == "specialization"
        self._url, self._base_url, self._find, self._root = url, base_url, find, root
        self._issues: list[Issue] = []
        self._said: set[int] = set()
        self._made = 0
        self._renamed = text(definition.get("type")).rpartition("/")[2]

    def run(self, differential: Iterable[Json]) -> Snapshot:
        placed = list(with_ids(differential))
        first = placed[0][0].partition(".")[0] if placed else ""
        self._root.segment = (first if self._adds else "") or self._root.segment or self._renamed
        for key, element in placed:
            if self._made > _MOST_ELEMENTS:
                return Snapshot((), (_too_large(self._url),))
            self._place(key.split("."), element)
        _gather(self._root)
        return Snapshot(tuple(flatten(self._root)), tuple(self._issues))

    def _place(self, segments: list[str], element: Json) -> None:
        """Merges one element of the differential in at its place."""
        node: Node | None = self._root
        for depth, segment in enumerate(segments[1:], 1):
            last = depth == len(segments) - 1
            node = self._step(node, segment, element, last) if node else None
        if node is None:
            path = str(element.get("path"))
            problem = (
                f"Profile {self._url} says something about {path}, which its base does not have. It is not judged."
            )
            self._issues.append(warning("profile-path-unknown", path, problem, "not-found"))
            return
        self._said.add(id(node))
        node.element = merge(node.element, element, self._url, self._base_url)
        profile = self._profile(element)
        if profile:
            deeper, node.children = bool(node.children), []
            if deeper:
                self._unfold(node)
            node.element = with_profile(node.element, snapshot_of(profile)[0], element)

    def _step(self, parent: Node, segment: str, element: Json, last: bool) -> Node | None:
        """The child of that segment: there already, unfolded from the type, a new slice, or a new element."""
        self._unfold(parent)
        found = parent.child(segment)
        if found is not None:
            return found
        name, _, slice_name = segment.partition(":")
        if slice_name:
            return self._slice(parent, name, slice_name)
        choice = _choice(parent, name)
        if choice is not None:
            if len(choice.element.get("type", ())) == 1 and "slicing" not in choice.element:
                return choice
            return parent.child(f"{choice.name}:{name}") or self._short_cut(parent, choice, name)
        if self._adds and last:
            parent.children.append(Node(segment, {"base": _own_base(element)}))
            return parent.children[-1]
        return None

    def _short_cut(self, parent: Node, choice: Node, name: str) -> Node | None:
        """The slice `valueQuantity` of `value[x]`; where nothing else is said of the choice, it has only the types
        named so (profiling page of R4, 5.1.0.14)."""
        earlier = [child for child in parent.children if child.name == choice.name and child.slice_name]
        node = self._slice(parent, choice.name, name)
        if node is not None and id(choice) not in self._said:
            types = [use for child in (*earlier, node) for use in child.element.get("type", ())]
            choice.element = {**choice.element, "type": types}
        return node

    def _slice(self, parent: Node, name: str, slice_name: str) -> Node | None:
        """A new slice behind the others of its element, made as that element is; of a re-slice: as its slice is."""
        outer = slice_name.rpartition("/")[0]
        source = parent.child(f"{name}:{outer}") if outer else None
        source = source or parent.child(name)
        if source is None:
            choice = _choice(parent, name)
            return self._slice(parent, choice.name, slice_name) if choice else None
        source.element = sliced(source.element, source.name)
        self._made += source.size()
        if self._made > _MOST_ELEMENTS:
            return None
        new = source.copy(f"{source.name}:{slice_name}")
        new.element = _slice_element(source, slice_name)
        behind = [place for place, child in enumerate(parent.children) if _follows(child, source)]
        parent.children.insert(behind[-1] + 1, new)
        return new

    def _unfold(self, node: Node) -> None:
        """Gives a node without children those of its type, profile or content reference.

        Of several types only one can be walked into (profiling page of R4, 5.1.0.14): those all elements have.
        """
        if node.children:
            return
        reference = node.element.get("contentReference")
        if reference:
            self._follow(node, str(reference).rpartition("#")[2])
            return
        uses = node.element.get("type", ())
        root = self._definition(uses[0] if len(uses) == 1 else _ANY_TYPE) if uses else None
        if root is not None:
            node.children = root.copy().children

    def _follow(self, node: Node, target: str) -> None:
        """Children of what a content reference points at, which is an element of the same resource."""
        found: Node | None = self._root
        for segment in target.split(".")[1:]:
            found = found.child(segment) if found else None
        if found is not None and found is not self._root:
            children = [child.copy() for child in found.children if not child.slice_name]
            kept = {key: value for key, value in node.element.items() if key != "contentReference"}
            node.element, node.children = {**kept, "type": found.element.get("type", [])}, children

    def _definition(self, use: Json) -> Node | None:
        """The tree of a type, or of its one profile."""
        code = str(use.get("code", ""))
        profiles = _whole_profiles(use) if code not in _LINKS else ()
        wanted = [*(profiles if len(profiles) == 1 else ()), *(() if code.startswith(_SYSTEM) else (code,))]
        found = next((one for one in map(self._find, wanted) if one), None)
        return grow(snapshot_of(found))

    def _profile(self, element: Json) -> Json | None:
        """The profile an element's one type is given, which replaces what was known of the type; not that of a
        whole resource, which is judged by itself."""
        types = element.get("type", ())
        profiles = _whole_profiles(types[0]) if len(types) == 1 and types[0].get("code") not in _LINKS else ()
        if len(profiles) != 1:
            return None
        profile = self._find(profiles[0])
        return profile if snapshot_of(profile) and profile and profile.get("kind") != "resource" else None


def _whole_profiles(use: Json) -> tuple[str, ...]:
    """The profiles of a type; not those of which one element is meant, which has children of its own."""
    return tuple(url for url in profiles_of(use) if "#" not in url)


def _too_large(url: str) -> Issue:
    problem = f"The snapshot of profile {url} would have more than {_MOST_ELEMENTS} elements; nothing is judged by it."
    return error("profile-too-large", url, problem, "too-costly")


def _gather(node: Node) -> None:
    """What follows for sliced elements from their slices, once all are known."""
    for child in node.children:
        slices = [other.element for other in node.children if other.name == child.name and other.slice_name]
        if slices and not child.slice_name:
            inner = [other.element for other in node.children if "/" in other.slice_name]
            child.element = gathered(child.element, [one for one in slices if one not in inner], child.name)
        _gather(child)


def _choice(parent: Node, name: str) -> Node | None:
    """The choice element a name like valueQuantity is one of."""
    for child in parent.children:
        stem = child.name.removesuffix("[x]")
        if child.name.endswith("[x]") and not child.slice_name and name.startswith(stem) and name != stem:
            codes = (str(use.get("code", "")) for use in child.element.get("type", ()))
            if any(name == stem + code[:1].upper() + code[1:] for code in codes):
                return child
    return None


def _slice_element(source: Node, slice_name: str) -> Json:
    """The definition a slice starts from: as the element, not required by itself; of a choice: its one type."""
    kept = {key: value for key, value in source.element.items() if key != "slicing"}
    stem = source.name.removesuffix("[x]")
    if stem != source.name:
        fitting = [
            use for use in kept.get("type", ()) if slice_name == stem + use["code"][:1].upper() + use["code"][1:]
        ]
        kept["type"] = fitting or kept.get("type", [])
    return {**kept, "sliceName": slice_name, "min": 0}


def _follows(child: Node, source: Node) -> bool:
    """Whether a sibling is the element itself or one of its slices (of a slice: one of its re-slices)."""
    if not source.slice_name:
        return child.name == source.name
    return child.segment == source.segment or child.segment.startswith(f"{source.segment}/")


def _own_base(element: Json) -> Json:
    return {"path": element.get("path"), "min": element.get("min", 0), "max": element.get("max", "*")}
