"""Bodies of CDS Hooks by their logical models."""

from __future__ import annotations

from typing import Any

import pytest

from tests.profiles.samples import Json, validator

_HOME = "http://hl7.org/fhir/tools/StructureDefinition/"
_PATIENT: Json = {"resourceType": "Patient", "gender": "female"}
_CARD: Json = {"summary": "Kidneys", "source": {"label": "Ward"}}


def _request(**more: Any) -> Json:
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "1"},
        **more,
    }


def _found(body: Any, model: str) -> list[str]:
    issues = validator().validate(body, [_HOME + model])
    return [f"{one.severity} {one.code} {one.where}" for one in issues]


def _authorization(**more: Any) -> Json:
    return {
        "access_token": "opaque",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "user/Observation.read",
        "subject": "service",
        **more,
    }


@pytest.mark.parametrize(
    "body",
    [
        _request(),
        _request(prefetch={"who": _PATIENT, "nobody": None}),
        _request(fhirServer="http://fhir.example/", fhirAuthorization=_authorization()),
        _request(
            hook="order-select",
            context={
                "userId": "Practitioner/1",
                "patientId": "1",
                "selections": ["MedicationRequest/1"],
                "draftOrders": {"resourceType": "Bundle", "type": "collection"},
            },
        ),
        _request(hook="order-dispatch", context={"patientId": "1", "dispatchedOrders": ["ServiceRequest/1"]}),
    ],
)
def test_request_that_is_right(body: Json) -> None:
    assert _found(body, "CDSHooksRequest") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (_request(hookInstance="none"), "error format-uuid CDSHooksRequest.hookInstance"),
        (_request(hooks="x"), "error structure-unknown CDSHooksRequest"),
        (_request(context={"userId": "Practitioner/1"}), "error cardinality-min CDSHooksRequest.context"),
        (
            _request(context={"userId": "Practitioner/1", "patientId": "Patient/1"}),
            "error format-id CDSHooksRequest.context.patientId",
        ),
        (_request(prefetch={"a": {"entry": []}}), "fatal structure-resource CDSHooksRequest.prefetch[0].value"),
        (
            _request(prefetch={"a": {**_PATIENT, "birthDate": "x"}}),
            "error format-date CDSHooksRequest.prefetch[0].value.birthDate",
        ),
        (_request(fhirAuthorization=_authorization()), "error cds-r-1 CDSHooksRequest"),
        (
            _request(fhirServer="http://fhir.example/", fhirAuthorization=_authorization(token_type="Basic")),
            "error hook-code CDSHooksRequest.fhirAuthorization.tokenType",
        ),
        (
            _request(fhirServer="http://fhir.example/", fhirAuthorization=_authorization(scope="Patient/*.read")),
            "error cds-r-2 CDSHooksRequest.fhirAuthorization",
        ),
        (_request(extension={"own.example": 1}), "error extension-unknown CDSHooksRequest.extension"),
        (_request(hook="own-hook", context={"anything": 1}), "information hook-unknown CDSHooksRequest.context"),
        (_request(context=[]), "error structure-type CDSHooksRequest.context"),
        (
            _request(
                hook="order-select",
                context={
                    "userId": "Practitioner/1",
                    "patientId": "1",
                    "selections": ["1"],
                    "draftOrders": {"resourceType": "Bundle", "type": "collection"},
                },
            ),
            "error ord-1 CDSHooksRequest.context.selections[0]",
        ),
        (
            _request(
                hook="order-sign", context={"userId": "Practitioner/1", "patientId": "1", "draftOrders": _PATIENT}
            ),
            "error profile-type CDSHooksRequest.context.draftOrders",
        ),
    ],
)
def test_request_that_is_wrong(body: Json, expected: str) -> None:
    assert _found(body, "CDSHooksRequest") == [expected]


def _response(**more: Any) -> Json:
    return {"cards": [_CARD | more]}


_CREATE: Json = {"type": "create", "description": "Order", "resource": {**_PATIENT, "id": "1"}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"cards": []}, []),
        (_response(), []),
        ({}, ["error structure-empty CDSHooksResponse"]),
        ({"cards": [{}]}, ["error structure-empty CDSHooksResponse.cards[0]"]),
        (_response(indicator="red"), ["error hook-code CDSHooksResponse.cards[0].indicator"]),
        (_response(links=[]), ["error structure-empty CDSHooksResponse.cards[0].links"]),
        (_response(suggestions=[{"label": "Order"}]), ["error cds-resp-6 CDSHooksResponse.cards[0]"]),
        (
            _response(
                selectionBehavior="at-most-one",
                suggestions=[{"label": "A", "isRecommended": True}, {"label": "B", "isRecommended": True}],
            ),
            ["error cds-resp-1 CDSHooksResponse.cards[0]"],
        ),
        (
            _response(selectionBehavior="any", suggestions=[{"label": "A", "actions": [{"type": "create"}]}]),
            ["error cds-resp-5 CDSHooksResponse.cards[0].suggestions[0]"],
        ),
        (
            _response(
                selectionBehavior="any",
                suggestions=[{"label": "A", "actions": [_CREATE | {"resource": _PATIENT}]}],
            ),
            ["error resource-id CDSHooksResponse.cards[0].suggestions[0].actions[0].resource"],
        ),
        (
            _response(links=[{"label": "App", "url": "http://app.example", "type": "absolute", "appContext": "x"}]),
            ["error cds-resp-3 CDSHooksResponse.cards[0].links[0]"],
        ),
        (
            _response(overrideReasons=[{"code": "a", "system": "http://own.example/cs"}]),
            ["error cds-resp-4 CDSHooksResponse.cards[0].overrideReasons[0]"],
        ),
        ({"cards": [], "systemActions": [_CREATE]}, []),
        (
            {"cards": [], "systemActions": [{"type": "delete", "description": "Away"}]},
            ["warning cds-resp-2 CDSHooksResponse.systemActions[0]"],
        ),
    ],
)
def test_response(body: Json, expected: list[str]) -> None:
    found = [one for one in _found(body, "CDSHooksResponse") if not one.split()[1].startswith("coding-")]
    assert found == expected


def test_services() -> None:
    service = {"hook": "patient-view", "id": "greet", "description": "Greets", "prefetch": {"who": "Patient/{{id}}"}}
    assert _found({"services": [service]}, "CDSHooksServices") == []
    assert _found({"services": [service | {"id": 1}]}, "CDSHooksServices") == [
        "error format-code CDSHooksServices.services[0].id"
    ]


def test_version_and_home_of_the_model_do_not_matter() -> None:
    issues = validator().validate({}, ["http://cds-hooks.hl7.org/StructureDefinition/CDSHooksResponse|2.0"])
    assert [one.where for one in issues] == ["CDSHooksResponse"]
