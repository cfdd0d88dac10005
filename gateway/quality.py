"""Quality: the quarter's measures over what is stored, and their reports to the regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain

from gateway.errors import ConflictError
from gateway.organisations import Register
from gateway.projection import Projection
from gateway.store.contract import Store
from mappings.measures import measure_document, measure_report
from mappings.outbound import Party
from settlement.agreements import Agreement
from settlement.episodes import Episode
from settlement.lines import Document, Line
from settlement.measures import Result
from settlement.periods import Quarter
from settlement.quality import Measure, evaluate_all


class Quality:
    """Computes every measure over the stored episodes and lines. Holds no state of its own."""

    def __init__(
        self,
        store: Store,
        projection: Projection,
        register: Register,
        agreements: Iterable[Agreement],
        measures: Iterable[Measure],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._projection = projection
        self._register = register
        self._agreements = tuple(agreements)
        self.measures = tuple(measures)
        self._now = now

    def report(self, quarter: Quarter) -> tuple[Result, ...]:
        """The results of every measure for a quarter, over all municipalities, as far as is known now."""
        self._projection.refresh()
        return self._evaluate(quarter, self._partitions())

    def publish(self, quarter: Quarter) -> tuple[Document, ...]:
        """Write the quarter's reports, one of each measure to each region, and the measures themselves.

        What has changed since it was written before is written anew. Raises ConflictError for a quarter not over.
        """
        if self._now() < quarter.end:
            raise ConflictError(f"{quarter} is not over; its report can be shown, but not yet published.")
        self._projection.refresh()
        documents = (*self._definitions(), *chain.from_iterable(self._reports(quarter)))
        self._store.save_documents(documents)
        return documents

    def _definitions(self) -> Iterator[Document]:
        return (measure_document(measure, self._now()) for measure in self.measures)

    def _reports(self, quarter: Quarter) -> Iterator[list[Document]]:
        for region, municipalities in self._by_region(quarter).items():
            results = self._evaluate(quarter, municipalities)
            party = self._register.party_of_region(region)
            yield [self._document(quarter, party, *pair) for pair in zip(self.measures, results, strict=True)]

    def _document(self, quarter: Quarter, region: Party, measure: Measure, result: Result) -> Document:
        created = quarter.end.date()
        return measure_report(result, measure, quarter, region, region.code, created, self._now())

    def _by_region(self, quarter: Quarter) -> dict[str, list[str]]:
        """The municipalities of each region at the end of the quarter; those of unknown regions are in no report."""
        regions: dict[str, list[str]] = {}
        for municipality in self._partitions():
            region = self._register.directory.region_of(municipality, quarter.last_day)
            if region:
                regions.setdefault(region, []).append(municipality)
        return dict(sorted(regions.items()))

    def _partitions(self) -> list[str]:
        return sorted({code for agreement in self._agreements for code in self._store.partitions(agreement.id)})

    def _evaluate(self, quarter: Quarter, municipalities: Iterable[str]) -> tuple[Result, ...]:
        codes = tuple(municipalities)
        return evaluate_all(self.measures, self._episodes(codes), quarter, self._lines(codes), self._register.directory)

    def _episodes(self, municipalities: Iterable[str]) -> Iterator[Episode]:
        return chain.from_iterable(map(self._store.every_episode, municipalities))

    def _lines(self, municipalities: Iterable[str]) -> Iterator[Line]:
        pairs = ((agreement.id, code) for agreement in self._agreements for code in municipalities)
        return chain.from_iterable(self._store.billed(*pair) for pair in pairs)
