"""Profiles that whoever asks for the check wants entries of a Bundle to follow, beside those they claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.bundle_index import Entry, read_entries
from profiles.fhir_plan import resource_types

Json: TypeAlias = dict[str, Any]


_RULE = re.compile(r"([A-Z][A-Za-z]+)(?::\d+)?|\d+").fullmatch


@dataclass(frozen=True, slots=True)
class EntryProfile:
    """A profile for entries: all of a type ("Patient"), one of a type ("Patient:0"), or one by its place ("3")."""

    rule: str
    profile: str

    def __post_init__(self) -> None:
        """ValueError where the rule is neither."""
        found = _RULE(self.rule)
        if found is None or (found[1] and found[1] not in resource_types()):
            raise ValueError(f"'{self.rule}' names no entries; write Patient, Patient:0 or 3.")

    def means(self, entry: Entry, place_in_type: int) -> bool:
        """Whether it is for an entry, which is the n-th of its type."""
        name, _, place = self.rule.rpartition(":")
        if name:
            return (name, place) == (entry.type, str(place_in_type))
        return place in (entry.type, str(entry.position))


def asked_of(bundle: Json, rules: Iterable[EntryProfile]) -> Iterator[tuple[Entry, str]]:
    """The entries of a Bundle with the profiles that are asked of them."""
    rules = tuple(rules)
    counted: Counter[str] = Counter()
    for entry in read_entries(bundle) if rules else ():
        yield from ((entry, rule.profile) for rule in rules if rule.means(entry, counted[entry.type]))
        counted[entry.type] += 1
