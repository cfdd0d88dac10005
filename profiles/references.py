"""Where references point (R4, 2.27): their form, the types and profiles of their targets, and how those are carried."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from profiles.bundled_references import check_bundled
from profiles.definitions import Definition, TypeUse
from profiles.faults import Fault, Found
from profiles.fhir_plan import resource_types
from profiles.issue import About, Severity
from profiles.plans import Check, Definitions, all_of
from profiles.scope import Link, Scope

_RELATIVE = re.compile(r"([A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#\S*)?").fullmatch
_TYPED = re.compile(
    r"(?:https?://\S+/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?"
).fullmatch
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?(\S*)").fullmatch
_QUERY = re.compile(r"[_A-Za-z][\w\-:.]*=[^=&]*(?:&[_A-Za-z][\w\-:.]*=[^=&]*)*").fullmatch
Right: TypeAlias = Callable[[Link, Scope], bool]

_TYPES = "http://hl7.org/fhir/StructureDefinition/"


class ReferenceJudge:
    """Judges references of one context. type_of: the resource type a profile is of; follows: whether a target does;
    why_not: the first finding against it. free: parts of references that need not be found; None where none must."""

    def __init__(
        self,
        type_of: Callable[[str], str | None],
        follows: Callable[[Any, str, Scope], bool],
        why_not: Callable[[Any, str, Scope], str],
        free: tuple[str, ...] | None = None,
    ) -> None:
        self._free = free
        self._type_of = type_of
        self._follows = follows
        self._why_not = why_not

    def checks(self, definitions: Definitions) -> list[Check]:
        """The checks of an element of type Reference under these definitions; the narrowest targets count."""
        uses = [(one, use) for one in definitions for use in one.types if use.code == "Reference"]
        narrow = [(one, use) for one, use in uses if use.targets and use.targets != uses[0][1].targets]
        targets = narrow or [pair for pair in uses[:1] if pair[1].targets]
        checks: list[Check] = [_form_check]
        checks += [_found_check(self._free)] if self._free is not None else []
        checks += [self._target_check(one, use) for one, use in targets]
        checks += [_aggregation_check(one, use) for one, use in uses if use.aggregation]
        if self._free is not None:
            return checks
        ways = [frozenset(use.aggregation) for _, use in uses if use.aggregation]
        return [_at_a_glance([self._right_targets(use) for _, use in targets], ways, all_of(checks))]

    def _right_targets(self, use: TypeUse) -> Right:
        """Whether a target is surely right, which is told at once of one that follows the only profile of its type."""
        types = {url: self._type_of(url) for url in use.targets}
        if None in types.values() or "Resource" in types.values():
            return lambda *_: False
        profiles = {name: [url for url, of in types.items() if of == name] for name in types.values()}
        follows = self._follows

        def is_right(link: Link, scope: Scope) -> bool:
            if link.target is None:
                return link.type is None or link.type in profiles
            fitting = profiles.get(link.type, ())
            if len(fitting) != 1:
                return False
            return fitting[0] == f"{_TYPES}{link.type}" or follows(link.target, fitting[0], scope)

        return is_right

    def _target_check(self, definition: Definition, use: TypeUse) -> Check:
        types = {url: self._type_of(url) for url in use.targets}
        of_any = any(of == "Resource" for of in types.values())
        by_type = {name: tuple(url for url, of in types.items() if of == name) for name in types.values()}
        untold = [f"Profile {url} that {definition.path} points to is not known" for url in types if not types[url]]
        allowed = frozenset(name for name in types.values() if name)
        is_any = "Resource" in allowed or not allowed
        profiles = tuple(url for url in use.targets if not url.startswith(_TYPES) or url[len(_TYPES) :] != types[url])

        def check(value: Any, scope: Scope) -> Found:
            if type(value) is not dict:
                return None
            reference = value.get("reference")
            target = scope.target(reference) if type(reference) is str else None
            name = _implied_type(reference, target)
            faults = _said_check(value, name, frozenset() if is_any else allowed, definition)
            if name is not None and not is_any and name not in allowed:
                return [*faults, _wrong_target(definition, allowed, name)]
            if target is None or not profiles:
                return faults or None
            faults += [Fault("profile-unknown", f"{told}; install its package.", "structure") for told in untold]
            faults += [_wrong_target(definition, allowed, str(name))] if not allowed else []
            fitting = () if of_any else by_type.get(name, ())
            if not fitting or fitting == (_TYPES + str(name),):
                return faults or None
            return [*faults, *(self._judge(target, fitting, definition, scope) or ())] or None

        return check

    def _judge(self, target: Any, fitting: tuple[str, ...], definition: Definition, scope: Scope) -> Found:
        """Whether the target follows one of the profiles of its type."""
        matching = [url for url in fitting if self._follows(target, url, scope)]
        if len(matching) > 1:
            text = f"What {definition.path} points to follows several of the profiles it may: {', '.join(matching)}."
            return [Fault("reference-several", text, "structure", Severity.WARNING)]
        if matching or all(url.startswith(_TYPES) for url in fitting):
            return None
        wanted = ", ".join(fitting)
        text = f"What {definition.path} points to follows none of the profiles it may: {wanted} ({definition.source})."
        details = (f"By profile {url}: {self._why_not(target, url, scope)}" for url in fitting)
        notes = [Fault("reference-profile-details", told, "structure", Severity.INFORMATION) for told in details]
        about = About(profile=definition.source, expected=wanted)
        return [Fault("reference-profile", text, "structure", about=about), *notes]


def _at_a_glance(rights: list[Right], ways: list[frozenset[str]], check: Check) -> Check:
    """The check, which is spared references that say no type, are written as they must be, and lead to a right target
    that is carried in one of the ways allowed."""

    def glance(value: Any, scope: Scope) -> Found:
        reference = value.get("reference") if type(value) is dict else None
        if type(reference) is not str or "type" in value:
            return check(value, scope)
        link = scope.links.get(reference) or _link(reference, scope)
        for way in ways:
            if not _may_be(link.carried, way):
                return check(value, scope)
        for is_right in rights:
            if not is_right(link, scope):
                return check(value, scope)
        return None if link.is_right else check(value, scope)

    return glance


def _may_be(carried: str, ways: frozenset[str]) -> bool:
    """Whether a target may be carried so. What may be anywhere may be in the Bundle too."""
    return carried in ways or (carried == "bundled" and "referenced" in ways)


def _link(reference: str, scope: Scope) -> Link:
    """What a reference means in the resource around it, remembered there."""
    entry = scope.entry
    quick = scope.bundle.at_once(reference, entry) if scope.bundle is not None and entry is not None else None
    if quick is not None:
        link = Link(quick.resource, quick.type, "bundled", is_right=True)
    else:
        target = scope.target(reference)
        is_right = _form_check({"reference": reference}, scope) is None
        link = Link(target, _implied_type(reference, target), _carried(reference, scope), is_right)
    scope.links[reference] = link
    return link


def _carried(reference: str, scope: Scope) -> str:
    return "contained" if reference.startswith("#") else "bundled" if scope.target(reference) else "referenced"


def _implied_type(reference: Any, target: Any) -> str | None:
    """The type of what a reference points at: the target's own, or what the reference says."""
    if target is not None:
        return str(target.get("resourceType"))
    typed = (_TYPED(reference) or _CONDITIONAL(reference)) if type(reference) is str else None
    return typed[1] if typed is not None and typed[1] in resource_types() else None


def _said_check(
    value: dict[str, Any], name: str | None, allowed: frozenset[str], definition: Definition
) -> list[Fault]:
    """Reference.type: it is one that may be pointed to, and that of the target. name: of the target where it is known;
    allowed: nothing where all are."""
    said = value.get("type")
    if type(said) is not str:
        return []
    said = said.removeprefix(_TYPES)
    faults = [_wrong_target(definition, allowed, said)] if allowed and said not in allowed else []
    if name is not None and said != name:
        text = f"The reference says that its target is {said}, and it is {name}."
        faults.append(Fault("reference-type", text, "structure"))
    return faults


def _wrong_target(definition: Definition, allowed: frozenset[str], name: str) -> Fault:
    shown = name if name in resource_types() else "what is no type of R4"
    wanted = ", ".join(sorted(allowed)) or "nothing that is known here"
    text = f"{definition.path} may point to {wanted}, and not to {shown} ({definition.source})."
    return Fault("reference-target", text, "structure", about=About(profile=definition.source, expected=wanted))


def _form_check(value: Any, scope: Scope) -> Found:
    reference = value.get("reference") if type(value) is dict else None
    if type(reference) is not str:
        return _empty_check(value, scope)
    if not reference or reference.split() != [reference]:
        return [Fault("reference-form", "A reference is a url, and has no spaces.", "invalid")]
    if reference.startswith("#"):
        if scope.resolve(reference) is not None:
            return None
        return [Fault("reference-contained", "No contained resource has the id this reference names.", "structure")]
    if scope.entry is not None and scope.bundle is not None:
        found = scope.bundle.named(reference, scope.entry.full_url) if scope.entry.full_url else []
        if len(found) != 1 or reference not in (found[0].name, found[0].full_url):
            faults = list(check_bundled(reference, scope.entry, scope.bundle))
            if faults:
                return faults
    return _url_check(reference, is_transaction=scope.bundle is not None and scope.bundle.kind == "transaction")


def _url_check(reference: str, *, is_transaction: bool) -> Found:
    """The form of a reference that is not to something contained. Only a server that carries out a transaction puts a
    url in place of a search (R4, conditional references)."""
    if ":" in reference.partition("/")[0].partition("?")[0]:
        return None
    conditional = _CONDITIONAL(reference)
    if conditional is not None and conditional[1] in resource_types():
        if _QUERY(conditional[2]):
            told = "A search stands for a reference within a transaction only."
            return None if is_transaction else [Fault("reference-conditional", told, "invalid")]
        return [Fault("reference-query", "What follows the ? must be name=value, joined by &.", "invalid")]
    found = _RELATIVE(reference)
    if found is None or found[1] not in resource_types():
        return [Fault("reference-format", "A relative reference must be Type/id with a type of R4.", "invalid")]
    return None


def _empty_check(value: Any, scope: Scope) -> Found:
    """A reference that leads nowhere should say at least what it is about. Patterns of definitions need not."""
    if type(value) is not dict or "display" in value or "reference" in value:
        return None
    identifier = value.get("identifier")
    told = type(identifier) is dict and ("system" in identifier or "value" in identifier)
    if told or scope.resource.get("resourceType") == "StructureDefinition":
        return None
    text = "A reference without an identifier and without a url should have a display."
    return [Fault("reference-display", text, "structure", Severity.WARNING)]


def _found_check(free: tuple[str, ...]) -> Check:
    def check(value: Any, scope: Scope) -> Found:
        reference = value.get("reference") if type(value) is dict else None
        if type(reference) is not str or reference.startswith("#") or _CONDITIONAL(reference):
            return None
        if any(part in reference for part in free) or scope.target(reference) is not None:
            return None
        return [Fault("reference-unresolved", "What this refers to cannot be found.", "structure")]

    return check


def _aggregation_check(definition: Definition, use: TypeUse) -> Check:
    ways, allowed = frozenset(use.aggregation), ", ".join(use.aggregation)

    def check(value: Any, scope: Scope) -> Found:
        reference = value.get("reference") if type(value) is dict else None
        if type(reference) is not str:
            return None
        found = _carried(reference, scope)
        if _may_be(found, ways):
            return None
        text = f"What {definition.path} points to must be {allowed}, and is {found} ({definition.source})."
        return [Fault("reference-aggregation", text, "required" if found == "referenced" else "structure")]

    return check
