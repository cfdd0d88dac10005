"""Answers in FHIR: resources as JSON or XML, and an OperationOutcome for every error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import BadRequestError, GatewayError, NotKnownError, StoreError
from gateway.http.negotiate import Syntax, error_syntax
from gateway.http.statuses import MethodNotAllowedError, NotAcceptableError, status_of_error
from mappings.canonical_json import canonical_json
from mappings.fhir_outcome import outcome_issue
from profiles.fhir_xml import from_xml, to_xml
from profiles.issue import Issue, error
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_CLOSING = (401, 408, 413)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """An OperationOutcome of the issues; at least one is needed (R4 OperationOutcome.issue 1..*)."""
    return {"resourceType": "OperationOutcome", "issue": [outcome_issue(item) for item in issues]}


def resource_reply(
    resource: Mapping[str, Any],
    status: int,
    syntax: Syntax,
    *,
    pretty: bool = False,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Response:
    """A resource of ours as an answer."""
    body = to_xml(dict(resource)) if syntax is Syntax.XML else orjson.dumps(resource)
    return bytes_reply(body, status, syntax, pretty=pretty, headers=headers)


def bytes_reply(
    body: bytes, status: int, syntax: Syntax, *, pretty: bool = False, headers: Mapping[str, str] = NO_HEADERS
) -> Response:
    """A resource that is written already, in that syntax."""
    content = indented(body) if pretty and syntax is Syntax.JSON else body
    return Response(content, status, headers={**headers, "Content-Type": f"{syntax};charset=utf-8"})


def error_reply(request: Request, problem: GatewayError, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """The OperationOutcome of an error about the call, in the syntax the caller uses."""
    status, kind = status_of_error(problem)
    text = str(problem) if isinstance(problem, BadRequestError) or status < 500 else _hidden(problem)
    found = error(kind, "", text, kind=kind)
    extra = dict(headers)
    if isinstance(problem, NotKnownError):
        extra["WWW-Authenticate"] = 'Bearer realm="overgang"'
    if isinstance(problem, StoreError):
        extra["Retry-After"] = "5"
    if isinstance(problem, MethodNotAllowedError):
        extra["Allow"] = problem.allow
    if status in _CLOSING:
        extra["Connection"] = "close"
    return resource_reply(outcome([found]), status, error_syntax(request), headers=extra)


def rewritten(body: bytes, source: Syntax, target: Syntax) -> bytes:
    """A resource in the other syntax; numbers keep their digits.

    Raises NotAcceptableError for a resource that has something the other syntax has no place for.
    """
    if source is target:
        return body
    try:
        return to_xml(parse_json(body)[0]) if target is Syntax.XML else _to_json(body)
    except ValueError as problem:
        raise NotAcceptableError(f"This resource cannot be written as {target}; ask for {source}.") from problem


def _to_json(body: bytes) -> bytes:
    root, _ = parse_xml(body)
    resource = from_xml(root)[0] if root is not None else None
    if resource is None:
        raise ValueError("no FHIR resource")
    return canonical_json(resource)


def indented(body: bytes) -> bytes:
    """JSON with line breaks and two spaces a level; no token is changed."""
    out: list[bytes] = []
    level = 0
    previous = b""
    for token in _TOKEN.findall(body):
        level -= token in (b"}", b"]")
        if previous in (b"{", b"[", b",") or (token in (b"}", b"]")):
            empty = token in (b"}", b"]") and previous in (b"{", b"[")
            out.append(b"" if empty else b"\n" + b"  " * level)
        out.append(b": " if token == b":" else token)
        level += token in (b"{", b"[")
        previous = token
    return b"".join(out) + b"\n"


def _hidden(problem: GatewayError) -> str:
    """Errors of ours say nothing of our insides."""
    if isinstance(problem, StoreError):
        return "Nothing could be stored just now, and nothing was; send the same again in a while."
    return "The gateway failed; nothing was changed. The request id leads its operators to the reason."
