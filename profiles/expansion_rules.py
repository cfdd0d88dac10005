"""Rules of a ValueSet's expansion: it says how it was made, of which versions, and how much of it there is (R4,
ValueSet.expansion and its parameters)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, under
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, unnumbered
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_DEEPEST = 50
_NOTE, _WARN = Severity.INFORMATION, Severity.WARNING


def check_expansion(value_set: Any, _: Scope) -> Found:
    """What an expansion does not say of itself, and what it says of its size that cannot be."""
    if "expansion" not in value_set:
        return None
    expansion = an_object(value_set["expansion"])
    contained = list(_contained(expansion, 0))
    faults = [*_told(expansion), *_counted(expansion, len(contained)), *_versions(expansion, contained)]
    return under("expansion", faults) or None


def _contained(parent: Json, depth: int) -> Iterator[Json]:
    """All codes listed, those inside others too."""
    for one in objects(parent.get("contains")) if depth < _DEEPEST else ():
        yield one
        yield from _contained(one, depth + 1)


def _told(expansion: Json) -> Iterator[Fault]:
    """How it was made, and an identifier to find it again by."""
    names = (text(one.get("name")) for one in objects(expansion.get("parameter")))
    if all(name.startswith("used-") for name in names):
        problem = "The expansion has no parameters, so nobody can tell what it may be used for; say what controlled it."
        yield Fault("expansion-parameters", problem, "business-rule", _WARN)
    if "identifier" not in expansion:
        problem = "The expansion has no identifier; with one it can be traced."
        yield Fault("expansion-identifier", problem, "business-rule", _NOTE)


def _counted(expansion: Json, count: int) -> Iterator[Fault]:
    """What is listed from the offset on is no more than the total."""
    total, offset = expansion.get("total"), expansion.get("offset")
    if type(total) is int and type(offset) is int and offset + count > total:
        problem = f"The expansion lists {count} codes from {offset} on, and says that there are {total} in all."
        yield Fault("expansion-total", problem, "invalid", _WARN)


def _versions(expansion: Json, contained: list[Json]) -> Iterator[Fault]:
    """Where codes do not say the version of their system, a parameter used-codesystem does."""
    parameters = [one for one in objects(expansion.get("parameter")) if one.get("name") == "used-codesystem"]
    used = {value for one in parameters for key, value in one.items() if key.startswith("value")}
    bare = {text(one.get("system")): None for one in contained if "code" in one and "version" not in one}
    for system in filter(None, bare):
        count = sum(type(one) is str and one.startswith(f"{system}|") for one in used)
        if count == 0:
            problem = f"Codes of {system} are listed without its version; name it in a parameter used-codesystem."
            yield Fault("expansion-version", unnumbered(problem), "invalid", _WARN)
        elif count > 1:
            problem = (
                f"Codes of {system} are listed without its version, and {count} parameters used-codesystem name one."
            )
            yield Fault("expansion-version", unnumbered(problem), "invalid")
