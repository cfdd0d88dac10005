"""Searches on stored documents and on agreements: what may be asked, and how a question is understood.

An unknown parameter is refused, or with `Prefer: handling=lenient` ignored; the self link shows what was applied
(R4 search.html, "Unknown and unsupported parameters" and "Server Conformance").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from gateway.errors import BadRequestError
from gateway.store.contract import DocumentSearch
from profiles.names import MUNICIPALITY_CODES

KINDS = {
    "Bundle": ("claim-bundle", "settlement-bundle"),
    "Invoice": ("invoice",),
    "Measure": ("measure",),
    "MeasureReport": ("measure-report", "evidence"),
}
"""Resource type -> kinds of stored documents."""

AGREEMENT_KINDS = ("Contract", "ChargeItemDefinition")
"""Resource types that are read out of agreements."""

MOST = 200
"""The longest page of a search."""

CONTROLS = ("_format", "_pretty", "_count", "_summary", "_after")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter: its FHIR type, and what it means in words."""

    name: str
    type: str
    documentation: str


_ID = Parameter("_id", "token", "The resource's id.")
_STATUS = Parameter("status", "token", "The status of the document's content, as a code.")
_PERIOD = Parameter("period", "special", "The month (2026-10) or quarter (2026-Q3) the document is about, exactly.")
_OWNER = Parameter("organization", "token", "Kommunekode (four digits) of the municipality the document speaks of.")
_ISSUER = Parameter("issuer", "token", "Code of who is paid: a Kommunekode (0751) or region code (DK-82).")
_PAYER = Parameter("recipient", "token", "Code of who pays: a region code (DK-82) or Kommunekode (0751).")
_RECIPIENT = Parameter("recipient", "token", "Region code (DK-82) of the region the document is addressed to.")
_MEASURE = Parameter("measure", "uri", "Canonical url of the measure reported, without version.")
_IDENTIFIER = Parameter("identifier", "token", "Id of the agreement; of a tariff, with /clause/version after it.")
_URL = Parameter("url", "uri", "Canonical url, without version.")
_IN_FORCE = "A day (2026-10-05) that it is in force on."

SEARCHES: dict[str, tuple[Parameter, ...]] = {
    "Bundle": (_ID, _PERIOD, _OWNER, _RECIPIENT, _STATUS),
    "Invoice": (_ID, _PERIOD, _ISSUER, _PAYER, _STATUS),
    "Measure": (_ID, _STATUS),
    "MeasureReport": (_ID, _PERIOD, _OWNER, _RECIPIENT, _STATUS, _MEASURE),
    "Contract": (_ID, _IDENTIFIER, _URL, _STATUS, Parameter("date", "date", _IN_FORCE)),
    "ChargeItemDefinition": (_ID, _IDENTIFIER, _URL, _STATUS, Parameter("effective", "date", _IN_FORCE)),
}
"""Resource type -> its search parameters; the capability statement is written from this table."""

Asked = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was understood. applied: what the self link shows. only_count: no entries wanted."""

    kind: str
    search: DocumentSearch
    id: str
    measure: str
    applied: Asked
    only_count: bool


def understand(kind: str, asked: Asked, *, lenient: bool) -> Query:
    """What a search asks for. Raises BadRequestError for what is not understood, unless lenient."""
    known = {parameter.name for parameter in SEARCHES[kind]}
    values: dict[str, str] = {}
    for name, value in asked:
        if name not in known and name not in CONTROLS:
            if lenient:
                continue
            raise BadRequestError(f"Unknown search parameter; a {kind} is found by {', '.join(sorted(known))}.")
        if name in values or "," in value:
            raise BadRequestError(f"Give {name} once, with one value.")
        values[name] = value
    return _query(kind, {name: value for name, value in values.items() if value})


def _query(kind: str, values: dict[str, str]) -> Query:
    count = _count(values.get("_count", "50"))
    if values.get("_summary", "false") not in ("count", "false"):
        raise BadRequestError("_summary is count or false.")
    search = DocumentSearch(
        kinds=KINDS.get(kind, ()),
        period=values.get("period", ""),
        owner=values.get("issuer", "") or _code(values.get("organization", ""), MUNICIPALITY_CODES),
        recipient=values.get("recipient", ""),
        status=values.get("status", ""),
        after=values.get("_after", ""),
        count=max(count, 1),
    )
    only_count = count == 0 or values.get("_summary") == "count"
    applied = [pair for pair in values.items() if pair[0] not in ("_format", "_pretty")]
    return Query(kind, search, values.get("_id", ""), values.get("measure", ""), applied, only_count)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise BadRequestError("_count is a whole number.")
    return min(int(text), MOST)


def _code(value: str, system: str) -> str:
    named, bar, code = value.rpartition("|")
    if bar and named not in ("", system):
        raise BadRequestError(f"organization is a code of {system}.")
    return code


def form_of(body: bytes) -> Asked:
    """The parameters of a posted search. Raises BadRequestError."""
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50)
    except ValueError as problem:
        raise BadRequestError("The form cannot be read; send it as application/x-www-form-urlencoded.") from problem
