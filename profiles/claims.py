"""The profiles a resource must follow: those it claims in meta.profile, and those asked of all of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from profiles.context import TYPES, Context
from profiles.definitions import Definition
from profiles.faults import Fault, placed, under
from profiles.issue import Severity
from profiles.memo import Memo
from profiles.plans import Definitions, distinct
from profiles.scope import Claims
from profiles.version_claims import version_claim
from profiles.vital_signs import vital_sign_profiles

_MOST_CLAIMS = 2_000
_LONGEST_CLAIM = 1_000


class ClaimJudge:
    """Judges claims in one context. root: the definition a canonical names; unknown: how bad one is that names none."""

    def __init__(self, context: Context, root: Callable[[str], Definition | None], unknown: Severity) -> None:
        self._context, self._root, self._unknown = context, root, unknown
        self._known: Memo[tuple[str, ...], Claims] = Memo(_MOST_CLAIMS)

    def claims(self, resource: dict[str, Any]) -> Claims:
        """The profiles a resource claims or must follow unasked, each once, and what is wrong with that.

        It depends on the claims alone, so that it is remembered by them; but for Observations, where it depends on
        their code too.
        """
        key = _key(resource)
        known = self._known.get(key) if key else None
        if known is None:
            roots, faults = self._claimed(resource)
            known = Claims(distinct(roots), tuple(faults))
            if key:
                self._known[key] = known
        return known

    def trail(self, name: str, wanted: Definitions) -> list[Fault]:
        """By which profiles a resource is judged, its type first; those it must follow unasked are told in any case."""
        implied = {url for urls in self._guides.values() for url in urls}
        roots = (one for one in wanted if "." not in one.path and one.source.partition("|")[0] not in implied)
        base = self._root(TYPES + name)
        sources = dict.fromkeys(one.source for one in (*((base,) if base is not None else ()), *roots))
        text = "This is judged by profile {}."
        return [Fault("profile-trail", text.format(one), "informational", Severity.INFORMATION) for one in sources]

    def _claimed(self, resource: Any) -> tuple[list[Definition], list[Fault]]:
        meta = resource.get("meta")
        urls = meta.get("profile") if type(meta) is dict else None
        roots: list[Definition] = []
        faults: list[Fault] = []
        for index, url in enumerate(urls if type(urls) is list else ()):
            if type(url) is not str:
                continue
            root, versioned = self._root(url), version_claim(url, resource["resourceType"])
            if versioned is not None:
                faults.append(placed(versioned, "meta", "profile", index))
            elif root is None:
                text = f"Profile {url} is not known, so nothing can be judged by it. Install its package."
                fault = Fault("profile-unknown", text, "structure", self._unknown, step=index)
                faults += under("meta", under("profile", [fault]))
            elif root.path != resource["resourceType"] and root.path not in ("Resource", "DomainResource"):
                text = f"Profile {url} is for {root.path}, and this is a {resource['resourceType']}."
                faults.append(Fault("profile-type", text, "structure"))
            elif url != TYPES + root.path:
                roots.append(root)
        for url, why in self._implied(resource):
            root = self._root(url)
            if root is not None and root not in roots:
                roots.append(root)
                text = f"This is judged by profile {url} too, {why}."
                faults.append(Fault("profile-implied", text, "informational", Severity.INFORMATION))
        return roots, faults

    def _implied(self, resource: Any) -> Iterator[tuple[str, str]]:
        """Profiles a resource must follow without claiming them, and why."""
        kind = resource["resourceType"]
        for url in self._guides.get(kind, ()):
            yield url, "which an implementation guide asks of all resources of this type"
        if kind != "Observation":
            return
        for name, code in vital_sign_profiles(resource):
            yield TYPES + name, f"as R4 requires for its {code}"

    @cached_property
    def _guides(self) -> Mapping[str, tuple[str, ...]]:
        """The profiles that the context's implementation guides ask of all resources of a type."""
        found: dict[str, tuple[str, ...]] = {}
        for guide in self._context.of_type("ImplementationGuide"):
            for one in guide.resource.get("global", ()):
                name = str(one.get("type"))
                found[name] = (*found.get(name, ()), str(one.get("profile")))
        return found


def _key(resource: dict[str, Any]) -> tuple[str, ...]:
    """The type and its claims; () for what is not remembered."""
    kind, meta = resource["resourceType"], resource.get("meta")
    urls = meta.get("profile") if meta.__class__ is dict else None
    if kind == "Observation":
        return ()
    if urls.__class__ is not list:
        return (kind,)
    if len(urls) == 1 and urls[0].__class__ is str and len(urls[0]) <= _LONGEST_CLAIM:
        return (kind, urls[0])
    is_usual = all(url.__class__ is str for url in urls) and sum(map(len, urls)) <= _LONGEST_CLAIM
    return (kind, *urls) if is_usual else ()
