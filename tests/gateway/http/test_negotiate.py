"""Content negotiation, by the rules of FHIR's http.html."""

import pytest
from starlette.requests import Request

from gateway.errors import BadRequestError
from gateway.http.negotiate import (
    Syntax,
    charset_of,
    error_syntax,
    prefer_of,
    sent_fhir,
    sent_xml,
    wanted_syntax,
    wish_of,
)
from gateway.http.statuses import NotAcceptableError, UnsupportedMediaError


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "query_string": query.encode(), "headers": raw, "path": "/fhir"})


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("application/fhir+json", Syntax.JSON),
        ("application/fhir+xml", Syntax.XML),
        ("application/json", Syntax.JSON),
        ("text/xml, application/json;q=0.5", Syntax.XML),
        ("application/fhir+xml;q=0.2, application/fhir+json;q=0.9", Syntax.JSON),
        ("text/html, application/xhtml+xml, */*;q=0.8", None),
        ("*/*", None),
        ("application/*", None),
    ],
)
def test_accept(accept: str, syntax: Syntax | None) -> None:
    assert wanted_syntax(request(accept=accept)) is syntax


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/fhir+json;q=0", "a;q=x"])
def test_accept_of_nothing_we_write(accept: str) -> None:
    with pytest.raises(NotAcceptableError):
        wanted_syntax(request(accept=accept))


@pytest.mark.parametrize(
    ("name", "syntax"),
    [("json", Syntax.JSON), ("xml", Syntax.XML), ("application/fhir+xml", Syntax.XML), ("text/xml", Syntax.XML)],
)
def test_format_parameter_wins_over_accept(name: str, syntax: Syntax) -> None:
    assert wanted_syntax(request(f"_format={name}", accept="image/png")) is syntax


def test_unknown_format_parameter() -> None:
    with pytest.raises(NotAcceptableError):
        wanted_syntax(request("_format=turtle"))


def test_pretty_is_true_or_false() -> None:
    assert wish_of(request("_pretty=true")).pretty
    with pytest.raises(BadRequestError):
        wish_of(request("_pretty=ja"))


def test_prefer() -> None:
    wish = wish_of(request(prefer="return=minimal; handling=lenient"))
    assert (wish.returns, wish.lenient) == ("minimal", True)
    assert prefer_of(request(prefer='respond-async, return="OperationOutcome"')) == {
        "respond-async": "",
        "return": "OperationOutcome",
    }
    assert wish_of(request(prefer="return=everything")).returns == ""


@pytest.mark.parametrize("sent", ["", "text/plain", "application/x-www-form-urlencoded", "application/fhir+turtle"])
def test_other_bodies_are_not_fhir(sent: str) -> None:
    with pytest.raises(UnsupportedMediaError):
        sent_fhir(request(content_type=sent))


def test_fhir_is_utf8() -> None:
    assert sent_fhir(request(content_type="application/fhir+json; charset=UTF-8")) is Syntax.JSON
    with pytest.raises(UnsupportedMediaError):
        sent_fhir(request(content_type="application/fhir+json; charset=iso-8859-1"))


def test_xml_keeps_its_charset() -> None:
    assert sent_xml(request(content_type='text/xml; charset="windows-1252"')) == "text/xml; charset=windows-1252"
    with pytest.raises(UnsupportedMediaError):
        sent_xml(request(content_type="application/json"))
    with pytest.raises(UnsupportedMediaError):
        charset_of(request(content_type="text/xml; charset=../../etc"))


def test_errors_are_told_in_the_callers_syntax() -> None:
    assert error_syntax(request(accept="application/fhir+xml")) is Syntax.XML
    assert error_syntax(request(content_type="text/xml")) is Syntax.XML
    assert error_syntax(request("_format=turtle")) is Syntax.JSON
