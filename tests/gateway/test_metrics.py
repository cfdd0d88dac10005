"""Metrics: counts by what may be known, and nothing else."""

import pytest

from gateway.errors import StoreError
from gateway.intake import Taken
from gateway.metrics import Metrics
from mappings.reading import Outcome, Verdict
from profiles.issue import error


async def _taken() -> Taken:
    return Taken("id", Outcome.DUPLICATE, Verdict(Outcome.ACCEPTED), None, "hl7v2-adt")


async def _not_stored() -> Taken:
    raise StoreError("disk full")


async def test_messages_by_door_format_and_outcome() -> None:
    metrics = Metrics()
    await metrics.counted("mllp", _taken())
    with pytest.raises(StoreError):
        await metrics.counted("http", _not_stored())
    text = metrics.text().decode()
    assert 'overgang_messages_total{door="mllp",format="hl7v2-adt",outcome="duplicate"} 1.0' in text
    assert 'overgang_messages_total{door="http",format="",outcome="not-stored"} 1.0' in text
    assert 'overgang_message_seconds_count{door="mllp"} 1.0' in text
    assert "overgang_messages_in_flight 0.0" in text


async def _reused() -> Taken:
    return Taken(
        "id", Outcome.REFUSED, Verdict(Outcome.REFUSED, (error("letter-id-reused", "", "x"),)), None, "hl7v2-adt"
    )


async def test_a_reused_id_is_something_to_alarm_on() -> None:
    metrics = Metrics()
    await metrics.counted("mllp", _taken())
    assert b"overgang_reused_ids_total{" not in metrics.text()
    await metrics.counted("mllp", _reused())
    assert b'overgang_reused_ids_total{door="mllp",format="hl7v2-adt"} 1.0' in metrics.text()


def test_requests_by_route() -> None:
    metrics = Metrics()
    metrics.request("/fhir/Bundle/{id}", "GET", 200, 0.01)
    expected = 'overgang_http_requests_total{method="GET",route="/fhir/Bundle/{id}",status="200"} 1.0'
    assert expected in metrics.text().decode()


def test_every_delivery_state_is_there() -> None:
    metrics = Metrics()
    metrics.deliveries_are({"failed": 2})
    text = metrics.text().decode()
    assert 'overgang_deliveries{state="failed"} 2.0' in text
    assert 'overgang_deliveries{state="waiting"} 0.0' in text


def test_each_process_part_counts_for_itself() -> None:
    Metrics().request("/x", "GET", 200, 0.1)
    assert b'route="/x"' not in Metrics().text()
