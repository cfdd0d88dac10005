"""Whether every element of a differential has its place in the base (profiling page of R4, 5.1.0; ElementDefinition).

A differential is read beside its base: elements come in the order the base has them. One that names what the base does
not have, or comes too late, takes part in nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from profiles.element_tree import Node, grow
from profiles.json_shapes import objects, snapshot_of, text, texts

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str], Json | None]

_SYSTEM = "http://hl7.org/fhirpath/System."


@dataclass(slots=True)
class _Block:
    """An element of a differential, or a slice, with what stands below it. element: what is said of it; positions: of
    all of them."""

    name: str
    element: Json = field(default_factory=dict)
    positions: list[int] = field(default_factory=list)
    below: list[_Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """What has no place. positions: in the differential; misnamed: a name that none of its choice's types has, and that
    choice."""

    positions: tuple[int, ...]
    misnamed: tuple[str, str] | None = None


def misplaced(elements: Sequence[Json], base: Json, find: Find) -> Misplaced:
    """The elements of a differential that have no place in the base.

    base: a structure definition with its snapshot. find: the same by canonical or type name.
    """
    root = grow(snapshot_of(base))
    if root is None:
        return Misplaced(())
    walk = _Walk(find, root)
    lost = sorted(walk.lost(_blocks(elements), root, {}))
    return Misplaced(tuple(lost), walk.misnamed)


def _blocks(elements: Sequence[Json]) -> list[_Block]:
    """The differential below its root, as it is nested."""
    top = _Block("")
    for position, element in enumerate(elements):
        block = top
        names = text(element.get("path")).split(".")[1:]
        for depth, name in enumerate(names, 1):
            block = _entered(block.below, name, is_new=depth == len(names))
            block.positions.append(position)
        block.element = element
    return top.below


def _entered(blocks: list[_Block], name: str, *, is_new: bool) -> _Block:
    """The block an element stands in: a new one for itself, or the last for what is below."""
    if is_new or not blocks or blocks[-1].name != name:
        blocks.append(_Block(name))
    return blocks[-1]


class _Walk:
    """A walk through a base, with the blocks of a differential beside it."""

    def __init__(self, find: Find, root: Node) -> None:
        self._find, self._root = find, root
        self.misnamed: tuple[str, str] | None = None

    def lost(self, blocks: Sequence[_Block], parent: Node, said: Json) -> Iterator[int]:
        """Positions without a place, of the blocks below a node of the base; said: what the differential says of it."""
        children = self._children(parent, said)
        if not blocks or not children:
            return
        places = [self._position(block.name, children) for block in blocks]
        cursor = -1
        for place, child in enumerate(children):
            kept = [at for at, one in enumerate(places) if one == place and at > cursor]
            for at in kept:
                yield from self.lost(blocks[at].below, child, blocks[at].element)
            late = [at for at, one in enumerate(places) if one == place and at <= cursor]
            yield from (position for at in late for position in blocks[at].positions)
            cursor = max([cursor, *kept])
        unknown = [at for at, one in enumerate(places) if one is None]
        yield from (position for at in unknown for position in blocks[at].positions)

    def _children(self, node: Node, said: Json) -> list[Node]:
        """The elements below a node, or those of its type; none where that is not known."""
        uses = objects(said.get("type"))
        target = text(node.element.get("contentReference")).rpartition("#")[2]
        if len(uses) == 1 and not _has_type(node, text(uses[0].get("code"))):
            found = self._of_type(uses)
        elif node.children:
            found = node.children
        else:
            found = self._referred(target) if target else self._of_type(uses or objects(node.element.get("type")))
        return [child for child in found if not child.slice_name]

    def _referred(self, target: str) -> list[Node]:
        node: Node | None = self._root
        for segment in target.split(".")[1:]:
            node = node.child(segment) if node else None
        return node.children if node else []

    def _of_type(self, uses: Sequence[Json]) -> list[Node]:
        code = text(uses[0].get("code")) if len(uses) == 1 else ""
        if not code or code.startswith(_SYSTEM):
            return []
        profiles = texts(uses[0].get("profile"))
        found = self._find(profiles[0]) if len(profiles) == 1 else None
        root = grow(snapshot_of(found or self._find(code)))
        return root.children if root else []

    def _position(self, name: str, children: Sequence[Node]) -> int | None:
        """Where a name stands among its siblings; a choice also by the name it has with one of its types."""
        for at, child in enumerate(children):
            stem = child.name.removesuffix("[x]")
            if name == child.name:
                return at
            if stem != child.name and name.startswith(stem) and name[len(stem) :][:1].isupper():
                if not any(name == stem + _capital(text(use.get("code"))) for use in child.element.get("type", [])):
                    self.misnamed = self.misnamed or (name, child.name)
                return at
        return None


def _has_type(node: Node, code: str) -> bool:
    return any(use.get("code") == code for use in objects(node.element.get("type")))


def _capital(code: str) -> str:
    return code[:1].upper() + code[1:]
