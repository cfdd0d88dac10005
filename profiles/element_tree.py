"""Element definitions as a tree, so that profiles can be laid over each other (ElementDefinition, R4).

A node stands for one element or slice. Slices are siblings behind the element they slice: `component`,
`component:a`, `component:a/b`. Ids and paths follow from the place in the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from profiles.json_shapes import element_shape, text

Json: TypeAlias = dict[str, Any]


_DEEPEST = 60


@dataclass(slots=True)
class Node:
    """An element: the last part of its id ("component:a"), its definition (shared, never changed), its children."""

    segment: str
    element: Json
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the element, without its slice."""
        return self.segment.partition(":")[0]

    @property
    def slice_name(self) -> str:
        """The name of the slice; "" for what is none."""
        return self.segment.partition(":")[2]

    def child(self, segment: str) -> Node | None:
        """The child of that segment."""
        return next((child for child in self.children if child.segment == segment), None)

    def size(self) -> int:
        """The number of elements here and below."""
        return 1 + sum(child.size() for child in self.children)

    def copy(self, segment: str | None = None) -> Node:
        """The node and all below it anew; the definitions are the same objects."""
        return Node(segment or self.segment, self.element, [child.copy() for child in self.children])


def grow(elements: Iterable[Json]) -> Node | None:
    """The tree of a snapshot; None without elements. An element whose parent is missing is left out."""
    root: Node | None = None
    by_id: dict[str, Node] = {}
    for key, element in with_ids(elements):
        parent, _, segment = key.rpartition(".")
        node = Node(segment, element)
        by_id[key] = node
        if root is None:
            root = node
        elif parent in by_id:
            by_id[parent].children.append(node)
    return root


def with_ids(elements: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    """Each element with its id, or where that does not fit its path and slice name, with the one that follows from
    them and the elements before it."""
    current: dict[str, str] = {}
    for element in map(element_shape, elements):
        path = text(element.get("path"))
        if not path or path.count(".") > _DEEPEST:
            continue
        above, _, name = path.rpartition(".")
        segment = f"{name}:{element['sliceName']}" if element.get("sliceName") and above else name
        key = f"{_above(current, above)}.{segment}" if above else segment
        if _fits(element.get("id"), path, segment):
            key = element["id"]
        current = {known: found for known, found in current.items() if not known.startswith(f"{path}.")}
        current[path] = key
        yield key, element


def _above(current: Mapping[str, str], path: str) -> str:
    """The id of a path: its own, or that of the nearest above that has one and the rest of the path."""
    if path in current or not path:
        return current.get(path, path)
    above, _, name = path.rpartition(".")
    return f"{_above(current, above)}.{name}" if above else name


def _fits(key: Any, path: str, segment: str) -> bool:
    """Whether an id is the path with slice names in it, and ends in the element's own segment."""
    if not isinstance(key, str) or (key != segment and not key.endswith(f".{segment}")):
        return False
    return [part.partition(":")[0] for part in key.split(".")] == path.split(".")


def flatten(root: Node) -> Iterator[Json]:
    """The elements of a tree in the order of a snapshot, with their ids and paths."""
    yield from _flatten(root, "", "")


def _flatten(node: Node, above_id: str, above_path: str) -> Iterator[Json]:
    key = f"{above_id}.{node.segment}" if above_id else node.segment
    path = f"{above_path}.{node.name}" if above_path else node.name
    head: Mapping[str, Any] = {"id": key, "path": path}
    yield {**head, **{name: value for name, value in node.element.items() if name not in head}}
    for child in node.children:
        yield from _flatten(child, key, path)
