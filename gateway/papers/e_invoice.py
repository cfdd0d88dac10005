"""E-invoices: a claim as a Peppol BIS Billing 3.0 invoice or credit note (UBL 2.1), by the Danish rules.

A claim that comes to money for the municipality is an invoice (380), one that comes to money back a credit note (381)
with its signs turned, since a Danish credit note has no negative total (DK-R-016). Health services are exempt from VAT
(category E). Parties are named by GLN (0088) and CVR (0184), "DK" and eight digits (PEPPOL-COMMON-R042).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from gateway.papers.statement import Statement
from gateway.papers.words import category, iv_type
from settlement.lines import Line

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
EXEMPT = "Momsfri sundhedsydelse, momsloven § 13, stk. 1, nr. 1"


@dataclass(frozen=True, slots=True)
class Trader:
    """A party to an invoice. cvr: eight digits. gln: 13 digits. bank_registration and bank_account: where a seller is
    paid; "" where the money is posted otherwise. reference: what a buyer wants its invoices marked with; "" for the
    agreement's id."""

    name: str
    cvr: str
    gln: str
    bank_registration: str = ""
    bank_account: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an invoice says besides the claim. references: numbers of earlier invoices that a credit note corrects."""

    issued: date
    due: date
    seller: Trader
    buyer: Trader
    references: tuple[str, ...] = ()


def e_invoice(paper: Statement, terms: Terms) -> bytes:
    """The claim as UBL in UTF-8. The same claim and terms give the same bytes; amounts are exact to the oere."""
    is_credit = paper.total < 0
    kind, sign = ("CreditNote", -1) if is_credit else ("Invoice", 1)
    namespaces = {None: UBL.format(kind), "cac": CAC, "cbc": CBC}
    root = etree.Element(f"{{{UBL.format(kind)}}}{kind}", nsmap=namespaces)  # type: ignore[arg-type]  # None is the default namespace to lxml
    _head(root, paper, terms, is_credit=is_credit)
    _party(_group(root, "AccountingSupplierParty"), terms.seller)
    _party(_group(root, "AccountingCustomerParty"), terms.buyer)
    _payment(root, terms.seller, paper.claim.id)
    total = sign * paper.total
    _tax(root, total)
    sums = _group(root, "LegalMonetaryTotal")
    for name in ("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount"):
        _money(sums, name, total)
    _lines(root, paper.lines(), kind, sign)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def number_of(claim: str) -> str:
    """The invoice number of a claim: its id, which is never used for another."""
    return claim


def _head(root: etree._Element, paper: Statement, terms: Terms, *, is_credit: bool) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROCESS)
    _text(root, "ID", number_of(paper.claim.id))
    _text(root, "IssueDate", terms.issued.isoformat())
    if is_credit:
        _text(root, "CreditNoteTypeCode", "381")
    else:
        _text(root, "DueDate", terms.due.isoformat())
        _text(root, "InvoiceTypeCode", "380")
    _text(root, "Note", f"{paper.title['da']}, {paper.claim.month}. {paper.legal_reference}")
    _text(root, "DocumentCurrencyCode", "DKK")
    _text(root, "BuyerReference", terms.buyer.reference or paper.claim.agreement)
    period = _group(root, "InvoicePeriod")
    _text(period, "StartDate", f"{paper.claim.month}-01")
    _text(period, "EndDate", paper.month_end.isoformat())
    for reference in terms.references:
        _text(_group(_group(root, "BillingReference"), "InvoiceDocumentReference"), "ID", reference)


def _party(place: etree._Element, trader: Trader) -> None:
    party = _group(place, "Party")
    _text(party, "EndpointID", trader.gln, schemeID="0088")
    _text(_group(party, "PartyName"), "Name", trader.name)
    _text(_group(_group(party, "PostalAddress"), "Country"), "IdentificationCode", "DK")
    tax = _group(party, "PartyTaxScheme")
    _text(tax, "CompanyID", f"DK{trader.cvr}")
    _text(_group(tax, "TaxScheme"), "ID", "VAT")
    legal = _group(party, "PartyLegalEntity")
    _text(legal, "RegistrationName", trader.name)
    _text(legal, "CompanyID", f"DK{trader.cvr}", schemeID="0184")


def _payment(root: etree._Element, seller: Trader, reference: str) -> None:
    """To the seller's bank account (42, which asks for both its numbers: DK-R-006), else as agreed (1)."""
    means = _group(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", "42" if seller.bank_account else "1")
    _text(means, "PaymentID", reference)
    if seller.bank_account:
        account = _group(means, "PayeeFinancialAccount")
        _text(account, "ID", seller.bank_account)
        _text(_group(account, "FinancialInstitutionBranch"), "ID", seller.bank_registration)


def _tax(root: etree._Element, total: int) -> None:
    tax = _group(root, "TaxTotal")
    _money(tax, "TaxAmount", 0)
    part = _group(tax, "TaxSubtotal")
    _money(part, "TaxableAmount", total)
    _money(part, "TaxAmount", 0)
    kind = _group(part, "TaxCategory")
    _category(kind, reason=EXEMPT)


def _category(kind: etree._Element, reason: str = "") -> None:
    _text(kind, "ID", "E")
    _text(kind, "Percent", "0")
    if reason:
        _text(kind, "TaxExemptionReason", reason)
    _text(_group(kind, "TaxScheme"), "ID", "VAT")


def _lines(root: etree._Element, lines: Sequence[Line], kind: str, sign: int) -> None:
    """A line each; what goes the other way has the quantity -1, since a price is never negative (BR-27)."""
    for number, line in enumerate(lines, start=1):
        amount = sign * line.amount
        place = _group(root, f"{kind}Line")
        _text(place, "ID", str(number))
        _text(place, "Note", line.id)
        quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
        _text(place, quantity, "1" if amount >= 0 else "-1", unitCode="EA")
        _money(place, "LineExtensionAmount", amount)
        item = _group(place, "Item")
        _text(item, "Name", f"IV-behandling, {iv_type(line.iv_type, 'da')}, {category(line.category, 'da')}")
        _text(_group(item, "SellersItemIdentification"), "ID", line.episode)
        _category(_group(item, "ClassifiedTaxCategory"))
        _money(_group(place, "Price"), "PriceAmount", abs(amount))


def _group(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    made = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    made.text = text


def _money(parent: etree._Element, name: str, oere: int) -> None:
    """An amount with two decimals, written from whole oere."""
    sign, rest = "-" if oere < 0 else "", abs(oere)
    _text(parent, name, f"{sign}{rest // 100}.{rest % 100:02}", currencyID="DKK")


def corrected(lines: Iterable[Line], claim_of: dict[str, str]) -> tuple[str, ...]:
    """Numbers of the invoices whose lines these take back. claim_of: claim id by line id."""
    return tuple(sorted({number_of(claim_of[line.reverses]) for line in lines if line.reverses in claim_of}))
