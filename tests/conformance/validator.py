"""Scores the profile validator on a folder of the FHIR validator test suite, all R4 checks of it.

    python -m tests.conformance.validator SUITE_DIR [--json] [--packages DIR] [--verbose]

L0: valid or not; L1: number of errors; L2: of errors and of warnings; L3: the same severities, codes and places;
L4: line, column and text too. The last line printed is {"A": {"cases", "checks", "L0", ...}, "B", "C", "modules",
"absent"}; absent names the cases whose own file the folder does not hold, so that there is nothing to judge.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.judge import Judge
from tests.conformance.suite import Check, Finding, read_checks

LEVELS = ("L0", "L1", "L2", "L3", "L4")
_ERRORS = ("error", "fatal")


@dataclass(frozen=True, slots=True)
class Score:
    """How one check came out: the levels that agree."""

    check: Check
    found: tuple[Finding, ...]
    levels: tuple[bool, ...]


def score(check: Check, found: tuple[Finding, ...]) -> Score:
    """Compare what was found with what is recorded."""
    expected = check.expected
    counts = _counts(found), _counts(expected)
    same_errors = counts[0][0] == counts[1][0]
    places = (_places(found), _places(expected))
    levels = (
        (counts[0][0] > 0) == (counts[1][0] > 0),
        same_errors,
        counts[0] == counts[1],
        places[0] == places[1],
        Counter(found) == Counter(expected),
    )
    return Score(check, found, levels)


def _counts(findings: Iterable[Finding]) -> tuple[int, int]:
    severities = Counter(finding.severity for finding in findings)
    return sum(severities[name] for name in _ERRORS), severities["warning"]


def _places(findings: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter((finding.severity, finding.kind, finding.where) for finding in findings)


def summary(scores: Sequence[Score]) -> dict[str, Any]:
    """The fractions by class and by module."""
    classes = sorted({"A", "B", "C"} | {score.check.txclass for score in scores})
    found: dict[str, Any] = {name: _row([one for one in scores if one.check.txclass == name]) for name in classes}
    modules = sorted({score.check.module for score in scores})
    found["modules"] = {name: _row([one for one in scores if one.check.module == name]) for name in modules}
    return found


def _row(scores: Sequence[Score]) -> dict[str, Any]:
    total = len(scores)
    cases = len({score.check.case for score in scores})
    levels = {
        level: round(sum(score.levels[at] for score in scores) / total, 4) if total else 0.0
        for at, level in enumerate(LEVELS)
    }
    return {"cases": cases, "checks": total, **levels}


def _explain(scores: Iterable[Score]) -> None:
    for one in scores:
        if one.levels[3]:
            continue
        missing = _places(one.check.expected) - _places(one.found)
        extra = _places(one.found) - _places(one.check.expected)
        marks = "".join("+" if level else "-" for level in one.levels)
        _tell(f"{one.check.txclass} {marks} {one.check.module} {one.check.case} {one.check.kind}")
        for sign, places, source in (("-", missing, one.check.expected), ("+", extra, one.found)):
            for place in places:
                text = next(f.text for f in source if (f.severity, f.kind, f.where) == place)
                _tell(f"    {sign} {places[place]} {' '.join(place)} | {text[:220]}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(arguments: Sequence[str]) -> int:
    """Score the folder named on the command line; 0, or 2 where it is no suite."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--json", action="store_true", help="only the last line")
    parser.add_argument("--packages", type=Path, action="append", default=[], help="a folder of FHIR packages")
    parser.add_argument("--only", default="", help="cases whose name, module or class is this")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    if not (options.suite / "manifest.json").is_file():
        sys.stderr.write(f"{options.suite} holds no manifest.json\n")
        return 2
    judge = Judge(options.suite, tuple(options.packages) or (options.suite.parent / "packages",))
    checks = [one for one in read_checks(options.suite) if _wanted(one, options.only)]
    absent = sorted({one.case for one in checks if one.is_absent})
    sys.stderr.writelines(f"{case}: its file is not in the folder, so it is not scored.\n" for case in absent)
    scores = [score(check, judge.judge(check)) for check in checks if not check.is_absent]
    if options.verbose and not options.json:
        _explain(scores)
    _tell(json.dumps({**summary(scores), "absent": absent}))
    return 0


def _wanted(check: Check, only: str) -> bool:
    return not only or only in (check.case, check.module, check.txclass)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
