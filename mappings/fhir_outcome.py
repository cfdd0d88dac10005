"""OperationOutcome: the answer to FHIR that is no message, and to what could not be read at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from mappings.fhir_common import text
from mappings.reading import Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.fhir_xml import to_xml
from profiles.issue import Issue, Severity, error
from profiles.review import Reviewed

JSON_TYPE = "application/fhir+json"
XML_TYPE = "application/fhir+xml"
MAX_ISSUES = 50
"""A receipt names this many findings; more would help nobody."""


class UnknownFhir:
    """FHIR that could not be read, or that this gateway has no use for."""

    name = "fhir-unknown"
    title = "Unreadable or unknown FHIR document"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """Any FHIR document."""
        return document.family is Family.FHIR

    def read(self, document: Document) -> Reading:
        """A reading without records, refused."""
        reading_issues = () if document.tree is None else (_unsupported(document.tree),)
        return Reading(
            self.name,
            Family.FHIR,
            event=_kind(document.tree) if document.tree is not None else "",
            issues=reading_issues,
            fields={"syntax": document.syntax},
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


def outcome_receipt(reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:  # noqa: ARG001 - every receipt's shape
    """The receipt of formats that are no messages: an OperationOutcome in the syntax that came in."""
    return written({"resourceType": "OperationOutcome", "issue": outcome_issues(verdict)}, reading, is_message=False)


def written(resource: dict[str, Any], reading: Reading, *, is_message: bool) -> Receipt:
    """A resource as the bytes of a receipt, in the syntax the document came in."""
    if reading.fields.get("syntax") == "xml":
        return Receipt(to_xml(resource), XML_TYPE, is_message)
    return Receipt(orjson.dumps(resource), JSON_TYPE, is_message)


def outcome_issues(verdict: Verdict) -> list[dict[str, Any]]:
    """OperationOutcome.issue for a verdict: its findings, the worst first, or that all is well (FHIR R4, "ok")."""
    if not verdict.issues:
        return [{"severity": "information", "code": "informational", "diagnostics": f"{verdict.outcome.value}."}]
    return [outcome_issue(issue) for issue in worst_first(verdict.issues)]


def worst_first(issues: tuple[Issue, ...]) -> list[Issue]:
    """The findings a receipt names: the gravest MAX_ISSUES, in order of severity and else as found."""
    return sorted(issues, key=lambda issue: _RANK[issue.severity])[:MAX_ISSUES]


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def outcome_issue(issue: Issue) -> dict[str, Any]:
    """One finding as FHIR R4 writes it: our code as text of details, the finding itself as diagnostics."""
    written_issue: dict[str, Any] = {
        "severity": issue.severity.value,
        "code": issue.kind,
        "details": {"text": issue.code},
        "diagnostics": _placed(issue),
    }
    if issue.where:
        written_issue["expression"] = [issue.where]
    return written_issue


def validation_outcome(found: Reviewed) -> dict[str, Any]:
    """An OperationOutcome of a validation: every finding with line and column, what is silenced with the reason, and
    where there is nothing to say, that all is well (R4 resource-operation-validate.html)."""
    silenced = (
        replace(
            issue, severity=Severity.INFORMATION, kind="informational", text=f"Silenced, because: {why} {issue.text}"
        )
        for issue, why in found.silenced
    )
    issues = [*found.issues, *silenced] or [_ALL_OK]
    return {"resourceType": "OperationOutcome", "issue": [_with_line(issue) for issue in issues]}


_ALL_OK = Issue(Severity.INFORMATION, "all-ok", "", "Nothing is wrong.", "informational")
_LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
_COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"


def _with_line(issue: Issue) -> dict[str, Any]:
    places = ((_LINE, issue.line), (_COLUMN, issue.column))
    extensions = [{"url": url, "valueInteger": number} for url, number in places if number is not None]
    return {**({"extension": extensions} if extensions else {}), **outcome_issue(issue)}


def _placed(issue: Issue) -> str:
    return issue.text if issue.line is None else f"{issue.text} (line {issue.line}, column {issue.column or 1})"


def _kind(tree: Any) -> str:
    kind = text(tree, "resourceType")
    return kind if kind.isalpha() and kind.isascii() and len(kind) <= 64 else ""


def _unsupported(tree: Any) -> Issue:
    kind = _kind(tree)
    if not kind:
        return error("not-a-resource", "", "The document has no resourceType; send one FHIR resource.", "structure")
    if kind == "Bundle" and text(tree, "type") == "message":
        said = "A message begins with its MessageHeader: put it in the first entry (R4 bdl-12)."
        return error("header-missing", "Bundle.entry[0].resource", said, "required")
    said = f" of type {text(tree, 'type')[:20]}" if kind == "Bundle" and text(tree, "type").isalpha() else ""
    known = (
        "MedCom messages (HospitalNotification, CareCommunication, Acknowledgement), IV referrals, KL Gateway delivery "
        "reports, Encounter, Questionnaire, QuestionnaireResponse, ClaimResponse and PaymentReconciliation"
    )
    return error("unsupported", kind, f"A {kind}{said} is not taken in here. Supported: {known}.", "not-supported")
