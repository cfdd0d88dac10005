"""A gateway that takes messages in while it closes a month or writes a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from gateway.build import Gateway
from gateway.demo.sending import Sending
from gateway.months import Months
from gateway.projection import Projection
from gateway.quality import Quality
from gateway.standing import Standing
from tests.gateway.world import send


class _Interrupted(Projection):
    """A projection: when its first standing is open, messages arrive, and another one folds them."""

    def __init__(self, gateway: Gateway, meanwhile: Sequence[Sending]) -> None:
        super().__init__(gateway.store, gateway.register.directory)
        self._gateway = gateway
        self._meanwhile = meanwhile

    @contextmanager
    def standing(self) -> Iterator[Standing]:
        with super().standing() as standing:
            meanwhile, self._meanwhile = self._meanwhile, ()
            send(self._gateway, *meanwhile)
            self._gateway.projection.refresh()
            yield standing


def interrupted(gateway: Gateway, *meanwhile: Sending) -> Gateway:
    """The same gateway; the first month it closes or report it writes is interrupted by those messages."""
    projection = _Interrupted(gateway, meanwhile)
    agreements, measures = gateway.months.agreements, gateway.quality.measures
    months = Months(gateway.store, projection, gateway.register, agreements, gateway.now)
    quality = Quality(gateway.store, projection, gateway.register, agreements, measures, gateway.now)
    return replace(gateway, months=months, quality=quality)
