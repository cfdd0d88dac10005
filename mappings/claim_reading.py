"""Claim bundles read back: what a receiver adds up before it pays."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.outbound import LINES


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """Amounts of a claim bundle in oere: the header's total, and every line by its id."""

    total: int
    lines: dict[str, int]


def read_claim_bundle(body: bytes) -> ClaimSums:
    """The amounts in a claim bundle (JSON bytes of our own making).

    Raises ValueError when it is no such bundle, when an amount is not whole oere, or when a claim's item does not come
    to its total.
    """
    bundle = json.loads(body, parse_float=Decimal)
    resources = [entry["resource"] for entry in bundle.get("entry", ())]
    invoices = _of_type(resources, "Invoice")
    if len(invoices) != 1:
        raise ValueError("A claim bundle has one Invoice as its header.")
    return ClaimSums(_oere(invoices[0]["totalNet"]), dict(map(_line, _of_type(resources, "Claim"))))


def _of_type(resources: Iterable[dict[str, Any]], resource_type: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if resource["resourceType"] == resource_type]


def _line(claim: dict[str, Any]) -> tuple[str, int]:
    name = next(item["value"] for item in claim["identifier"] if item["system"] == LINES)
    total = _oere(claim["total"])
    if sum(_oere(item["net"]) for item in claim["item"]) != total:
        raise ValueError(f"The items of line {name} do not come to its total.")
    return name, total


def _oere(money: dict[str, Any]) -> int:
    oere = Decimal(money["value"]).scaleb(2)
    if money["currency"] != "DKK" or oere != oere.to_integral_value():
        raise ValueError("An amount is not whole oere in DKK.")
    return int(oere)
