"""Explaining a line: what it says of itself, and whether its records give the same today."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.build import Gateway
from gateway.errors import NotFoundError
from settlement.lines import Line


@dataclass(frozen=True, slots=True)
class Explained:
    """A line, whether it comes out the same when computed anew, and what it comes to today, in words."""

    line: Line
    same: bool
    today: str


def explain(gateway: Gateway, line_id: str) -> Explained:
    """Explain a claim line. Raises NotFoundError for an unknown id."""
    line = gateway.store.line(line_id)
    if line is None:
        raise NotFoundError(
            f"There is no line {line_id[:60]}. Line ids stand in the claim and on the page of its month."
        )
    gateway.projection.refresh()
    return Explained(line, *gateway.months.recompute(line))
