"""Discriminators: what tells slices apart, compiled into tests (ElementDefinition.slicing.discriminator, R4).

A path may hold names, `$this`, `resolve()`, `extension('url')` and `ofType(Type)`. The profile is followed along it to
find what the slice asks for; the data is followed along it to find what is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from profiles.definitions import Definition
from profiles.patterns import has_pattern, is_fixed
from profiles.plans import ABSTRACT, Definitions, children_of, expand, property_name
from profiles.primitives import PRIMITIVES
from profiles.r4.facts import facts
from profiles.scope import Scope

Test: TypeAlias = Callable[[Any, Scope], bool]
Value: TypeAlias = tuple[Any, str, Scope]
"""A value found in the data, its type as far as known ("" else), and the resource it stands in."""

_STEP = re.compile(r"extension\('([^']+)'\)|extension\(\"([^\"]+)\"\)|ofType\((\w+)\)|(resolve)\(\)|(\$this)|([\w]+)")


@dataclass(frozen=True, slots=True)
class Discriminator:
    """One test of a slice. told: what would satisfy it. path: the names to the values that it asks about, where it asks
    about nothing else; constant: the text that must be there; of_code: whether that is asked of terminology."""

    holds: Test
    told: str
    path: tuple[str, ...] = ()
    constant: str = ""
    of_code: bool = False


class Said(NamedTuple):
    """What a slice says at a discriminator's path: the test, what would satisfy it, and the only text that does.
    of_values: whether it asks about nothing but the values there; of_code: whether it asks terminology about them."""

    test: Test
    told: str
    constant: str = ""
    of_values: bool = False
    of_code: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """What compiling a discriminator needs to know of the rest.

    root: the definition of a profile or type. member: whether a value is in a value set, None where that cannot be
    told. follows: whether a value follows a profile.
    """

    root: Callable[[str], Definition | None]
    member: Callable[[Any, str], bool | None]
    follows: Callable[[Any, str, Scope], bool]

    def compile(self, definition: Definition, discriminator: tuple[str, str]) -> Discriminator | None:
        """The test of one discriminator for one slice; None where the slice says nothing at that path."""
        kind, path = discriminator
        steps = _steps(path)
        wanted = self._follow((definition,), steps)
        make = {"value": self._value, "pattern": self._value, "exists": self._exists, "type": self._type}
        found = make.get(kind, self._profile)(wanted, steps)
        if found is None:
            return None
        is_plain = found.of_values and all(step in ("name", "this") for step, _ in steps)
        names = tuple(name for step, name in steps if step == "name") if is_plain else ()
        return Discriminator(found.test, f"{path} {found.told}", names, found.constant, found.of_code)

    def _follow(self, definitions: Definitions, steps: Iterable[tuple[str, str]]) -> Definitions:
        """What the profile says at a path."""
        for kind, name in steps:
            if kind == "this":
                continue
            if kind == "resolve":
                targets = [target for one in definitions for use in one.types for target in use.targets]
                definitions = tuple(filter(None, map(self.root, dict.fromkeys(targets))))
            elif kind == "type":
                definitions = tuple(one for one in definitions if any(use.code == name for use in one.types))
            elif kind == "extension":
                definitions = self._extension(definitions, name)
            else:
                definitions = self._child(definitions, name)
        return definitions

    def _child(self, definitions: Definitions, name: str) -> Definitions:
        codes = [use.code for one in definitions for use in one.types]
        wide = expand(definitions, codes[-1] if codes and codes[-1] not in ABSTRACT else "", self.root)
        groups = children_of(wide)
        found = groups.get(name) or groups.get(f"{name}[x]", ()) or _of_choice(groups, name)
        only = [one.slices[0] for one in found if len(one.slices) == 1]
        return (*found, *only)

    def _extension(self, definitions: Definitions, url: str) -> Definitions:
        slices = [one for group in self._child(definitions, "extension") for one in group.slices]
        named = [one for one in slices if any(url in use.profiles for use in one.types)]
        profile = self.root(url)
        return (*named, *((profile,) if profile else ()))

    def _value(self, wanted: Definitions, steps: list[tuple[str, str]]) -> Said | None:
        said = next((one for one in wanted if one.fixed is not None or one.pattern is not None), None)
        if said is not None:
            return _equal(said, steps)
        if any(one.max == 0 for one in wanted):
            return self._exists(wanted, steps)
        bound = next((one.binding[1] for one in wanted if one.binding[0] == "required"), "")
        if bound:
            test = _any(steps, lambda value, *_: self.member(value, bound) is True)
            return Said(test, f"in {bound}", of_values=True, of_code=True)
        return self._inside(wanted, steps)

    def _inside(self, wanted: Definitions, steps: list[tuple[str, str]]) -> Said | None:
        """A slice may fix parts below the discriminator's path instead of the value itself."""
        tests: list[Test] = []
        told: list[str] = []
        for one in wanted:
            for name, child in one.members().items():
                below = [] if name in ("id", "extension") else [child, *child.slices]
                for inner in below:
                    found = self._value((inner,), [*steps, ("name", name)])
                    if found is not None and (inner.fixed or inner.pattern or inner.min):
                        tests.append(found.test)
                        told.append(f"{name} {found.told}")
        if not tests:
            return None
        return Said(lambda value, scope: all(test(value, scope) for test in tests), " and ".join(told))

    def _exists(self, wanted: Definitions, steps: list[tuple[str, str]]) -> Said | None:
        if any(one.max == 0 for one in wanted):
            return Said(lambda value, scope: not walk(value, steps, scope), "absent")
        if any(one.min for one in wanted):
            return Said(lambda value, scope: bool(walk(value, steps, scope)), "present")
        return None

    def _type(self, wanted: Definitions, steps: list[tuple[str, str]]) -> Said | None:
        codes = next((frozenset(use.code for use in one.types) for one in wanted if one.types), frozenset())
        resolved = [one.path for one in wanted if not one.types and "." not in one.path]
        codes = codes or frozenset(resolved)
        if any(kind == "resolve" for kind, _ in steps[-1:]):
            codes = frozenset(one.path for one in wanted)
        if not codes:
            return None
        test = _any(steps, lambda value, code, _: _is_type(value, code, codes))
        return Said(test, f"is {' or '.join(sorted(codes))}")

    def _profile(self, wanted: Definitions, steps: list[tuple[str, str]]) -> Said | None:
        if steps[-1][0] == "resolve":
            urls = [one.source for one in wanted]
        else:
            urls = [url for one in wanted for use in one.types for url in use.profiles]
        if not urls:
            return None
        test = _any(steps, lambda value, _, scope: any(self.follows(value, url, scope) for url in urls))
        return Said(test, f"following {' or '.join(urls)}")


def _equal(definition: Definition, steps: list[tuple[str, str]]) -> Said:
    """The test for a fixed value or pattern."""
    _, wanted = definition.fixed or definition.pattern or ("", None)
    constant = wanted if isinstance(wanted, str) else ""
    if definition.fixed is not None:
        return Said(_any(steps, lambda value, *_: is_fixed(value, wanted)), f"= {wanted}", constant, of_values=True)
    return Said(_any(steps, lambda value, *_: has_pattern(value, wanted)), f"with {wanted}", constant, of_values=True)


def _any(steps: list[tuple[str, str]], test: Callable[[Any, str, Scope], bool]) -> Test:
    """True where any value at the path passes."""
    return lambda value, scope: any(test(*found) for found in walk(value, steps, scope))


def _is_type(value: Any, code: str, codes: frozenset[str]) -> bool:
    if type(value) is dict and "resourceType" in value:
        name = value["resourceType"]
        return type(name) is str and name in codes
    return code in codes or (not code and any(PRIMITIVES[one][0](value) for one in codes if one in PRIMITIVES))


def _of_choice(groups: dict[str, Definitions], name: str) -> Definitions:
    """The definitions of value[x] for a path that says valueQuantity."""
    for key, group in groups.items():
        if key.endswith("[x]") and name.startswith(key[:-3]):
            codes = [use.code for one in group for use in one.types]
            if any(property_name(key, code) == name for code in codes):
                return group
    return ()


def _steps(path: str) -> list[tuple[str, str]]:
    """A discriminator's path as (kind, name): ("name", "code"), ("resolve", ""), ("extension", url), ("type", code)."""
    found = []
    for single, double, code, resolve, this, name in _STEP.findall(path):
        if single or double:
            found.append(("extension", single or double))
        elif code:
            found.append(("type", code))
        elif resolve or this:
            found.append(("resolve" if resolve else "this", ""))
        else:
            found.append(("name", name))
    return found


def walk(value: Any, steps: list[tuple[str, str]], scope: Scope) -> list[Value]:
    """The values at a path."""
    found: list[Value] = [(value, "", scope)]
    for step in steps:
        found = [after for before in found for after in _next(before, step)]
    return found


def marks_at(value: Any, path: tuple[str, ...], scope: Scope) -> tuple[Any, ...] | None:
    """The values at a path of names, as what can be remembered; None where they are more than texts, and objects of
    texts."""
    found = [one for one, _, _ in walk(value, [("name", name) for name in path], scope)]
    marks = tuple(tuple(one.items()) if one.__class__ is dict else one for one in found)
    texts = [text for mark in marks for pair in (mark if mark.__class__ is tuple else ((mark,),)) for text in pair]
    return marks if all(text.__class__ is str for text in texts) else None


def _next(before: Value, step: tuple[str, str]) -> list[Value]:
    value, code, scope = before
    kind, name = step
    if kind == "this":
        return [before]
    if kind == "type":
        return [before] if _is_type(value, code, frozenset((name,))) else []
    if type(value) is not dict:
        return []
    if kind == "resolve":
        target = scope.resolve(value.get("reference"))
        return [(target, str(target.get("resourceType")), scope)] if target is not None else []
    if kind == "extension":
        return [(one, "Extension", scope) for one in _list(value.get("extension")) if _url(one) == name]
    if name in value:
        return [(one, "", scope) for one in _list(value[name])]
    choices = [(key, _choice_code(key[len(name) :])) for key in value if key.startswith(name)]
    return [(value[key], code, scope) for key, code in choices if code]


def _choice_code(suffix: str) -> str:
    """The type that the last part of a property's name says; "" where it is none."""
    lower = suffix[:1].lower() + suffix[1:]
    return lower if lower in PRIMITIVES else suffix if suffix in facts().types else ""


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else [] if value is None else [value]


def _url(extension: Any) -> Any:
    return extension.get("url") if type(extension) is dict else None
