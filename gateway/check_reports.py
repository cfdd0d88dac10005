"""What checking found, as people, programs, code scanners (SARIF 2.1.0) and test reports (JUnit XML) read it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from lxml import etree
from rich.console import Console

from gateway import printing
from gateway.checking import Checked
from gateway.http.metadata import VERSION
from gateway.rule_links import family_link
from profiles.issue import Issue, Severity, refuses

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.FATAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
}


class Form(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def report(checked: Sequence[Checked], form: Form, console: Console) -> str:
    """The report in a form. console: the one it will be shown on, for its width and colours."""
    if form is Form.TEXT:
        return _text(checked, console)
    return {Form.JSON: as_json, Form.SARIF: as_sarif, Form.JUNIT: as_junit}[form](checked).decode()


def as_json(checked: Sequence[Checked]) -> bytes:
    """A list of files with their findings."""
    rows = [
        {
            "file": item.file,
            "line": item.line,
            "format": item.format,
            "guide": item.guide,
            "valid": item.valid,
            "issues": printing.issue_rows(item.issues),
            "silenced": [{"issue": issue, "reason": reason} for issue, reason in item.silenced],
        }
        for item in checked
    ]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def as_sarif(checked: Sequence[Checked]) -> bytes:
    """SARIF 2.1.0: one run; a rule for each code that was found; what is silenced is suppressed, with its reason."""
    told = [(item, issue, "") for item in checked for issue in item.issues]
    told += [(item, issue, reason) for item in checked for issue, reason in item.silenced]
    codes = sorted({issue.code for _, issue, _ in told})
    places = {code: position for position, code in enumerate(codes)}
    driver = {"name": "Overgang", "version": VERSION, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, issue, reason, places[issue.code]) for item, issue, reason in told],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_junit(checked: Sequence[Checked]) -> bytes:
    """JUnit XML: a test case for each file or line, failed by its errors; warnings stand in its output."""
    failures = str(sum(not item.valid for item in checked))
    counts = {"tests": str(len(checked)), "failures": failures, "errors": "0"}
    root = etree.Element("testsuites", counts)
    suite = etree.SubElement(root, "testsuite", {"name": "overgang validate", "skipped": "0", "time": "0", **counts})
    for item in checked:
        _case(suite, item)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _rule(code: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code, "shortDescription": {"text": code}}
    link = family_link(code)
    return {**rule, "helpUri": link} if link else rule


def _result(item: Checked, issue: Issue, reason: str, place: int) -> dict[str, Any]:
    address = _uri(item.file)
    physical: dict[str, Any] = {"artifactLocation": {"uri": address}}
    if issue.line:
        physical["region"] = {"startLine": issue.line, **({"startColumn": issue.column} if issue.column else {})}
    location: dict[str, Any] = {"physicalLocation": physical}
    if issue.where:
        location["logicalLocations"] = [{"fullyQualifiedName": issue.where}]
    mark = hashlib.sha256("\0".join((address, issue.code, issue.where, issue.text)).encode()).hexdigest()
    result: dict[str, Any] = {
        "ruleId": issue.code,
        "ruleIndex": place,
        "level": _LEVELS[issue.severity],
        "message": {"text": issue.text},
        "locations": [location],
        "partialFingerprints": {"finding/v1": mark},
    }
    if reason:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _uri(file: str) -> str:
    """A file's address: relative ones stay relative, so that a scanner finds them in the repository."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _case(suite: etree._Element, item: Checked) -> None:
    name = item.file if item.line is None else f"{item.file}:{item.line}"
    case = etree.SubElement(
        suite, "testcase", {"classname": _xml(item.format or "unknown"), "name": _xml(name), "time": "0"}
    )
    bad = [issue for issue in item.issues if refuses((issue,))]
    if bad:
        failure = etree.SubElement(case, "failure", {"message": _xml(bad[0].text), "type": _xml(bad[0].code)})
        failure.text = _xml("\n".join(map(told, bad)))
    rest = [told(issue) for issue in item.issues if issue not in bad]
    rest += [f"silenced: {told(issue)}, because {reason}" for issue, reason in item.silenced]
    if rest:
        etree.SubElement(case, "system-out").text = _xml("\n".join(rest))


def _xml(text: str) -> str:
    """A text without what XML has no place for."""
    return "".join(char for char in text if (char >= " " and not "\ufffe" <= char <= "\uffff") or char in "\t\n")


def told(issue: Issue) -> str:
    """A finding on one line."""
    place = f" line {issue.line}" if issue.line else ""
    place += f" column {issue.column}" if issue.line and issue.column else ""
    return f"{issue.severity} {issue.where}{place}: {issue.text} ({issue.code})"


def _text(checked: Sequence[Checked], console: Console) -> str:
    held = Console(file=io.StringIO(), force_terminal=console.is_terminal, width=console.width, highlight=False)
    for item in checked:
        if item.line is None or item.issues or item.silenced:
            _tell(item, held)
    bad = sum(not item.valid for item in checked)
    held.print(f"{len(checked)} checked, {bad} not valid{_counted(checked)}")
    file = held.file
    return file.getvalue() if isinstance(file, io.StringIO) else ""


def _tell(item: Checked, out: Console) -> None:
    word = "[green]valid[/green]" if item.valid else "[red]not valid[/red]"
    name = item.file if item.line is None else f"{item.file}, line {item.line}"
    by = f", by {item.guide}" if item.guide else ""
    out.print(f"{name}: {word} ({item.format or 'unknown'}{by})")
    printing.notes(item.issues, out)
    for issue, reason in item.silenced:
        out.print(f"  silenced {told(issue)}, because: {reason}", markup=False)


def _counted(checked: Iterable[Checked]) -> str:
    silenced = sum(len(item.silenced) for item in checked)
    return f", {silenced} findings silenced" if silenced else ""
