"""Explaining a line: what it says of itself, and whether calculating it again gives the same."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.build import Gateway
from gateway.errors import NotFoundError
from settlement.closing import Explanation
from settlement.lines import Line


@dataclass(frozen=True, slots=True)
class Explained:
    """A line, and the calculation made again."""

    line: Line
    again: Explanation


def explain(gateway: Gateway, line_id: str) -> Explained:
    """Explain a claim line. Raises NotFoundError for an unknown id."""
    line = gateway.store.line(line_id)
    if line is None:
        raise NotFoundError(f"There is no line {line_id[:60]}. Line ids stand in claims and on their month's page.")
    return Explained(line, gateway.months.check(line))
