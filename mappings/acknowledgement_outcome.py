"""The OperationOutcome inside a MedCom Acknowledgement: our findings under the published error codes.

Source: CodeSystem medcom-acknowledgement-error-codes (terminology 2.0.2), spelled as published. The binding is
required, so a finding that fits none of the nine codes has text only.
"""

from __future__ import annotations

from typing import Any

from mappings.fhir_outcome import outcome_issue, outcome_issues, worst_first
from mappings.reading import Outcome, Verdict
from profiles.issue import Issue

_CODES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-acknowledgement-error-codes"
_PROFILE = "http://medcomfhir.dk/ig/acknowledgement/StructureDefinition/medcom-acknowledgement-operationoutcome"
_OF_ISSUE = {
    "receiver-missing": "MSG_Receiver_Identifier_MISSING",
    "receiver-unknown": "MSG_Receiver_Identifier_UNKNOWN",
    "event-unsupported": "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE",
}
_OF_KIND = {
    "code-invalid": "MSG_VALUESET_VALUE_UNKNOWN",
    "too-long": "MSG_Element_To_Long",
    "value": "MSG_Datatype_Wrong",
}


def medcom_outcome(id_: str, verdict: Verdict) -> dict[str, Any]:
    """The OperationOutcome of a verdict, as a resource with this id."""
    return {
        "resourceType": "OperationOutcome",
        "id": id_,
        "meta": {"profile": [_PROFILE]},
        "issue": _issues(verdict),
    }


def _issues(verdict: Verdict) -> list[dict[str, Any]]:
    if not verdict.issues:
        return [_closed_mailbox()] if verdict.outcome is Outcome.PARKED else outcome_issues(verdict)
    return [_coded(issue, outcome_issue(issue)) for issue in worst_first(verdict.issues)]


def _coded(issue: Issue, written: dict[str, Any]) -> dict[str, Any]:
    code = _OF_ISSUE.get(issue.code) or _OF_KIND.get(issue.kind)
    if code:
        written["details"] = {"coding": [{"system": _CODES, "code": code}], "text": issue.code}
    return written


def _closed_mailbox() -> dict[str, Any]:
    return {
        "severity": "error",
        "code": "transient",
        "details": {"coding": [{"system": _CODES, "code": "MSG_Mailbox_Out_Of_Operation"}]},
        "diagnostics": "The message is kept and waits for a person; send nothing again.",
    }
