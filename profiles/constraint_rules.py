"""How a profile may change the elements of its base: it narrows, and never widens (ElementDefinition, R4; 5.1.0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.differentials import Find
from profiles.faults import Fault, placed
from profiles.fhir_plan import resource_types
from profiles.json_shapes import an_object, objects, snapshot_of, text, texts, unnumbered
from profiles.patterns import has_pattern, is_fixed
from profiles.possible_values import impossible
from profiles.r4.facts import facts

Json: TypeAlias = dict[str, Any]
Codes: TypeAlias = Callable[[str], frozenset[tuple[str, str]] | None]
"""The codes of a value set, with their systems; None where they cannot be listed."""

_LINKS = ("Reference", "canonical", "CodeableReference")
_ANY_RESOURCE = frozenset({"Resource", "DomainResource", "CanonicalResource", "MetadataResource"})
_WIDER: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("code", "id", "markdown"), "string"),
        **dict.fromkeys(("url", "canonical", "oid", "uuid"), "uri"),
        **dict.fromkeys(("unsignedInt", "positiveInt"), "integer"),
        **dict.fromkeys(("Age", "Count", "Distance", "Duration", "SimpleQuantity"), "Quantity"),
    }
)
"""The type each of these is made from (R4, data types)."""
_STRENGTHS = ("example", "preferred", "extensible", "required")


def changed(differential: Sequence[Json], base: Json, find: Find, codes: Codes) -> Iterator[Fault]:
    """Findings on elements of a differential by those of the base's snapshot with the same id. find: a structure
    definition by canonical."""
    elements = {text(one.get("id")): one for one in snapshot_of(base)}
    for at, element in enumerate(differential):
        path = text(element.get("path"))
        origin = elements.get(text(element.get("id")) or path)
        if origin is None:
            origin = elements.get(path) if "sliceName" in element else None
        if origin is not None:
            yield from _counts(element, origin)
            yield from _bindings(element, origin, codes)
            yield from _types(element, origin)
            yield from _targets(element, origin, find)
            for fault in _values(element, origin):
                yield placed(fault, "differential", "element", at)
    yield from impossible(differential, elements)


def _counts(element: Json, origin: Json) -> Iterator[Fault]:
    """min does not fall, but for slices; max does not rise; what must be supported stays so."""
    path, least, most = _told(element), element.get("min"), text(element.get("max"))
    if isinstance(least, int) and least < origin.get("min", 0) and "sliceName" not in element:
        yield _wrong(f"{path}: min is {least}, and {origin['min']} in the base.")
    if most and _more(most, text(origin.get("max")) or "*"):
        yield _wrong(f"{path}: max is {most}, and {origin.get('max')} in the base.")
    if origin.get("mustSupport") is True and element.get("mustSupport") is False:
        yield _wrong(f"{path}: mustSupport cannot be taken back.")


def _more(one: str, other: str) -> bool:
    if other == "*" or one == other:
        return False
    return one == "*" or (one.isdecimal() and other.isdecimal() and int(one) > int(other))


def _bindings(element: Json, origin: Json, codes: Codes) -> Iterator[Fault]:
    """A binding grows no weaker than required, once it is, and its value set no wider."""
    mine, theirs = an_object(element.get("binding")), an_object(origin.get("binding"))
    if theirs.get("strength") != "required" or not mine:
        return
    strength = text(mine.get("strength"))
    if strength in _STRENGTHS and strength != "required":
        yield _wrong(f"{_told(element)}: the binding is {strength}, and required in the base.")
        return
    named, known = text(mine.get("valueSet")), text(theirs.get("valueSet"))
    listed = (codes(named), codes(known)) if named and known and named != known else (None, None)
    if listed[0] is not None and listed[1] is not None and not listed[0] <= listed[1]:
        told = f"value set {unnumbered(named)} has codes that the base does not allow, which are those of {known}."
        yield _wrong(f"{_told(element)}: {told}")


def _types(element: Json, origin: Json) -> Iterator[Fault]:
    """Types are some of the base's, or made from one of them."""
    allowed = {text(use.get("code")) for use in objects(origin.get("type"))}
    if not allowed or not allowed <= _concrete():
        return
    for use in objects(element.get("type")):
        code = text(use.get("code"))
        if code in _concrete() and code not in allowed and _WIDER.get(code) not in allowed:
            told = f"{_told(element)}: {code} is none of the types it has in the base."
            yield Fault("constraint-type", told, "exception")


def _concrete() -> frozenset[str]:
    """Data types of R4 that elements have themselves."""
    names = {name for name in facts().types if "." not in name} | set(facts().primitives)
    return frozenset(names - {"Element", "BackboneElement"} - resource_types())


def _targets(element: Json, origin: Json, find: Find) -> Iterator[Fault]:
    """What an element refers to is some of what it refers to in the base."""
    allowed = [url for use in _links(origin) for url in texts(use.get("targetProfile"))]
    kinds = {text((find(url) or {}).get("type")) or url.rpartition("/")[2] for url in allowed}
    if not kinds or kinds & _ANY_RESOURCE:
        return
    for url in (url for use in _links(element) for url in texts(use.get("targetProfile"))):
        kind = text((find(url) or {}).get("type"))
        if kind and kind not in kinds:
            told = f"{_told(element)}: it refers to {', '.join(sorted(kinds))} in the base, and not to {kind}."
            yield Fault("constraint-type", told, "exception")


def _links(element: Json) -> list[Json]:
    return [use for use in objects(element.get("type")) if use.get("code") in _LINKS]


def _values(element: Json, origin: Json) -> Iterator[Fault]:
    """A value that is fixed stays what it is; a pattern is kept, and may grow."""
    for stem, keeps in (("fixed", is_fixed), ("pattern", has_pattern)):
        theirs = valued(origin, stem)
        mine = valued(element, "fixed") or valued(element, stem)
        if theirs is None or mine is None:
            continue
        if mine[0][len(stem) :] != theirs[0][len(stem) :] and mine[0].startswith(stem):
            told = f"The value must be of the type the base has for it, {theirs[0][len(stem) :]}."
            yield Fault("constraint-value", told, "invalid", step=value_step(mine[0]))
        elif not keeps(mine[1], theirs[1]):
            told = "The value must be what the base says of it."
            yield Fault("constraint-value", told, "value", step=value_step(mine[0]))


def valued(element: Mapping[str, Any], stem: str) -> tuple[str, Any] | None:
    """The property and value of a choice like fixed[x]; None where it is absent."""
    return next(((key, value) for key, value in element.items() if _is_choice(key, stem)), None)


def _is_choice(key: str, stem: str) -> bool:
    return key.startswith(stem) and key[len(stem) :][:1].isupper()


def value_step(key: str) -> str:
    """The property in FHIRPath: fixed.ofType(code)."""
    stem, code = value_type(key)
    return f"{stem}.ofType({code})"


def value_type(key: str) -> tuple[str, str]:
    """The choice and the type a property like fixedCode stands for: (fixed, code)."""
    stem = next(stem for stem in ("fixed", "pattern", "defaultValue") if key.startswith(stem))
    code = key[len(stem) :]
    small = code[:1].lower() + code[1:]
    return stem, small if small in facts().primitives else code


def _told(element: Json) -> str:
    return unnumbered(text(element.get("id")) or text(element.get("path")))


def _wrong(told: str) -> Fault:
    return Fault("constraint-widened", told, "business-rule")
