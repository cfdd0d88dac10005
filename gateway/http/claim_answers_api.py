"""FHIR out: what a region has answered to a claim, as it stands now.

    GET /fhir/Bundle/{id}/$answers      id is a claim bundle's; a Bundle (collection) of ClaimResponses, by line

Only the latest decision about each line is in it. The header X-Claim-State says how far the claim has come (submitted,
answered, closed, paid). Whoever may read the claim bundle may read this.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.http.doors import Call
from gateway.http.fhir_documents import may_read
from gateway.http.negotiate import Syntax
from gateway.http.replies import bytes_reply, rewritten
from gateway.lives import LivedClaim, lived
from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers

STATE = "X-Claim-State"


class ClaimAnswers:
    """The door of one gateway that tells what was answered."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def answers(self, call: Call) -> Response:
        """`GET /fhir/Bundle/{id}/$answers`. Raises NotFoundError for what is no claim bundle of the caller's."""
        found = await run_in_threadpool(self._found, call)
        body = await run_in_threadpool(self._body, found)
        syntax = call.wish.syntax or Syntax.JSON
        headers = {STATE: found.life.state.value}
        return bytes_reply(rewritten(body, Syntax.JSON, syntax), 200, syntax, pretty=call.wish.pretty, headers=headers)

    def _found(self, call: Call) -> LivedClaim:
        store, claim_id = self._gateway.store, call.request.path_params["id"]
        document, claim = store.document(claim_id), store.claim(claim_id)
        if document is None or claim is None or not may_read(self._gateway, call.member, document):
            raise NotFoundError("There is no claim bundle with this id here.")
        (found,) = lived(self._gateway, [claim])
        return found

    def _body(self, found: LivedClaim) -> bytes:
        citizens = self._gateway.store.citizens({line.citizen for line in found.claim.lines})
        return canonical_json(claim_answers(found.claim, found.life.decisions.values(), citizens))
