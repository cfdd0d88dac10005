"""E-invoices: sums exact, signs right both ways, and every rule of ours broken by what it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.build import Gateway
from gateway.errors import NotFoundError, SettingsError
from gateway.papers.e_invoice import CBC, corrected, e_invoice
from gateway.papers.e_invoice_rules import NAMES, RULES, cvr_is_right, faults, gln_is_right
from gateway.papers.making import invoice
from gateway.papers.rule_sheets import NAMES as SHEETS
from gateway.papers.ubl_schema import schema_faults
from settlement.lines import Line
from settlement.periods import Month
from tests.e_invoice_rules import published_rules
from tests.gateway.papers.invoices import BREAKING, BUYER, REFUSING, TERMS, read, spoiled, with_amounts
from tests.gateway.papers.test_statements import NOVEMBER, OCTOBER
from tests.gateway.world import world


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
def test_any_amounts_keep_every_rule_and_the_schema(amounts: list[int]) -> None:
    root = read(with_amounts(amounts))
    assert (faults(root), schema_faults(root)) == ((), ())


def test_the_buyer_is_told_its_own_reference_where_it_has_one() -> None:
    marked = read(OCTOBER, replace(TERMS, buyer=replace(BUYER, reference="0042")))
    assert [one.findtext("cbc:BuyerReference", namespaces=NAMES) for one in (read(OCTOBER), marked)] == [
        "iv-midtjylland",
        "0042",
    ]


def test_the_same_claim_gives_the_same_bytes() -> None:
    assert e_invoice(NOVEMBER, TERMS) == e_invoice(NOVEMBER, TERMS)


@pytest.mark.parametrize("number", BREAKING)
def test_each_rule_is_broken_by_what_it_is_about(number: str) -> None:
    assert number in faults(spoiled(number))


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


def invoicing(gateway: Gateway, **settings: object) -> Gateway:
    """A gateway that writes e-invoices and knows what they need of its parties."""
    members = [
        replace(
            member,
            cvr={"municipality": "55133018", "region": "29190925"}.get(member.role, ""),
            gln=member.gln or "5790000000005",
        )
        for member in gateway.register.members
    ]
    register = replace(gateway.register, members=tuple(members))
    changed = gateway.settings.model_copy(update={"e_invoices": True, **settings})
    return replace(gateway, register=register, settings=changed)


def test_the_gateways_own_claim(tmp_path: Path) -> None:
    with world(tmp_path, 0) as gateway:
        (claim, *_) = gateway.months.close(Month(2026, 9))
        made = invoice(invoicing(gateway), claim.id)
        assert made.name.endswith(".xml")
        assert faults(etree.fromstring(made.body)) == ()


def test_the_gateways_own_claim_by_the_published_rules(tmp_path: Path) -> None:
    with world(tmp_path, 0) as gateway:
        (claim, *_) = gateway.months.close(Month(2026, 9))
        strict = invoicing(gateway, e_invoice_rules=published_rules())
        assert invoice(strict, claim.id) == invoice(invoicing(gateway), claim.id)


def test_what_a_published_rule_refuses_is_not_written(tmp_path: Path) -> None:
    """A rule that none of ours is: here one that wants of every document what none has."""
    for name in SHEETS:
        (tmp_path / f"{name}.xslt").write_text(REFUSING, encoding="utf-8")
    with world(tmp_path / "gateway", 0) as gateway:
        (claim, *_) = gateway.months.close(Month(2026, 9))
        with pytest.raises(SettingsError, match="NEW-1: Every invoice has a rhyme"):
            invoice(invoicing(gateway, e_invoice_rules=tmp_path), claim.id)


def test_a_wrong_number_of_a_party_is_told(tmp_path: Path) -> None:
    with world(tmp_path, 0) as gateway:
        (claim, *_) = gateway.months.close(Month(2026, 9))
        on = invoicing(gateway)
        members = [replace(one, cvr="12345678") if one.role == "region" else one for one in on.register.members]
        with pytest.raises(SettingsError, match="PEPPOL-COMMON-R042"):
            invoice(replace(on, register=replace(on.register, members=tuple(members))), claim.id)


def test_lines_of_a_claim_are_all_there() -> None:
    names: list[Line] = list(NOVEMBER.lines())
    notes = [one.text for one in read(NOVEMBER).iter(f"{{{CBC}}}Note")][1:]
    assert notes == [line.id for line in names]
