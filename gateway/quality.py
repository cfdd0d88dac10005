"""Quality: the quarter's measures over what is stored, and their reports to the regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from gateway.errors import ConflictError
from gateway.organisations import Register
from gateway.projection import Projection
from gateway.standing import Standing
from gateway.store.contract import Store
from mappings.measures import measure_document, measure_report
from settlement.agreements import Agreement
from settlement.lines import Document
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
        with self._projection.standing() as standing:
            return self._evaluate(quarter, standing.municipalities(), standing)

    def publish(self, quarter: Quarter) -> tuple[Document, ...]:
        """Write the quarter's reports, one of each measure to each region, and the measures themselves.

        They tell of the messages that are here now. What has changed since it was written before is written anew.
        Raises ConflictError for a quarter not over.
        """
        if self._now() < quarter.end:
            raise ConflictError(f"{quarter} is not over; its report can be shown, but not yet published.")
        with self._projection.standing() as standing:
            at = self._now()
            definitions = (measure_document(measure, at) for measure in self.measures)
            documents = (*definitions, *chain.from_iterable(self._reports(quarter, standing, at)))
            self._store.save_documents(documents, standing.position)
        return documents

    def _reports(self, quarter: Quarter, standing: Standing, at: datetime) -> Iterator[list[Document]]:
        for region, municipalities in self._by_region(quarter, standing).items():
            results = zip(self.measures, self._evaluate(quarter, municipalities, standing), strict=True)
            party, created = self._register.party_of_region(region), quarter.end.date()
            yield [
                measure_report(result, measure, quarter, party, party.code, created, at) for measure, result in results
            ]

    def _by_region(self, quarter: Quarter, standing: Standing) -> dict[str, list[str]]:
        """The municipalities of each region at the end of the quarter; those of unknown regions are in no report."""
        regions: dict[str, list[str]] = {}
        for municipality in standing.municipalities():
            region = self._register.directory.region_of(municipality, quarter.last_day)
            if region:
                regions.setdefault(region, []).append(municipality)
        return dict(sorted(regions.items()))

    def _evaluate(self, quarter: Quarter, municipalities: Sequence[str], standing: Standing) -> tuple[Result, ...]:
        episodes = chain.from_iterable(map(standing.episodes, municipalities))
        pairs = ((agreement.id, code) for agreement in self._agreements for code in municipalities)
        lines = chain.from_iterable(standing.billed(*pair) for pair in pairs)
        return evaluate_all(self.measures, episodes, quarter, lines, self._register.directory)
