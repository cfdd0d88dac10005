"""A folder of the FHIR validator test suite as values: cases, their checks, and what the Java validator recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_COMMENT = re.compile(r"/\*.*?\*/")
_KINDS = ("profile", "logical", "matchetype")


@dataclass(frozen=True, slots=True)
class Finding:
    """One recorded or found issue, as far as it is compared. where: FHIRPath without the comments Java puts into it."""

    severity: str
    kind: str
    where: str
    line: int | None = None
    column: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One file to be judged. kind: base, profile, logical or matchetype; said: what the manifest says of that.

    A folder may hold part of a suite. A check whose file it does not hold cannot be judged by anybody: it is absent.
    """

    case: str
    module: str
    txclass: str
    kind: str
    file: Path
    options: Json
    said: Json
    expected: tuple[Finding, ...]

    @property
    def is_absent(self) -> bool:
        """Whether the folder lacks the file."""
        return not self.file.is_file()


def read_checks(folder: Path) -> Iterator[Check]:
    """All checks of a suite's folder that have a recorded outcome, in the order of its manifest."""
    rows: Mapping[str, Json] = {row["name"]: row for row in json.loads((folder / "index.json").read_bytes())}
    for case in json.loads((folder / "manifest.json").read_bytes())["test-cases"]:
        row = rows.get(case["name"])
        for kind, found in (row["checks"] if row else {}).items():
            if row is not None and found.get("ref"):
                said = case.get(kind)
                yield Check(
                    case=case["name"],
                    module=str(case.get("module", "")),
                    txclass=str(row["txclass"]),
                    kind=kind,
                    file=folder / case["file"],
                    options=case,
                    said=said if kind in _KINDS and isinstance(said, dict) else {},
                    expected=tuple(_findings(folder / "outcomes" / found["ref"])),
                )


def _findings(path: Path) -> Iterator[Finding]:
    for issue in json.loads(path.read_bytes()).get("issue", ()):
        place = _COMMENT.sub("", str(next(iter(issue.get("expression", ())), ""))).rstrip(".").replace("/.", ".")
        numbers = {
            str(one.get("url")).rpartition("-")[2]: one.get("valueInteger") for one in issue.get("extension", ())
        }
        text = str(issue.get("details", {}).get("text", ""))
        yield Finding(
            str(issue.get("severity")), str(issue.get("code")), place, numbers.get("line"), numbers.get("col"), text
        )
