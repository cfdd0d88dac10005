"""Making papers: the statement of a claim, closed or as it would be closed now, in the form asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from gateway.build import Gateway
from gateway.errors import NotFoundError, SettingsError
from gateway.lives import lived
from gateway.organisations import Member
from gateway.papers.as_csv import as_csv
from gateway.papers.as_pdf import as_pdf
from gateway.papers.as_xlsx import as_xlsx
from gateway.papers.e_invoice import Terms, Trader, corrected, e_invoice
from gateway.papers.e_invoice_rules import faults
from gateway.papers.rule_sheets import broken, read_sheets
from gateway.papers.statement import Statement, statement
from gateway.papers.ubl_schema import schema_faults
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
    (found,) = lived(gateway, [claim])
    payments = gateway.store.payments_of_claim(claim.id)
    return statement(
        claim,
        agreement,
        directory.municipality_name(claim.municipality, month.last_day) or claim.municipality,
        directory.region_name(claim.region) or claim.region,
        month.last_day,
        document.sha256 if document else "",
        found.life,
        payments,
    )


def papers(gateway: Gateway, month: Month, municipality: str, form: str, language: str) -> list[Paper]:
    """The statements of a municipality's claims of a month, one for each agreement and region.

    Raises NotFoundError where it has none.
    """
    made = [paper(gateway, claim, form, language) for claim in gateway.months.preview(month, municipality)]
    if not made:
        raise NotFoundError(
            f"{municipality[:10]} has no claim of {month}. See which have with: overgang close {month} --preview"
        )
    return made


def invoice(gateway: Gateway, claim_id: str) -> Paper:
    """A closed claim as an e-invoice or credit note, due a month after the month it claims.

    It is held against the schema of UBL 2.1, our own rules, and the published ones where e_invoice_rules names them.
    Raises SettingsError where e-invoices are off, a party's CVR or GLN is not known, or it would be refused;
    NotFoundError for an unknown claim or one with nothing in it.
    """
    if not gateway.settings.e_invoices:
        raise SettingsError("E-invoices are off. Turn them on with the setting e_invoices.")
    claim = gateway.store.claim(claim_id)
    if claim is None or not claim.lines:
        raise NotFoundError(
            f"There is no closed claim {claim_id[:60]} with lines. Claims are listed on their month's page."
        )
    month = Month.parse(claim.month)
    seller, buyer = gateway.register.municipality(claim.municipality), gateway.register.region(claim.region)
    terms = Terms(
        issued=month.next().first_day,
        due=month.next().last_day,
        seller=_trader(seller, f"municipality {claim.municipality}"),
        buyer=_trader(buyer, f"region {claim.region}"),
        references=corrected(claim.lines, _claims_of(gateway, claim)),
    )
    body = e_invoice(statement_of(gateway, claim), terms)
    wrong = _wrong(body, gateway.settings.e_invoice_rules)
    if wrong:
        raise SettingsError(
            f"The e-invoice would be refused. Correct the parties' CVR, GLN and account: {'; '.join(wrong)}"
        )
    return Paper(f"{claim.agreement}-{claim.month}-{claim.municipality}-{claim.region}.xml", "application/xml", body)


def _wrong(body: bytes, rules: Path | None) -> tuple[str, ...]:
    """What an e-invoice would be refused for: by the schema and our own rules, then by the published ones if known."""
    root = etree.fromstring(body)
    ours = (*schema_faults(root), *faults(root))
    if ours or rules is None:
        return ours
    return tuple(f"{one.rule}: {one.text}" for one in broken(body, read_sheets(rules)) if one.is_fatal)


def _trader(member: Member | None, who: str) -> Trader:
    if member is None or not member.cvr or not member.gln:
        raise SettingsError(f"The organisations file gives no cvr and gln for {who}; an e-invoice needs both.")
    return Trader(
        member.name, member.cvr, member.gln, member.bank_registration, member.bank_account, member.invoice_reference
    )


def _claims_of(gateway: Gateway, claim: Claim) -> dict[str, str]:
    """The claims that hold the lines a claim takes back, by line."""
    found = (gateway.store.line(line.reverses) for line in claim.lines if line.reverses)
    months = {line.month for line in found if line is not None}
    earlier = (one for month in sorted(months) for one in gateway.store.claims(month, claim.agreement))
    return {line.id: one.id for one in earlier for line in one.lines}


def paper(gateway: Gateway, claim: Claim, form: str, language: str) -> Paper:
    """A claim's statement as a file of a form of FORMATS, in "da" or "en"."""
    write, media_type = FORMATS[form]
    name = f"{claim.agreement}-{claim.month}-{claim.municipality or 'unknown'}-{claim.region or 'unknown'}.{form}"
    return Paper(name, media_type, write(statement_of(gateway, claim), language))
