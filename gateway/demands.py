"""What whoever has something checked may ask for beside a guide: best practice, readiness for publication, ..."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import BadRequestError
from profiles.entry_profiles import EntryProfile

_FLAGS = {
    "best-practice": "best_practice",
    "for-publication": "for_publication",
    "no-experimental": "no_experimental",
    "must-resolve": "must_resolve",
    "trail": "trail",
}
NAMES = (*_FLAGS, "entry")


@dataclass(frozen=True, slots=True)
class Demands:
    """best_practice: rules the standard recommends count too. for_publication: definitions of HL7 must be fit to
    publish. must_resolve: what references name must be in the document. trail: by which profiles each resource is
    judged is told. entries: profiles for entries of a Bundle. no_experimental: nothing may say that it is
    experimental."""

    best_practice: bool = False
    for_publication: bool = False
    must_resolve: bool = False
    trail: bool = False
    entries: tuple[EntryProfile, ...] = ()
    no_experimental: bool = False


NOTHING = Demands()


def demands(asked: Mapping[str, Sequence[str]]) -> Demands:
    """The demands among named parameters, as a url or Parameters have them. Raises BadRequestError."""
    flags = {field: _is_true(name, asked.get(name, ())) for name, field in _FLAGS.items()}
    return Demands(**flags, entries=entry_profiles(asked.get("entry", ())))


def entry_profiles(words: Iterable[str]) -> tuple[EntryProfile, ...]:
    """Profiles for entries, each "Patient=url", "Patient:0=url" (the first of them) or "3=url" (the fourth entry).

    Raises BadRequestError for anything else.
    """
    found = []
    for word in words:
        rule, _, profile = word.partition("=")
        try:
            found.append(EntryProfile(rule, profile))
        except ValueError as problem:
            raise BadRequestError(f"entry: {problem}") from problem
        if not profile:
            raise BadRequestError(f"entry: {rule} names no profile; write {rule}=url.")
    return tuple(found)


def _is_true(name: str, values: Sequence[str]) -> bool:
    said = values[0].lower() if values else "false"
    if said not in ("true", "false"):
        raise BadRequestError(f"{name} is true or false.")
    return said == "true"
