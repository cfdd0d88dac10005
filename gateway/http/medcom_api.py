"""MedCom XML in: `POST /medcom`, bare or in a VANS or SBDH envelope; the answer is an XCTL receipt in XML."""

from __future__ import annotations

from starlette.responses import Response

from gateway.build import Gateway
from gateway.http.doors import Call
from gateway.http.fhir_api import MESSAGE_ID
from gateway.http.limits import read_body
from gateway.http.negotiate import Syntax, sent_xml
from gateway.http.replies import outcome, resource_reply
from gateway.http.statuses import NotAcceptableError, status_of_message
from gateway.metrics import Metrics
from mappings.reading import Family


class MedcomIn:
    """The MedCom XML door of one gateway."""

    def __init__(self, gateway: Gateway, metrics: Metrics) -> None:
        self._gateway = gateway
        self._metrics = metrics

    async def letter(self, call: Call) -> Response:
        """Take one letter in and answer with its receipt, in the letter's own character set."""
        media_type = sent_xml(call.request)
        if call.wish.syntax is Syntax.JSON:
            raise NotAcceptableError("Receipts of MedCom letters are XML; accept application/xml.")
        settings = self._gateway.settings
        body = await read_body(call.request, settings.max_message_bytes, settings.request_seconds)
        taking = self._gateway.intake.take(
            body, channel="http", family=Family.MEDCOM_XML, media_type=media_type, peer=call.member
        )
        taken = await self._metrics.counted("http", taking)
        status = status_of_message(taken)
        headers = {MESSAGE_ID: taken.message_id}
        if status == 204:
            return Response(status_code=status, headers=headers)
        if taken.receipt is None:
            return resource_reply(outcome(taken.verdict.issues), status, Syntax.XML, headers=headers)
        return Response(taken.receipt.body, status, headers={**headers, "Content-Type": taken.receipt.media_type})
