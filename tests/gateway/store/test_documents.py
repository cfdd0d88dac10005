"""Documents and deliveries, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.errors import StoreError
from gateway.settings import Settings
from gateway.store.contract import Delivery, DocumentSearch, Published, Store
from gateway.store.opening import open_store
from tests.gateway.store.samples import ENDPOINTS, NOON, document

ENDPOINT = ENDPOINTS["1082"]
NO_DIGEST: dict[str, Any] = {"sha256": None}
ACCEPTED = Delivery("d1", ENDPOINT, "accepted", 1, "", NOON + timedelta(hours=1))


def test_a_document_is_stored_with_its_delivery(store: Store) -> None:
    store.save_documents([document("d1"), document("d2", recipient="1085")])
    assert store.document("d1") == document("d1")
    assert store.document("d3") is None
    assert store.deliveries() == [Delivery("d1", ENDPOINT, "waiting", 0, "", NOON)]


def test_the_same_document_again_changes_nothing(store: Store) -> None:
    store.save_documents([document("d1")])
    store.save_delivery(ACCEPTED)
    store.save_documents([replace(document("d1"), created_at=NOON + timedelta(days=1))])
    assert store.document("d1") == document("d1")
    assert store.deliveries() == [ACCEPTED]


def test_a_report_with_other_bytes_replaces_the_earlier_and_is_delivered_again(store: Store) -> None:
    store.save_documents([document("d1")])
    store.save_delivery(ACCEPTED)
    store.save_documents([document("d1", body=b"new")])
    assert store.document("d1") == document("d1", body=b"new")
    assert [delivery.state for delivery in store.deliveries()] == ["waiting"]


def test_a_claim_bundle_stays_as_it_is(store: Store) -> None:
    first = document("d1", kind="claim-bundle")
    store.save_documents([first])
    store.save_delivery(ACCEPTED)
    store.save_documents([document("d1", kind="claim-bundle", body=b"new")])
    assert store.document("d1") == first
    assert store.deliveries("accepted") == [ACCEPTED]
    assert store.deliveries("waiting") == []


def test_all_documents_or_none(settings: Settings) -> None:
    store = open_store(settings, {"1082": ENDPOINT})
    broken = replace(document("d2"), **NO_DIGEST)
    with pytest.raises(StoreError, match="refuses"):
        store.save_documents([document("d1"), broken])
    assert (store.document("d1"), store.deliveries()) == (None, [])
    store.close()


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (DocumentSearch(), ["d1", "d2", "d3"]),
        (DocumentSearch(kinds=("measure",)), ["d2"]),
        (DocumentSearch(period="2026-Q3"), ["d3"]),
        (DocumentSearch(owner="0751", recipient="1082", status="complete"), ["d1", "d2", "d3"]),
        (DocumentSearch(after="d1", count=1), ["d2"]),
        (DocumentSearch(recipient="1085"), []),
    ],
)
def test_searches(store: Store, search: DocumentSearch, expected: list[str]) -> None:
    made = [document("d1"), document("d2", kind="measure"), replace(document("d3"), period="2026-Q3")]
    store.save_documents(made)
    assert [found.id for found in store.documents(search)] == expected
    everything = replace(search, after="", count=100)
    assert store.count_documents(search) == len(store.documents(everything))


def test_a_failed_delivery_says_why(store: Store) -> None:
    store.save_documents([document("d1")])
    failed = Delivery("d1", ENDPOINT, "failed", 3, "503 Service Unavailable", NOON + timedelta(minutes=5))
    store.save_delivery(failed)
    assert store.deliveries("failed") == [failed]


def test_reports_tell_when_they_were_written_and_from_which_messages(store: Store) -> None:
    store.save_documents([document("d1"), document("d2"), document("m", kind="measure")], 3)
    later = NOON + timedelta(days=1)
    again = [replace(document("d1"), created_at=later), replace(document("d2", body=b"new"), created_at=later)]
    store.save_documents(again, 5)
    found = sorted(store.published(), key=lambda one: one.at)
    assert found == [Published("2026-10", NOON, 3), Published("2026-10", later, 5)]
    store.save_documents([document("d3")])
    assert Published("2026-10", NOON, None) in store.published()
