"""`$validate`: is a resource right? Nothing is taken in (R4 resource-operation-validate.html).

    POST /fhir/$validate                    a resource, or Parameters with it, mode, profile and package
    POST /fhir/{type}/$validate             the same, of that type
    POST /fhir/{type}/{id}/$validate        the same, of that id; without a body a stored document of ours

A resource is judged by the guide of `package` (name#version), else by the installed guide whose profiles it claims,
else by R4 and our own guide; best-practice, for-publication, no-experimental, must-resolve, trail (true) and entry
(Patient=url) ask for more (gateway/demands.py). Findings are the answer, whatever they say: 200. What is no resource is
answered 400.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.build import Gateway
from gateway.checking import readable
from gateway.demands import Demands, demands
from gateway.errors import BadRequestError, NotFoundError
from gateway.http.doors import Call
from gateway.http.fhir_documents import may_read
from gateway.http.fhir_search import KINDS
from gateway.http.limits import read_body
from gateway.http.negotiate import Syntax, media_type_of, sent_fhir
from gateway.http.replies import resource_reply
from gateway.intake_guides import reviewed
from gateway.places import placed
from mappings.fhir_document import parse_fhir
from mappings.fhir_outcome import validation_outcome
from mappings.reading import Document
from profiles.fhir_plan import resource_types
from profiles.issue import Issue, Severity, error
from profiles.review import Reviewed

PATHS = ("/fhir/$validate", "/fhir/{type}/$validate", "/fhir/{type}/{id}/$validate")
MODES = ("create", "update", "delete", "profile")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the resource (None where none was sent), where it stands in the body, and the parameters."""

    resource: dict[str, Any] | None
    place: str
    mode: str
    profiles: tuple[str, ...]
    package: str
    demands: Demands


class Validate:
    """The `$validate` doors of one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._review = reviewed(gateway.settings.review)

    async def validate(self, call: Call) -> Response:
        """Answer one question with an OperationOutcome."""
        kind, identity = call.request.path_params.get("type", ""), call.request.path_params.get("id", "")
        if kind and kind not in resource_types():
            raise NotFoundError("R4 has no resource of this type.")
        settings = self._gateway.settings
        body = await read_body(call.request, settings.max_message_bytes, settings.request_seconds)
        syntax = sent_fhir(call.request) if body else Syntax.JSON
        if not body:
            body = await run_in_threadpool(self._stored, call, kind, identity)
        status, outcome = await run_in_threadpool(self._answer, call, body, kind, identity)
        return resource_reply(outcome, status, call.wish.syntax or syntax, pretty=call.wish.pretty)

    def _stored(self, call: Call, kind: str, identity: str) -> bytes:
        if not identity:
            raise BadRequestError("Send the resource to be validated: by itself, or as `resource` of Parameters.")
        document = self._gateway.store.document(identity)
        if (
            document is None
            or document.kind not in KINDS.get(kind, ())
            or not may_read(self._gateway, call.member, document)
        ):
            raise NotFoundError(f"There is no {kind} with this id here; send the resource to be validated.")
        return document.body

    def _answer(self, call: Call, body: bytes, kind: str, identity: str) -> tuple[int, dict[str, Any]]:
        document, issues = parse_fhir(body, media_type_of(call.request))
        tree, issues = readable(document, issues, body)
        if tree is None:
            return 400, validation_outcome(Reviewed(placed(issues, body, document)))
        question = _question(tree, call.request.query_params.multi_items())
        if question.mode == "delete":
            text = "Nothing is deleted here: what was taken in is kept."
            return 200, validation_outcome(Reviewed((error("validate-delete", "", text, "not-supported"),)))
        if question.resource is None:
            raise BadRequestError("Parameters hold no `resource` to be validated.")
        found = (*_mismatch(question, kind, identity), *self._judge(question))
        reviewed_issues = self._review.apply((*issues, *found), self._gateway.now().date())
        return 200, validation_outcome(_placed(reviewed_issues, question, body, document))

    def _judge(self, question: Question) -> tuple[Issue, ...]:
        resource = question.resource or {}
        shelf = self._gateway.shelf
        guide = shelf.guide(question.package or shelf.claimed(resource)).following(question.profiles)
        guide = guide.demanding(question.demands)
        notes = (replace(issue, severity=Severity.INFORMATION, where="") for issue in guide.issues)
        return (*guide.judge(resource), *notes)


def _question(tree: dict[str, Any], query: Iterable[tuple[str, str]]) -> Question:
    """What the body and the url ask. Parameters without a `resource` or a `mode` are a resource themselves."""
    asked: dict[str, list[str]] = {"mode": [], "profile": [], "package": []}
    for name, value in query:
        asked.setdefault(name, []).append(value)
    resource, place = tree, str(tree.get("resourceType", ""))
    given = _parameters(tree) if place == "Parameters" else []
    if any(name in ("resource", "mode") for _, name, _ in given):
        position, _, found = next((one for one in given if one[1] == "resource"), (0, "", {}))
        inner = found.get("resource")
        resource, place = inner if isinstance(inner, dict) else {}, f"Parameters.parameter[{position}].resource"
        for _, name, parameter in given:
            asked.setdefault(name, []).extend(str(value) for key, value in parameter.items() if key.startswith("value"))
    mode = next(iter(asked["mode"]), "")
    if mode and mode not in MODES:
        raise BadRequestError(f"mode is one of {', '.join(MODES)}.")
    if mode == "profile" and not asked["profile"]:
        raise BadRequestError("In mode profile, name the profile to be followed.")
    package = next(iter(asked["package"]), "").replace("|", "#")
    return Question(resource or None, place, mode, tuple(asked["profile"]), package, demands(asked))


def _parameters(tree: dict[str, Any]) -> list[tuple[int, str, dict[str, Any]]]:
    found = tree.get("parameter")
    listed = found if isinstance(found, list) else []
    return [(at, str(one.get("name")), one) for at, one in enumerate(listed) if isinstance(one, dict)]


def _mismatch(question: Question, kind: str, identity: str) -> Iterable[Issue]:
    """What does not fit the url the resource was sent to."""
    resource = question.resource or {}
    name = resource.get("resourceType")
    if kind and name != kind:
        yield error("validate-type", str(name)[:64], f"The url says that this is a {kind}.", "invalid")
    if identity and resource.get("id") != identity:
        yield error("validate-id", f"{kind}.id", "The id in the resource must be the id in the url.", "invalid")
    if question.mode == "update" and not resource.get("id"):
        yield error("validate-id", f"{name}.id", "A resource that is to be updated must have an id.", "required")


def _placed(found: Reviewed, question: Question, body: bytes, document: Document) -> Reviewed:
    """The findings with their lines in the body, where the resource may stand inside Parameters."""
    root = str((question.resource or {}).get("resourceType", ""))
    every = (*found.issues, *(issue for issue, _ in found.silenced))
    moved = tuple(replace(issue, where=_moved(issue.where, root, question.place)) for issue in every)
    lines = placed(moved, body, document)
    told = [replace(one, line=at.line, column=at.column) for one, at in zip(every, lines, strict=True)]
    count = len(found.issues)
    reasons = (reason for _, reason in found.silenced)
    return Reviewed(tuple(told[:count]), tuple(zip(told[count:], reasons, strict=True)))


def _moved(where: str, root: str, place: str) -> str:
    return place + where[len(root) :] if root and where.startswith(root) else where
