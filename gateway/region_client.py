"""What is said to a region's own FHIR server: has it a document, and please take it.

Nothing is posted twice that a region has accepted, held by two means a plain FHIR R4 server offers:

* before every post, the region is asked: `GET [base]/[type]?identifier=[system]|[value]`, and only an answer that holds
  a resource with that very identifier counts as yes (a server that ignores the parameter returns everything);
* the post itself is a conditional create, `If-None-Exist: identifier=[system]|[value]` (R4, http.html#ccreate).

The identifier names the document's contents (mappings.canonical_json.sealed). No redirect is followed, no proxy or
password is taken from the environment, and what a region writes in its answer is never stored or logged: it could
quote a citizen's number.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import httpx2

from gateway.outgoing import FHIR_JSON, is_safe
from mappings.submission import SUBMIT, submission

LARGEST_ANSWER = 64_000_000
LONGEST_ANSWER = 60.0
_PASSING = frozenset({408, 425, 429})


class Fate(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The end of one attempt: its fate, why (for people, without personal data), seconds the region asks us to wait."""

    fate: Fate
    reason: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be delivered: FHIR JSON bytes, the resource type, and the identifier they are known by.

    path: where they are posted, below the region's base url; "" for the resource type.
    """

    resource_type: str
    system: str
    value: str
    body: bytes
    path: str = ""

    @property
    def criteria(self) -> str:
        """The search that finds this parcel and nothing else."""
        return str(httpx2.QueryParams({"identifier": f"{self.system}|{self.value}"}))


def parcel_of(body: bytes) -> Parcel | None:
    """The parcel a sealed document makes; None when the bytes are no resource with an identifier."""
    try:
        resource = json.loads(body)
        name = _identifiers(resource)[-1]
        return Parcel(resource["resourceType"], name["system"], name["value"], body)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def submitted(body: bytes) -> Parcel | None:
    """The parcel a claim bundle makes for Claim/$submit, known by its first line; None where it has no lines.

    A region that has one of its Claims has them all: they were posted together.
    """
    made = submission(body)
    if not made:
        return None
    name = json.loads(made)["entry"][0]["resource"]["identifier"][0]
    return Parcel("Claim", name["system"], name["value"], made, SUBMIT)


def unsafe_endpoint(endpoint: str) -> str:
    """Why nothing may be sent to this url, or "": claims hold CPR numbers, so they travel over TLS or not at all."""
    return "" if is_safe(endpoint) else "The endpoint is not an https address; correct it in the organisations file."


@dataclass(frozen=True, slots=True)
class RegionClient:
    """One region's server; nothing it does raises. base: its FHIR base url. now: the clock of Retry-After dates."""

    http: httpx2.Client
    base: str
    token: str
    now: Callable[[], datetime]

    def ask(self, parcel: Parcel, posted_before: bool) -> Attempt | None:
        """Ask whether the region has the parcel: None when it may be posted, else the end of this attempt.

        posted_before: an earlier post may have arrived unanswered; a region that cannot say whether it did gets no
        second one.
        """
        url = f"{self._url(parcel.resource_type)}?{parcel.criteria}&_elements=identifier&_count=10"
        try:
            with self.http.stream("GET", url, headers=self._headers()) as answer:
                if _passing(answer.status_code):
                    return self._later(answer)
                there = _holds(_read(answer), parcel) if answer.status_code == 200 else None
        except httpx2.HTTPError as problem:
            return _unreached(problem)
        if there is None and posted_before:
            return Attempt(Fate.FAILED, "A post went unanswered, and the region cannot say if it arrived; ask it.")
        return Attempt(Fate.ACCEPTED) if there else None

    def post(self, parcel: Parcel) -> Attempt:
        """Post the parcel, on the condition that the region does not have it."""
        headers = {**self._headers(), "Content-Type": FHIR_JSON, "If-None-Exist": parcel.criteria}
        try:
            url = self._url(parcel.path or parcel.resource_type)
            with self.http.stream("POST", url, headers=headers, content=parcel.body) as answer:
                return self._judge(answer)
        except httpx2.HTTPError as problem:
            return _unreached(problem)

    def _judge(self, answer: httpx2.Response) -> Attempt:
        """2xx: taken. 412: the condition matched more than one, so it is there. Other 3xx and 4xx need a person."""
        status = answer.status_code
        if 200 <= status < 300 or status == 412:
            return Attempt(Fate.ACCEPTED)
        if _passing(status):
            return self._later(answer)
        return Attempt(Fate.FAILED, f"The region answered {status}; find out why, then send again.")

    def _later(self, answer: httpx2.Response) -> Attempt:
        wait = _seconds(answer.headers.get("Retry-After", ""), self.now())
        return Attempt(Fate.RETRY, f"The region answered {answer.status_code}.", wait)

    def _url(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/{path}"

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": FHIR_JSON, "Prefer": "return=minimal"}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers


def _unreached(problem: httpx2.HTTPError) -> Attempt:
    return Attempt(Fate.RETRY, f"The region could not be reached ({type(problem).__name__}).")


def _passing(status: int) -> bool:
    return status >= 500 or status in _PASSING


def _read(answer: httpx2.Response) -> bytes:
    """The body, or nothing when it is larger, or takes longer to come, than any honest answer."""
    body, end = bytearray(), time.monotonic() + LONGEST_ANSWER
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER or time.monotonic() > end:
            return b""
    return bytes(body)


def _holds(body: bytes, parcel: Parcel) -> bool | None:
    """Whether a search answer holds the parcel. None when it does not say: no Bundle, or one of other things, as comes
    from a server that ignores the search parameter."""
    try:
        bundle = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return None
    found = list(_found(bundle))
    wanted = {"system": parcel.system, "value": parcel.value}
    if any(resource.get("resourceType") == parcel.resource_type and _named(resource, wanted) for resource in found):
        return True
    return None if found else False


def _found(bundle: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The resources a searchset brings, without the server's own remarks."""
    for entry in bundle.get("entry") or ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") != "OperationOutcome":
            yield resource


def _named(resource: dict[str, Any], wanted: dict[str, str]) -> bool:
    return any(isinstance(name, dict) and wanted.items() <= name.items() for name in _identifiers(resource))


def _identifiers(resource: dict[str, Any]) -> list[Any]:
    found = resource.get("identifier", [])
    return found if isinstance(found, list) else [found]


def _seconds(retry_after: str, now: datetime) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3): a number, or a date; 0 for neither."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0
