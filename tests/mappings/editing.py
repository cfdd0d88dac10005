"""Changing our samples in a test: load one, edit its resources, read the result."""

from __future__ import annotations

import json
from typing import Any

from mappings.formats import read
from mappings.reading import Family, Reading
from tests.mappings.golden import MESSAGES

Resource = dict[str, Any]


def load(name: str) -> Resource:
    """A JSON sample ("hospital-notification/discharge") as a tree of its own."""
    tree: Resource = json.loads((MESSAGES / f"{name}.json").read_bytes())
    return tree


def resource(bundle: Resource, resource_type: str, place: int = 0) -> Resource:
    """The nth resource of a type in a Bundle."""
    found: list[Resource] = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if one["resourceType"] == resource_type][place]


def body(tree: Resource) -> bytes:
    """The tree as a body."""
    return json.dumps(tree, ensure_ascii=False).encode()


def reading(tree: Resource) -> Reading:
    """What the tree is read as."""
    return read(body(tree), Family.FHIR, "application/fhir+json")[1]


def codes(tree: Resource) -> set[str]:
    """The codes of everything found in the tree."""
    return {issue.code for issue in reading(tree).issues}
