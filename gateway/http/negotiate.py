"""What the caller sent and what they want back: Content-Type, Accept, `_format`, `_pretty` and Prefer.

Sources: FHIR R4 http.html, "Content Types and encodings", "General Parameters", "Managing Return Content".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from gateway.errors import BadRequestError
from gateway.http.statuses import NotAcceptableError, UnsupportedMediaError


class Syntax(StrEnum):
    """The two syntaxes of FHIR; the value is the media type written."""

    JSON = "application/fhir+json"
    XML = "application/fhir+xml"


MEDIA_TYPES: dict[str, Syntax] = {
    "application/fhir+json": Syntax.JSON,
    "application/json": Syntax.JSON,
    "text/json": Syntax.JSON,
    "application/fhir+xml": Syntax.XML,
    "application/xml": Syntax.XML,
    "text/xml": Syntax.XML,
}
"""Media types read and answered; FHIR asks servers to take the generic ones too."""

_FORMATS = {**MEDIA_TYPES, "json": Syntax.JSON, "xml": Syntax.XML}
_ANY = ("*/*", "application/*", "text/*")
READ = "application/fhir+json, application/json, application/fhir+xml, application/xml or text/xml"
RETURNS = ("minimal", "representation", "OperationOutcome")


@dataclass(frozen=True, slots=True)
class Wish:
    """How the answer is wanted. syntax: None where the caller has no preference. returns: Prefer return=, or ""."""

    syntax: Syntax | None
    pretty: bool
    returns: str
    lenient: bool


ANY = Wish(None, pretty=False, returns="", lenient=False)
"""The wish of a caller who has none."""


def wish_of(request: Request) -> Wish:
    """Read what the caller wants back. Raises NotAcceptableError, or BadRequestError for a malformed parameter."""
    preferences = prefer_of(request)
    returns = preferences.get("return", "")
    return Wish(
        syntax=wanted_syntax(request),
        pretty=_flag(request, "_pretty"),
        returns=returns if returns in RETURNS else "",
        lenient=preferences.get("handling") == "lenient",
    )


def wanted_syntax(request: Request) -> Syntax | None:
    """The syntax of `_format`, else of Accept; None for no preference. Raises NotAcceptableError."""
    if (name := request.query_params.get("_format")) is not None:
        return _by_format(name)
    accept = ",".join(request.headers.getlist("accept"))
    return _by_accept(accept) if accept.strip() else None


def error_syntax(request: Request) -> Syntax:
    """The syntax for telling an error: as wanted, else as sent, else JSON. Never raises."""
    try:
        wanted = wanted_syntax(request)
    except NotAcceptableError:
        wanted = None
    return wanted or MEDIA_TYPES.get(media_type_of(request), Syntax.JSON)


def media_type_of(request: Request) -> str:
    """The media type of the body without parameters, in lower case; "" where the header is missing."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def sent_fhir(request: Request) -> Syntax:
    """The FHIR syntax of the body. Raises UnsupportedMediaError for anything but JSON or XML in UTF-8."""
    syntax = MEDIA_TYPES.get(media_type_of(request))
    if syntax is None:
        raise UnsupportedMediaError(f"Send the header Content-Type: {READ}.")
    if charset_of(request) not in ("", "utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaError("FHIR is always UTF-8: send charset=utf-8, or no charset.")
    return syntax


def sent_xml(request: Request) -> str:
    """The media type of an XML body, charset kept. Raises UnsupportedMediaError for anything but XML."""
    media_type = media_type_of(request)
    if MEDIA_TYPES.get(media_type) is not Syntax.XML:
        raise UnsupportedMediaError(
            "MedCom letters are XML: send the header Content-Type: application/xml or text/xml."
        )
    charset = charset_of(request)
    return f"{media_type}; charset={charset}" if charset else media_type


def charset_of(request: Request) -> str:
    """The charset parameter of Content-Type in lower case, or "". Raises UnsupportedMediaError if it is no name."""
    for part in request.headers.get("content-type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            if len(charset) > 40 or not charset.replace("-", "").replace("_", "").isalnum() or not charset.isascii():
                raise UnsupportedMediaError("The charset in Content-Type is not the name of a character set.")
            return charset
    return ""


def prefer_of(request: Request) -> dict[str, str]:
    """The preferences of the Prefer headers (RFC 7240), names in lower case; those without a value are ""."""
    found: dict[str, str] = {}
    for part in ",".join(request.headers.getlist("prefer")).replace(";", ",").split(","):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _by_format(name: str) -> Syntax:
    cleaned = name.split(";")[0].strip().lower().replace(" ", "+")
    if cleaned not in _FORMATS:
        raise NotAcceptableError("_format is json or xml, or one of their media types.")
    return _FORMATS[cleaned]


def _by_accept(accept: str) -> Syntax | None:
    ranges = sorted((_weighed(item) for item in accept.split(",")), key=lambda pair: -pair[1])
    for media_range, weight in ranges:
        if weight > 0 and media_range in MEDIA_TYPES:
            return MEDIA_TYPES[media_range]
        if weight > 0 and media_range in _ANY:
            return None
    raise NotAcceptableError(f"Answers are written as {Syntax.JSON} or {Syntax.XML}: ask for one of them in Accept.")


def _weighed(item: str) -> tuple[str, float]:
    media_range, *parameters = (part.strip().lower() for part in item.split(";"))
    quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
    try:
        return media_range, float(quality)
    except ValueError:
        return media_range, 0.0


def _flag(request: Request, name: str) -> bool:
    value = request.query_params.get(name, "false")
    if value not in ("true", "false"):
        raise BadRequestError(f"{name} is true or false.")
    return value == "true"
