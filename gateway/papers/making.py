"""Making papers: the statement of a claim, closed or as it would be closed now, in the form asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.build import Gateway
from gateway.errors import NotFoundError
from gateway.papers.as_csv import as_csv
from gateway.papers.as_pdf import as_pdf
from gateway.papers.as_xlsx import as_xlsx
from gateway.papers.statement import Statement, statement
from settlement.lines import Claim
from settlement.periods import Month

FORMATS: Mapping[str, tuple[Callable[[Statement, str], bytes], str]] = {
    "pdf": (as_pdf, "application/pdf"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
}
"""By the ending of the file: what writes it, and its media type."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement as a file."""

    name: str
    media_type: str
    body: bytes


def statement_of(gateway: Gateway, claim: Claim) -> Statement:
    """The statement of a claim of the gateway's, with the names and the agreement it goes by."""
    month = Month.parse(claim.month)
    agreement = next(one for one in gateway.months.agreements if one.id == claim.agreement)
    document = gateway.store.document(claim.id)
    directory = gateway.register.directory
    return statement(
        claim,
        agreement,
        directory.municipality_name(claim.municipality, month.last_day) or claim.municipality,
        directory.region_name(claim.region) or claim.region,
        month.last_day,
        document.sha256 if document else "",
    )


def papers(gateway: Gateway, month: Month, municipality: str, form: str, language: str) -> list[Paper]:
    """The statements of a municipality's claims of a month, one for each agreement and region.

    Raises NotFoundError where it has none.
    """
    claims = [claim for claim in gateway.months.preview(month) if claim.municipality == municipality]
    if not claims:
        raise NotFoundError(
            f"{municipality[:10]} has no claim of {month}. See which have with: overgang close {month} --preview"
        )
    return [paper(gateway, claim, form, language) for claim in claims]


def paper(gateway: Gateway, claim: Claim, form: str, language: str) -> Paper:
    """A claim's statement as a file of a form of FORMATS, in "da" or "en"."""
    write, media_type = FORMATS[form]
    name = f"{claim.agreement}-{claim.month}-{claim.municipality or 'unknown'}-{claim.region or 'unknown'}.{form}"
    return Paper(name, media_type, write(statement_of(gateway, claim), language))
