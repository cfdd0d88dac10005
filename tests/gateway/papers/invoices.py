"""E-invoices for tests: of any amounts, and one for each rule that it breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lxml import etree

from gateway.papers.e_invoice import Terms, Trader, e_invoice
from gateway.papers.e_invoice_rules import NAMES
from gateway.papers.statement import Statement
from tests.gateway.papers.test_statements import OCTOBER

SELLER = Trader("Aarhus Kommune", "55133018", "5790000000005", "0216", "4069027987")
BUYER = Trader("Region Midtjylland", "29190925", "5798000000001")
TERMS = Terms(date(2026, 11, 1), date(2026, 11, 30), SELLER, BUYER)


def with_amounts(amounts: list[int]) -> Statement:
    first = OCTOBER.claim.lines[0]
    lines = tuple(replace(first, id=f"l{number}", amount=amount) for number, amount in enumerate(amounts))
    return replace(OCTOBER, claim=replace(OCTOBER.claim, lines=lines))


def read(paper: Statement, terms: Terms = TERMS) -> etree._Element:
    return etree.fromstring(e_invoice(paper, terms))


SVRL = "http://purl.oclc.org/dsdl/svrl"
REFUSING = f"""<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:svrl="{SVRL}">
<xsl:template match="/"><svrl:schematron-output>
<svrl:failed-assert id="NEW-1" flag="fatal"><svrl:text>[NEW-1]-Every invoice
 has a rhyme</svrl:text></svrl:failed-assert>
<svrl:failed-assert id="NEW-2" flag="warning"><svrl:text>A picture is nice</svrl:text></svrl:failed-assert>
</svrl:schematron-output></xsl:template></xsl:stylesheet>"""


BREAKING: dict[str, tuple[str, str]] = {
    "BR-16": ("cac:InvoiceLine", "REMOVE"),
    "BR-27": ("cac:InvoiceLine/cac:Price/cbc:PriceAmount", "-1.00"),
    "BR-CO-10": ("cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "1.00"),
    "BR-CO-13": ("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "1.00"),
    "BR-CO-15": ("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "1.00"),
    "BR-CO-16": ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1.00"),
    "BR-DEC": ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1.000"),
    "BR-E-02": ("cac:AccountingSupplierParty//cac:PartyTaxScheme", "REMOVE"),
    "BR-E-08": ("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount", "1.00"),
    "BR-E-10": ("//cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason", "REMOVE"),
    "PEPPOL-EN16931-R001": ("cbc:ProfileID", "REMOVE"),
    "PEPPOL-EN16931-R003": ("cbc:BuyerReference", "REMOVE"),
    "PEPPOL-EN16931-R004": ("cbc:CustomizationID", "other"),
    "PEPPOL-EN16931-R007": ("cbc:ProfileID", "other"),
    "PEPPOL-EN16931-R008": ("cbc:Note", ""),
    "PEPPOL-EN16931-R051": ("cac:TaxTotal/cbc:TaxAmount", "@currencyID=EUR"),
    "PEPPOL-EN16931-R053": ("cac:TaxTotal", "REMOVE"),
    "PEPPOL-EN16931-R120": ("cac:InvoiceLine/cac:Price/cbc:PriceAmount", "1.00"),
    "PEPPOL-COMMON-R040": ("cac:AccountingCustomerParty//cbc:EndpointID", "5790000000006"),
    "PEPPOL-COMMON-R042": ("cac:AccountingCustomerParty//cac:PartyLegalEntity/cbc:CompanyID", "1234"),
    "DK-R-002": ("cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID", "REMOVE"),
    "DK-R-005": ("cac:PaymentMeans/cbc:PaymentMeansCode", "30"),
    "DK-R-006": ("//cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID", "REMOVE"),
    "DK-R-014": ("cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID", "@schemeID=0088"),
    "DK-R-017": ("cac:AccountingCustomerParty//cac:PartyLegalEntity/cbc:CompanyID", "@schemeID=0088"),
}


def spoiled(number: str) -> etree._Element:
    """An invoice that breaks a rule."""
    root = read(OCTOBER)
    path, change = BREAKING[number]
    found = root.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    for one in found:
        assert isinstance(one, etree._Element)
        parent = one.getparent()
        if change == "REMOVE" and parent is not None:
            parent.remove(one)
        elif change.startswith("@"):
            one.set(*change[1:].split("="))
        else:
            one.text = change
    return root
