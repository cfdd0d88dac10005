"""Partitions: a month is closed municipality by municipality, and an agreement has business with some of them."""

from __future__ import annotations

from datetime import date

from settlement.agreements import Agreement
from settlement.clauses.conditions import Eligibility
from settlement.organisations import Directory


def may_concern(agreement: Agreement, municipality: str, directory: Directory) -> bool:
    """Whether an agreement could come to anything for a municipality's courses, be it only a reason to withhold one.

    False only where every course is none of its business for certain: it asks on every day that the municipality's
    region pays, and the municipality is known, and in none of the paying regions, on every day since it came into
    force.
    """
    if not _asks_for_payer(agreement):
        return True
    regions = directory.regions_since(municipality, agreement.valid_from)
    payers = {party.code for party in agreement.parties if party.role == "payer"}
    return not regions.isdisjoint({"", *payers})


def _asks_for_payer(agreement: Agreement) -> bool:
    """Whether the agreement asks of every course that the municipality's region pays."""
    return any(
        clause.valid_from <= agreement.valid_from and clause.valid_to == date.max
        for clause in agreement.clauses
        if isinstance(clause.rule, Eligibility) and "region-pays" in clause.rule.requires
    )
