"""E-invoices: sums exact, signs right both ways, and every rule of ours broken by what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.errors import NotFoundError, SettingsError
from gateway.papers.e_invoice import CBC, Terms, Trader, corrected, e_invoice
from gateway.papers.e_invoice_rules import NAMES, RULES, cvr_is_right, faults, gln_is_right
from gateway.papers.making import invoice
from gateway.papers.statement import Statement
from settlement.lines import Line
from settlement.periods import Month
from tests.gateway.papers.test_statements import NOVEMBER, OCTOBER
from tests.gateway.world import world

SELLER = Trader("Aarhus Kommune", "55133018", "5790000000005", "0216", "4069027987")
BUYER = Trader("Region Midtjylland", "29190925", "5798000000001")
TERMS = Terms(date(2026, 11, 1), date(2026, 11, 30), SELLER, BUYER)


def with_amounts(amounts: list[int]) -> Statement:
    first = OCTOBER.claim.lines[0]
    lines = tuple(replace(first, id=f"l{number}", amount=amount) for number, amount in enumerate(amounts))
    return replace(OCTOBER, claim=replace(OCTOBER.claim, lines=lines))


def read(paper: Statement, terms: Terms = TERMS) -> etree._Element:
    return etree.fromstring(e_invoice(paper, terms))


def payable(root: etree._Element) -> str:
    return root.findtext("cac:LegalMonetaryTotal/cbc:PayableAmount", namespaces=NAMES) or ""


def test_an_invoice_and_its_total() -> None:
    root = read(OCTOBER)
    assert etree.QName(root).localname == "Invoice"
    assert payable(root) == f"{OCTOBER.total // 100}.{OCTOBER.total % 100:02}"
    assert faults(root) == ()
    assert len(root.findall("cac:InvoiceLine", NAMES)) == len(OCTOBER.claim.lines)


def test_money_back_is_a_credit_note_with_a_positive_total_that_names_what_it_corrects() -> None:
    back = with_amounts([-507_000, 253_500])
    root = read(back, replace(TERMS, references=("claim-1",)))
    assert (etree.QName(root).localname, payable(root)) == ("CreditNote", "2535.00")
    quantities = [one.text for one in root.iter(f"{{{CBC}}}CreditedQuantity")]
    assert sorted(text or "" for text in quantities) == ["-1", "1"]
    path = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    assert root.findtext(path, namespaces=NAMES) == "claim-1"
    assert faults(root) == ()


def test_what_a_reversal_corrects_is_the_claim_of_its_line() -> None:
    claim_of = {line.id: "october" for line in OCTOBER.claim.lines}
    assert corrected(NOVEMBER.claim.lines, claim_of) == ("october",)
    assert corrected(OCTOBER.claim.lines, claim_of) == ()


@given(st.lists(st.integers(-(10**10), 10**10), min_size=1, max_size=12))
def test_any_amounts_keep_every_rule(amounts: list[int]) -> None:
    assert faults(read(with_amounts(amounts))) == ()


def test_the_same_claim_gives_the_same_bytes() -> None:
    assert e_invoice(NOVEMBER, TERMS) == e_invoice(NOVEMBER, TERMS)


BREAKING: dict[str, tuple[str, str]] = {
    "BR-16": ("cac:InvoiceLine", "REMOVE"),
    "BR-27": ("cac:InvoiceLine/cac:Price/cbc:PriceAmount", "-1.00"),
    "BR-CO-10": ("cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "1.00"),
    "BR-CO-13": ("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "1.00"),
    "BR-CO-15": ("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "1.00"),
    "BR-CO-16": ("cac:LegalMonetaryTotal/cbc:PayableAmount", "1.00"),
    "BR-CO-25": ("cbc:DueDate", "REMOVE"),
    "BR-DEC": ("cac:TaxTotal/cbc:TaxAmount", "0"),
    "BR-E-02": ("cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID", ""),
    "BR-E-08": ("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount", "1.00"),
    "BR-E-10": ("//cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason", ""),
    "PEPPOL-EN16931-R001": ("cbc:ProfileID", "other"),
    "PEPPOL-EN16931-R003": ("cbc:BuyerReference", "REMOVE"),
    "PEPPOL-EN16931-R004": ("cbc:CustomizationID", "other"),
    "PEPPOL-EN16931-R008": ("cbc:Note", ""),
    "PEPPOL-EN16931-R051": ("cac:TaxTotal/cbc:TaxAmount", "@currencyID=EUR"),
    "PEPPOL-EN16931-R053": ("cac:TaxTotal", "REMOVE"),
    "PEPPOL-EN16931-R120": ("cac:InvoiceLine/cac:Price/cbc:PriceAmount", "1.00"),
    "PEPPOL-COMMON-R040": ("cac:AccountingCustomerParty//cbc:EndpointID", "5790000000006"),
    "PEPPOL-COMMON-R042": ("cac:AccountingCustomerParty//cac:PartyLegalEntity/cbc:CompanyID", "29190925"),
    "DK-R-002": ("cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID", "REMOVE"),
    "DK-R-005": ("cac:PaymentMeans/cbc:PaymentMeansCode", "30"),
    "DK-R-006": ("//cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID", "REMOVE"),
    "DK-R-014": ("cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID", "@schemeID=0088"),
}


@pytest.mark.parametrize("number", BREAKING)
def test_each_rule_is_broken_by_what_it_is_about(number: str) -> None:
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
    assert number in faults(root)


def test_a_credit_note_is_never_negative() -> None:
    root = read(with_amounts([-100]))
    for one in root.iter(f"{{{CBC}}}PayableAmount"):
        one.text = "-1.00"
    assert "DK-R-016" in faults(root)
    assert {*BREAKING, "DK-R-016"} == set(RULES)


def test_numbers() -> None:
    assert [cvr_is_right(text) for text in ("29190925", "29190926", "2919092", "x9190925")] == [
        True,
        False,
        False,
        False,
    ]
    assert [gln_is_right(text) for text in ("5790000000005", "5790000000006", "579")] == [True, False, False]


def test_off_by_default_and_clear_about_what_is_missing(tmp_path: Path) -> None:
    with world(tmp_path, 0) as gateway:
        (claim, *_) = gateway.months.close(Month(2026, 9))
        with pytest.raises(SettingsError, match="e_invoices"):
            invoice(gateway, claim.id)
        on = replace(gateway, settings=gateway.settings.model_copy(update={"e_invoices": True}))
        with pytest.raises(SettingsError, match="cvr and gln"):
            invoice(on, claim.id)
        with pytest.raises(NotFoundError):
            invoice(on, "nothing")


def test_the_gateways_own_claim(tmp_path: Path) -> None:
    with world(tmp_path, 0) as gateway:
        (claim, *_) = gateway.months.close(Month(2026, 9))
        members = [
            replace(
                member,
                cvr={"municipality": "55133018", "region": "29190925"}.get(member.role, ""),
                gln=member.gln or "5790000000005",
            )
            for member in gateway.register.members
        ]
        register = replace(gateway.register, members=tuple(members))
        on = replace(gateway, register=register, settings=gateway.settings.model_copy(update={"e_invoices": True}))
        made = invoice(on, claim.id)
        assert made.name.endswith(".xml")
        assert faults(etree.fromstring(made.body)) == ()


def test_lines_of_a_claim_are_all_there() -> None:
    names: list[Line] = list(NOVEMBER.lines())
    notes = [one.text for one in read(NOVEMBER).iter(f"{{{CBC}}}Note")][1:]
    assert notes == [line.id for line in names]
