"""Samples of post-control, as they were drawn."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import msgspec
from sqlalchemy import select

from gateway.store.packing import read_json, write_json
from gateway.store.shelf import Shelf, upsert
from gateway.store.tables import table
from settlement.sampling import KeptSample, Stratum

SAMPLES = table("samples")


class _Stratum(msgspec.Struct):
    """A stratum as JSON: its rate is an exact fraction, written as text."""

    name: str
    size: int
    amount: int
    rate: str
    drawn: tuple[str, ...]


class _Stored(msgspec.Struct):
    """A sample as JSON: without its strata, and they."""

    sample: KeptSample
    strata: list[_Stratum]


class SampleShelf(Shelf):
    """What was drawn. See `gateway.store.region_contract.RegionStore`."""

    def keep_sample(self, sample: KeptSample) -> KeptSample:
        """Keep a sample; the one that is kept already, where somebody drew it before."""
        values = {"id": sample.id, "month": sample.month, "body": _written(sample)}
        with self._write() as connection:
            upsert(connection, SAMPLES, values)
            body = connection.execute(select(SAMPLES.c.body).where(SAMPLES.c.id == sample.id)).scalar_one()
        return _read(body)

    def sample(self, sample_id: str) -> KeptSample | None:
        """A sample by its id."""
        row = self._first(select(SAMPLES.c.body).where(SAMPLES.c.id == sample_id))
        return _read(row.body) if row else None


def _written(sample: KeptSample) -> str:
    strata = [_Stratum(one.name, one.size, one.amount, str(one.rate), one.drawn) for one in sample.strata]
    return write_json(_Stored(replace(sample, strata=()), strata))


def _read(body: str) -> KeptSample:
    stored = read_json(body, _Stored)
    strata = (Stratum(one.name, one.size, one.amount, Fraction(one.rate), one.drawn) for one in stored.strata)
    return replace(stored.sample, strata=tuple(strata))
