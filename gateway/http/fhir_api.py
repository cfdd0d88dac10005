"""FHIR in: messages, delivery reports, visits and questionnaires. All bytes go to the intake as they came.

    POST /fhir/$process-message                 a message Bundle; the answer is its acknowledgement message
    POST /fhir                                  a KL Gateway delivery report, or a region's answers to claims (Bundles
                                                of type collection)
    POST /fhir/ClaimResponse                    a region's answer to one claim; PUT by id
    POST /fhir/PaymentReconciliation            what a region paid of claims and invoices; PUT by id
    POST /fhir/Encounter                        a municipal visit or contact; PUT /fhir/Encounter/{id} the same again
    POST /fhir/Questionnaire, .../QuestionnaireResponse, and PUT likewise

A resource that is posted is not edited and not readable by id here: the gateway keeps the sender's own identifiers.
`POST` answers 201 for a new one, and both methods may be repeated without harm.
"""

from __future__ import annotations

import re

from starlette.responses import Response

from gateway.build import Gateway
from gateway.errors import BadRequestError
from gateway.http.access import Policy
from gateway.http.doors import Call
from gateway.http.limits import read_body
from gateway.http.negotiate import Syntax, media_type_of, sent_fhir
from gateway.http.peek import Head, head_of
from gateway.http.replies import bytes_reply, outcome, resource_reply, rewritten
from gateway.http.statuses import status_of_message, status_of_resource
from gateway.intake import Taken
from gateway.metrics import Metrics
from mappings.reading import Family, Receipt

MESSAGE_ID = "X-Message-Id"
SINGLE = {
    "ClaimResponse": Policy.DECISIONS,
    "Encounter": Policy.VISITS,
    "PaymentReconciliation": Policy.DECISIONS,
    "Questionnaire": Policy.ANSWERS,
    "QuestionnaireResponse": Policy.ANSWERS,
}
"""Resources taken in one by one, and who may send them."""

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class FhirIn:
    """The FHIR doors of one gateway that take things in."""

    def __init__(self, gateway: Gateway, metrics: Metrics) -> None:
        self._gateway = gateway
        self._metrics = metrics

    async def message(self, call: Call) -> Response:
        """`POST /fhir/$process-message` (R4 MessageHeader $process-message; answered at once, never later)."""
        _refuse_later(call)
        syntax = sent_fhir(call.request)
        body = await self._body(call)
        _require_message(head_of(body))
        taken = await self._take(call, body)
        return _reply(call, taken, status_of_message(taken), syntax)

    async def report(self, call: Call) -> Response:
        """`POST /fhir`: a delivery report, or answers to claims. Transactions and batches are refused.

        What a municipality or a region may not send is refused by what it names: visits name the municipality that
        sends them, and answers name lines that a region is asked for.
        """
        syntax = sent_fhir(call.request)
        body = await self._body(call)
        _require_report(head_of(body))
        taken = await self._take(call, body)
        return _reply(call, taken, status_of_resource(taken, created=False), syntax)

    async def resource(self, call: Call) -> Response:
        """`POST /fhir/{type}` and `PUT /fhir/{type}/{id}`."""
        syntax = sent_fhir(call.request)
        body = await self._body(call)
        _require_resource(call, head_of(body))
        taken = await self._take(call, body)
        status = status_of_resource(taken, created=call.request.method == "POST")
        if call.wish.returns == "representation" and status < 300:
            target = call.wish.syntax or syntax
            headers = {MESSAGE_ID: taken.message_id}
            return bytes_reply(
                rewritten(body, syntax, target), status, target, pretty=call.wish.pretty, headers=headers
            )
        return _reply(call, taken, status, syntax)

    async def _body(self, call: Call) -> bytes:
        settings = self._gateway.settings
        return await read_body(call.request, settings.max_message_bytes, settings.request_seconds)

    async def _take(self, call: Call, body: bytes) -> Taken:
        media_type = media_type_of(call.request)
        taking = self._gateway.intake.take(
            body, channel="http", family=Family.FHIR, media_type=media_type, peer=call.member
        )
        return await self._metrics.counted("http", taking)


def _reply(call: Call, taken: Taken, status: int, sent: Syntax) -> Response:
    headers = {MESSAGE_ID: taken.message_id}
    wanted = call.wish.syntax or sent
    if status == 204 or (call.wish.returns == "minimal" and status < 300 and not _is_message(taken.receipt)):
        return Response(status_code=status, headers=headers)
    if taken.receipt is None:
        return resource_reply(outcome(taken.verdict.issues), status, wanted, pretty=call.wish.pretty, headers=headers)
    written = Syntax.XML if "xml" in taken.receipt.media_type else Syntax.JSON
    body = rewritten(taken.receipt.body, written, wanted)
    return bytes_reply(body, status, wanted, pretty=call.wish.pretty, headers=headers)


def _is_message(receipt: Receipt | None) -> bool:
    return receipt is not None and receipt.is_message


def _require_message(head: Head | None) -> None:
    if head is None:
        return
    if head.kind in SINGLE:
        raise BadRequestError(f"This is no message; {head.kind} resources are sent to /fhir/{head.kind}.")
    if head.kind == "Bundle" and head.type not in ("", "message"):
        raise BadRequestError("This Bundle is no message; delivery reports (type collection) are posted to /fhir.")


def _require_report(head: Head | None) -> None:
    if head is None:
        return
    if head.kind != "Bundle":
        raise BadRequestError(
            "Delivery reports and answers to claims are Bundles; resources are posted to /fhir/[type]."
        )
    if head.type == "message":
        raise BadRequestError("Messages are posted to /fhir/$process-message.")
    if head.type in ("transaction", "batch"):
        raise BadRequestError(f"A {head.type} is not carried out here; post the resources one by one to /fhir/[type].")


def _require_resource(call: Call, head: Head | None) -> None:
    """R4 http.html: type must agree with the url (create), and so must the id (update)."""
    kind = call.request.url.path.split("/")[2]
    if head is not None and head.kind != kind:
        raise BadRequestError(f"The body must be one {kind}, as the url says.")
    if (wanted := call.request.path_params.get("id")) is None:
        return
    if not _ID.fullmatch(wanted):
        raise BadRequestError("An id is 1 to 64 letters, digits, hyphens and full stops.")
    if head is not None and head.id != wanted:
        raise BadRequestError("The id in the body must be the id in the url.")


def _refuse_later(call: Call) -> None:
    parameters = call.request.query_params
    if parameters.get("async", "false") != "false" or "response-url" in parameters:
        raise BadRequestError("Messages are answered at once: leave out async and response-url.")
