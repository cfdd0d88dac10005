"""Parked messages: those the gateway once failed to read, read again by the version that runs now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.build import Gateway
from gateway.store.contract import Kept, Message, MessageSearch
from mappings.reading import Family, Outcome


def retry(gateway: Gateway) -> list[Kept]:
    """Read every parked message again, oldest first; those that can be read get their final state. Returns what became
    of each."""
    return [_again(gateway, message) for message in reversed([*_parked(gateway)])]


def _parked(gateway: Gateway) -> Iterator[Message]:
    search = MessageSearch(outcome=Outcome.PARKED.value)
    while page := gateway.store.messages(search):
        yield from page
        search = replace(search, before=page[-1].position)


def _again(gateway: Gateway, message: Message) -> Kept:
    form, arrival = gateway.intake.examine(
        gateway.store.raw(message.id) or b"",
        channel=message.channel,
        family=Family(message.family),
        media_type=message.media_type,
        peer=gateway.register.by_name(message.peer),
    )
    if arrival.verdict.outcome is Outcome.PARKED:
        return Kept(message.id, Outcome.PARKED, arrival.verdict, None)
    arrival = replace(arrival, received_at=message.received_at)
    return gateway.store.release(message.id, arrival, gateway.intake.answering(form, arrival.reading))
