"""Examples in our guide are what the gateway writes, each valid by the profile it claims.

`pytest --update-golden` writes them anew; the list of the ImplementationGuide names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mappings.canonical_json import canonical_json
from mappings.claim_responses import claim_answers
from mappings.contracts import contract
from mappings.payments import payment_reconciliation
from mappings.settlement_invoices import settlement_bundle
from mappings.submission import submission
from mappings.tariffs import tariff_resources
from profiles.guide import examples
from tests.mappings.judging import findings, tree
from tests.mappings.test_claim_responses import REDUCED
from tests.mappings.test_claims import CITIZENS, CLAIM, written
from tests.mappings.test_contracts import SHIPPED
from tests.mappings.test_payments import CREATED, PAID, REVERSED
from tests.mappings.test_settlement_invoices import GOALS

FOLDER = Path(__file__).parents[2] / "profiles" / "guide" / "examples"


def bodies() -> Iterator[bytes]:
    """One example of every shape."""
    yield written().body
    yield submission(written().body)
    made: list[dict[str, Any]] = [
        claim_answers(CLAIM, [REDUCED, REVERSED], CITIZENS),
        payment_reconciliation(CLAIM, [REDUCED, REVERSED], PAID, CREATED),
        contract(SHIPPED["iv-midtjylland"]),
        tariff_resources(SHIPPED["iv-midtjylland"])[1],
        settlement_bundle(GOALS),
    ]
    for resource in made:
        yield canonical_json(resource)


def files() -> dict[str, bytes]:
    """The examples as they lie in the guide, by file name."""
    found = {}
    for body in bodies():
        resource = json.loads(body)
        found[f"{resource['resourceType']}-{resource['id']}.json"] = msgspec.json.format(body.strip(), indent=2) + b"\n"
    return found


def test_examples_are_what_is_written(update_golden: bool) -> None:
    if update_golden:
        for name, body in files().items():
            (FOLDER / name).write_bytes(body)
    assert {path.name: path.read_bytes() for path in FOLDER.glob("*.json")} == files()


@pytest.mark.parametrize("name", examples())
def test_an_example_is_valid_by_its_profile(name: str) -> None:
    example = tree(examples()[name])
    assert example["meta"]["profile"]
    assert findings(example) == []
