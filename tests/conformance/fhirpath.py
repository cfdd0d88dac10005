"""Scores the FHIRPath engine on a folder with tests-fhir-r4.xml and its input files.

    python -m tests.conformance.fhirpath SUITE_DIR [--json] [--verbose]

Every test of the file counts. A test that is marked invalid passes when checking, compiling or evaluating the
expression is an error; any other passes when the results are the outputs, in type and value. The last line printed is
{"tests": n, "passed": n, "failed": [names]}.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from profiles.fhir_xml import from_xml
from profiles.fhirpath import (
    Environment,
    FhirPathError,
    Item,
    Items,
    Node,
    Quantity,
    Temporal,
    check_expression,
    compile_expression,
    resource_node,
)
from profiles.fhirpath.values import simple, type_of
from profiles.issue import Issue
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json

TESTS = "tests-fhir-r4.xml"
_ENVIRONMENT = Environment(now=datetime(2026, 7, 1, 12, 30, 15, 250_000, UTC))


@dataclass(frozen=True, slots=True)
class Case:
    """One test. outputs: pairs of type ("" where the test names none) and text."""

    name: str
    expression: str
    file: str
    invalid: str
    strict: bool
    predicate: bool
    ordered: bool
    outputs: tuple[tuple[str, str], ...]


def main(arguments: list[str]) -> int:
    """Print the score; 0 where all tests pass, 1 where some fail, 2 without a suite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--json", action="store_true", help="print the last line alone")
    parser.add_argument("--verbose", action="store_true", help="say why tests fail")
    options = parser.parse_args(arguments)
    if not (options.suite / TESTS).is_file():
        sys.stderr.write(f"There is no {TESTS} in {options.suite}.\n")
        return 2
    cases = read_cases(options.suite / TESTS)
    faults = {case.name: fault for case in cases if (fault := run_case(case, options.suite))}
    if not options.json or options.verbose:
        sys.stdout.writelines(f"{name}: {fault}\n" for name, fault in faults.items())
    failed = [case.name for case in cases if case.name in faults]
    score = {"tests": len(cases), "passed": len(cases) - len(failed), "failed": failed}
    sys.stdout.write(json.dumps(score) + "\n")
    return 1 if failed else 0


def read_cases(path: Path) -> list[Case]:
    """All tests of a suite's file, in its order."""
    root, issues = parse_xml(path.read_bytes())
    if root is None:
        raise SystemExit(f"{path}: {issues[0].text}")
    return [_case(element) for element in root.iter("test")]


def _case(element: Any) -> Case:
    expression = element.find("expression")
    return Case(
        name=element.get("name"),
        expression=expression.text or "",
        file=element.get("inputfile", ""),
        invalid=expression.get("invalid", ""),
        strict="strict" in (expression.get("mode"), element.get("mode")),
        predicate=element.get("predicate") == "true",
        ordered=element.get("ordered") != "false",
        outputs=tuple((output.get("type", ""), output.text or "") for output in element.findall("output")),
    )


def run_case(case: Case, folder: Path) -> str:
    """Why a test fails; "" where it passes."""
    try:
        node = _input(folder / case.file) if case.file else None
    except _InputError as error:
        return f"input {case.file}: {error}"
    try:
        found = _evaluate(case, node)
    except FhirPathError as error:
        return "" if case.invalid else f"error: {error}"
    if case.invalid:
        return f"no error, but {[_text(item) for item in found]}"
    return _difference(case, found)


def _evaluate(case: Case, node: Node | None) -> Items:
    expression = compile_expression(case.expression)
    if node is not None:
        check_expression(expression, node.type, strict=case.strict)
    if case.predicate:
        holds = expression.holds(node, _ENVIRONMENT)
        return [] if holds is None else [holds]
    return expression.evaluate(node, _ENVIRONMENT)


def _difference(case: Case, found: Items) -> str:
    rest = list(found)
    for kind, text in case.outputs:
        candidates = rest[:1] if case.ordered else rest
        match = next((item for item in candidates if _is_output(item, kind, text)), None)
        if match is None:
            return f"expected {case.outputs}, found {[(type_of(item).name, _text(item)) for item in found]}"
        rest.remove(match)
    return f"found {len(rest)} items more than expected" if rest else ""


def _is_output(item: Item, kind: str, text: str) -> bool:
    name = type_of(item).name
    if kind and name.lower() != kind.lower():
        return False
    value = simple(item)
    if kind == "decimal" and isinstance(value, int | Decimal):
        return _is_number(value, text)
    return _text(item) == text


def _is_number(value: int | Decimal, text: str) -> bool:
    try:
        return Decimal(value) == Decimal(text)
    except InvalidOperation:
        return False


def _text(item: Item) -> str:
    """An item as the suite writes outputs."""
    value = simple(item)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Temporal):
        return f"@T{value}" if value.kind == "Time" else f"@{value}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, str | int | Quantity) else f"({type_of(item).name})"


class _InputError(Exception):
    """An input file that is missing or no FHIR R4; its tests fail."""


@lru_cache(maxsize=64)
def _input(path: Path) -> Node:
    if not path.is_file():
        raise _InputError("missing")
    resource, issues = _read(path)
    if not isinstance(resource, dict):
        raise _InputError(issues[0].text if issues else "no resource")
    return resource_node(resource)


def _read(path: Path) -> tuple[Any, tuple[Issue, ...]]:
    if path.suffix == ".json":
        return parse_json(path.read_bytes())
    root, issues = parse_xml(path.read_bytes())
    return (None, issues) if root is None else from_xml(root)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
