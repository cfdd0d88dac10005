"""Parameters named like those of R4's own operations: what is sent should be of the type they have there.

Names and types are data (`operation_parameters.csv`, from the OperationDefinitions of R4 core), as far as all
operations agree whether a value or a resource is sent.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import objects, text
from profiles.r4.facts import facts
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]

_TABLE = Path(__file__).with_name("operation_parameters.csv")


def check_parameters(parameters: Any, _: Scope) -> Found:
    """Notes on parameters that carry something else than the operations of R4 do under that name."""
    told = ((at, _problem(one)) for at, one in enumerate(objects(parameters.get("parameter"))))
    return [placed(_note(problem), "parameter", at) for at, problem in told if problem] or None


def _problem(parameter: Json) -> str:
    types = _types().get(text(parameter.get("name")))
    if types is None:
        return ""
    if not types:
        return "" if "resource" in parameter else "In operations of R4 a parameter of this name holds a resource."
    found = next(_values(parameter), "")
    if not found:
        return "In operations of R4 a parameter of this name has a value."
    return "" if found in types else f"In operations of R4 a parameter of this name is {' or '.join(sorted(types))}."


def _values(parameter: Json) -> Iterator[str]:
    """The type of the parameter's value."""
    for key in parameter:
        if key.startswith("value") and len(key) > 5:
            small = key[5].lower() + key[6:]
            yield small if small in facts().primitives else key[5:]


@cache
def _types() -> Mapping[str, frozenset[str]]:
    """The types of each name; none where it holds a resource."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["name"]: frozenset(row["types"].split()) for row in csv.DictReader(lines)}


def _note(told: str) -> Fault:
    return Fault("parameter-type", told, "business-rule", Severity.INFORMATION)
