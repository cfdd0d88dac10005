"""The application: every route in one table, and what errors become.

Routes of systems are doors, each with a policy for each method. Pages come from gateway/pages, with theirs.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway import pages
from gateway.build import Gateway
from gateway.errors import GatewayError, NotFoundError
from gateway.http.access import Access, Policy, access_of, require_policies
from gateway.http.claim_answers_api import ClaimAnswers
from gateway.http.doors import Door, Way
from gateway.http.fhir_agreements import FhirAgreements
from gateway.http.fhir_api import SINGLE, FhirIn
from gateway.http.fhir_documents import FhirOut
from gateway.http.fhir_search import AGREEMENT_KINDS, KINDS
from gateway.http.health import Health
from gateway.http.medcom_api import MedcomIn
from gateway.http.metadata import Metadata
from gateway.http.observe import Observe
from gateway.http.replies import error_reply
from gateway.http.validate_api import PATHS as VALIDATE_PATHS
from gateway.http.validate_api import Validate
from gateway.metrics import Metrics

_SYSTEMS = ("/fhir", "/medcom")


def create_app(gateway: Gateway, metrics: Metrics | None = None) -> FastAPI:
    """The whole HTTP application of a gateway. Raises TypeError when a route declares no policy."""
    counted = metrics or Metrics()
    access = access_of(gateway.settings, gateway.register)
    doors = api_doors(gateway, counted, access)
    for_people = pages.routes(gateway)
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # its spans would hold paths and queries
        routes=[*doors, *for_people],
    )
    require_policies(route for route in app.routes if route not in for_people)
    app.add_middleware(Observe, metrics=counted)
    app.add_exception_handler(GatewayError, _on_gateway_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_anything)
    return app


def api_doors(gateway: Gateway, metrics: Metrics, access: Access) -> list[Door]:
    """Every route of systems, with its methods and their policies."""
    taking, giving, health = FhirIn(gateway, metrics), FhirOut(gateway), Health(gateway, metrics)
    ways: dict[str, dict[str, Way]] = {
        "/health": {"GET": Way(Policy.OPEN, health.health, negotiated=False)},
        "/metrics": {"GET": Way(Policy.METRICS, health.metrics, negotiated=False)},
        "/medcom": {"POST": Way(Policy.MESSAGES, MedcomIn(gateway, metrics).letter)},
        "/fhir": {"POST": Way(Policy.REPORTS, taking.report)},
        "/fhir/$process-message": {"POST": Way(Policy.MESSAGES, taking.message)},
    }
    ways["/fhir/Bundle/{id}/$answers"] = {"GET": Way(Policy.DOCUMENTS, ClaimAnswers(gateway).answers)}
    judging = Way(Policy.MESSAGES, Validate(gateway).validate)
    for path in VALIDATE_PATHS:
        ways[path] = {"POST": judging}
    for kind, policy in SINGLE.items():
        ways[f"/fhir/{kind}"] = {"POST": Way(policy, taking.resource)}
        ways[f"/fhir/{kind}/{{id}}"] = {"PUT": Way(policy, taking.resource)}
    agreements = FhirAgreements(gateway)
    for kind in AGREEMENT_KINDS:
        ways[f"/fhir/{kind}/_search"] = {"POST": Way(Policy.DOCUMENTS, agreements.posted_search(kind))}
        ways[f"/fhir/{kind}/{{id}}"] = {"GET": Way(Policy.DOCUMENTS, agreements.read(kind))}
        ways[f"/fhir/{kind}"] = {"GET": Way(Policy.DOCUMENTS, agreements.search(kind))}
    for kind in KINDS:
        ways[f"/fhir/{kind}/_search"] = {"POST": Way(Policy.DOCUMENTS, giving.posted_search(kind))}
        ways[f"/fhir/{kind}/{{id}}"] = {"GET": Way(Policy.DOCUMENTS, giving.read(kind))}
        ways[f"/fhir/{kind}"] = {"GET": Way(Policy.DOCUMENTS, giving.search(kind))}
    doors = [Door(path, methods, access) for path, methods in ways.items()]
    statement = Metadata(doors, gateway.now())
    return [*doors, Door("/fhir/metadata", {"GET": Way(Policy.OPEN, statement.metadata)}, access)]


async def _on_gateway_error(request: Request, problem: Exception) -> Response:
    return error_reply(request, problem if isinstance(problem, GatewayError) else GatewayError())


async def _on_http_exception(request: Request, problem: Exception) -> Response:
    """What the router finds: no such path, or a page without such a method."""
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    if not request.url.path.startswith(_SYSTEMS):
        return PlainTextResponse(HTTPStatus(status).phrase, status)
    return error_reply(request, NotFoundError("There is nothing at this address; /fhir/metadata says what there is."))


async def _on_anything(request: Request, _problem: Exception) -> Response:
    """A fault of ours: say nothing of it; it has been logged by its class and place."""
    return error_reply(request, GatewayError())
