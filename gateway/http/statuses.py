"""Which HTTP status an error or a verdict becomes. Only this module knows the numbers.

what happened                                              status
---------------------------------------------------------  ------
message with a readable header, whatever its verdict       200, and the receipt says the rest (ok, refused, parked)
the same, sent by another organisation than the logged-in  403, with the receipt
a receipt (never acknowledged), taken in                   204
resource or report accepted, also a repeat of one          200; 201 when POST created it
resource or report parked: kept, a person must see to it   202
resource or report refused by a rule                       422
bytes that cannot be read at all (no header to answer to)  400
the call itself is wrong                                   the table ERRORS below
"""

from __future__ import annotations

from gateway.errors import (
    BadRequestError,
    ConflictError,
    GatewayError,
    NotAllowedError,
    NotFoundError,
    NotKnownError,
    SettingsError,
    StoreError,
    TooLargeError,
)
from gateway.intake import WRONG_SENDER, Taken
from mappings.reading import Outcome, Verdict
from profiles.issue import Severity


class NotAcceptableError(BadRequestError):
    """The caller wants the answer in a syntax that is not written here."""


class UnsupportedMediaError(BadRequestError):
    """The body is of a media type, character set or encoding that is not read here."""


class TooSlowError(BadRequestError):
    """The body did not arrive within the time a sender may take."""


class MethodNotAllowedError(BadRequestError):
    """The path exists, but not with this method. allow: the methods it has."""

    def __init__(self, allow: str) -> None:
        super().__init__(f"This path takes {allow}.")
        self.allow = allow


ERRORS: dict[type[GatewayError], tuple[int, str]] = {
    GatewayError: (500, "exception"),
    SettingsError: (500, "exception"),
    StoreError: (503, "transient"),
    NotFoundError: (404, "not-found"),
    NotAllowedError: (403, "forbidden"),
    NotKnownError: (401, "login"),
    BadRequestError: (400, "invalid"),
    TooLargeError: (413, "too-long"),
    ConflictError: (409, "conflict"),
    NotAcceptableError: (406, "not-supported"),
    UnsupportedMediaError: (415, "not-supported"),
    TooSlowError: (408, "timeout"),
    MethodNotAllowedError: (405, "not-supported"),
}
"""Error class -> HTTP status and code of FHIR's issue-type value set."""


def status_of_error(problem: GatewayError) -> tuple[int, str]:
    """HTTP status and FHIR issue type of an error: that of its nearest class in the table."""
    return next(ERRORS[kind] for kind in type(problem).__mro__ if kind in ERRORS)


def status_of_message(taken: Taken) -> int:
    """HTTP status of a message's answer, by the table above."""
    if taken.receipt is None:
        return 204 if _is_taken_in(taken.verdict) else _refusal(taken.verdict)
    if taken.receipt.is_message:
        return 403 if _wrong_sender(taken.verdict) else 200
    return status_of_resource(taken, created=False)


def status_of_resource(taken: Taken, *, created: bool) -> int:
    """HTTP status of a resource's or report's answer, by the table above. created: a POST that may say 201."""
    outcome = taken.verdict.outcome
    if outcome is Outcome.REFUSED:
        return _refusal(taken.verdict)
    if outcome is Outcome.PARKED:
        return 202
    return 201 if created and taken.outcome is not Outcome.DUPLICATE else 200


def _is_taken_in(verdict: Verdict) -> bool:
    return verdict.outcome is not Outcome.REFUSED


def _wrong_sender(verdict: Verdict) -> bool:
    return any(issue.code == WRONG_SENDER for issue in verdict.issues)


def _refusal(verdict: Verdict) -> int:
    if _wrong_sender(verdict):
        return 403
    return 400 if any(issue.severity is Severity.FATAL for issue in verdict.issues) else 422
