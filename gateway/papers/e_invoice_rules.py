"""Rules an e-invoice must keep before it leaves: those of EN 16931, Peppol BIS Billing 3.0 and Denmark it can break.

Written by us, each with the number it has where it is published, so that every installation has them; the published
sheets themselves are run where they are known (rule_sheets.py), and are what tests hold these rules against.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from lxml import etree

from gateway.papers.e_invoice import CAC, CBC, CUSTOMIZATION, PROCESS

NAMES = {"cac": CAC, "cbc": CBC}
PAYMENT_MEANS = {"1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"}


def faults(root: etree._Element) -> tuple[str, ...]:
    """The numbers of the rules a document breaks, in order."""
    return tuple(number for number, rule in RULES.items() if not rule(root))


def gln_is_right(text: str) -> bool:
    """Thirteen digits with GS1's check digit."""
    if not re.fullmatch(r"[0-9]{13}", text, re.ASCII):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text)) % 10 == 0


def cvr_is_right(text: str) -> bool:
    """Eight digits with CVR's check digit (modulus 11)."""
    weights = (2, 7, 6, 5, 4, 3, 2, 1)
    is_form = bool(re.fullmatch(r"[1-9][0-9]{7}", text, re.ASCII))
    return is_form and sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) % 11 == 0


def _all(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path, namespaces=NAMES)
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def _texts(root: etree._Element, path: str) -> list[str]:
    return [one.text or "" for one in _all(root, path)]


def _amounts(root: etree._Element, path: str) -> list[Decimal]:
    return [Decimal(text) for text in _texts(root, path)]


def _lines(root: etree._Element) -> list[etree._Element]:
    return _all(root, "cac:InvoiceLine | cac:CreditNoteLine")


def _is_credit(root: etree._Element) -> bool:
    return etree.QName(root).localname == "CreditNote"


def _lines_sum(root: etree._Element) -> bool:
    return sum(_amounts(root, "cac:*/cbc:LineExtensionAmount")) == 2 * sum(
        _amounts(root, "cac:LegalMonetaryTotal/cbc:LineExtensionAmount")
    )


def _priced(root: etree._Element) -> bool:
    def right(line: etree._Element) -> bool:
        quantity = _amounts(line, "cbc:InvoicedQuantity | cbc:CreditedQuantity")[0]
        (price,), (amount,) = _amounts(line, "cac:Price/cbc:PriceAmount"), _amounts(line, "cbc:LineExtensionAmount")
        return quantity * price == amount

    return all(right(line) for line in _lines(root))


def _schemes(root: etree._Element, scheme: str) -> Iterator[str]:
    yield from _texts(root, f"//cbc:EndpointID[@schemeID='{scheme}'] | //cbc:CompanyID[@schemeID='{scheme}']")


def _total(root: etree._Element, name: str) -> Decimal:
    return sum(_amounts(root, f"cac:LegalMonetaryTotal/cbc:{name}"), Decimal())


RULES: dict[str, Callable[[etree._Element], bool]] = {
    "BR-16": lambda root: bool(_lines(root)),
    "BR-27": lambda root: all(amount >= 0 for amount in _amounts(root, "//cac:Price/cbc:PriceAmount")),
    "BR-CO-10": _lines_sum,
    "BR-CO-13": lambda root: _total(root, "TaxExclusiveAmount") == _total(root, "LineExtensionAmount"),
    "BR-CO-15": lambda root: (
        _total(root, "TaxInclusiveAmount")
        == _total(root, "TaxExclusiveAmount") + sum(_amounts(root, "cac:TaxTotal/cbc:TaxAmount"))
    ),
    "BR-CO-16": lambda root: _total(root, "PayableAmount") == _total(root, "TaxInclusiveAmount"),
    "BR-DEC": lambda root: all(
        re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", text) for text in _texts(root, "//*[@currencyID]")
    ),
    "BR-E-02": lambda root: any(_texts(root, "cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID")),
    "BR-E-08": lambda root: (
        sum(_amounts(root, "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount")) == _total(root, "LineExtensionAmount")
    ),
    "BR-E-10": lambda root: (
        len(_texts(root, "//cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason"))
        == len(_all(root, "//cac:TaxSubtotal/cac:TaxCategory"))
    ),
    "PEPPOL-EN16931-R001": lambda root: bool(_texts(root, "cbc:ProfileID")),
    "PEPPOL-EN16931-R003": lambda root: any(_texts(root, "cbc:BuyerReference")),
    "PEPPOL-EN16931-R004": lambda root: _texts(root, "cbc:CustomizationID") == [CUSTOMIZATION],
    "PEPPOL-EN16931-R007": lambda root: set(_texts(root, "cbc:ProfileID")) <= {PROCESS},
    "PEPPOL-EN16931-R008": lambda root: all(
        len(one) or (one.text or "").strip() for one in root.iter() if isinstance(one.tag, str)
    ),
    "PEPPOL-EN16931-R051": lambda root: all(one.get("currencyID") == "DKK" for one in _all(root, "//*[@currencyID]")),
    "PEPPOL-EN16931-R053": lambda root: len(_all(root, "cac:TaxTotal[cac:TaxSubtotal]")) == 1,
    "PEPPOL-EN16931-R120": _priced,
    "PEPPOL-COMMON-R040": lambda root: all(map(gln_is_right, _schemes(root, "0088"))),
    "PEPPOL-COMMON-R042": lambda root: all(cvr_is_right(text.removeprefix("DK")) for text in _schemes(root, "0184")),
    "DK-R-002": lambda root: any(_texts(root, "cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID")),
    "DK-R-005": lambda root: set(_texts(root, "cac:PaymentMeans/cbc:PaymentMeansCode")) <= PAYMENT_MEANS,
    "DK-R-006": lambda root: (
        "42" not in _texts(root, "cac:PaymentMeans/cbc:PaymentMeansCode")
        or len([text for text in _texts(root, "//cac:PayeeFinancialAccount//cbc:ID") if text]) == 2
    ),
    "DK-R-014": lambda root: (
        not _all(root, "cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID[not(@schemeID='0184')]")
    ),
    "DK-R-017": lambda root: (
        not _all(root, "cac:AccountingCustomerParty//cac:PartyLegalEntity/cbc:CompanyID[not(@schemeID='0184')]")
    ),
    "DK-R-016": lambda root: not _is_credit(root) or _total(root, "PayableAmount") >= 0,
}
"""By the number a rule has where it is published."""
