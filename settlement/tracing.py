"""Tracing: what a line's amount rests on in its agreement, and what else was billed of the same thing."""

from __future__ import annotations

from collections.abc import Iterable

from settlement.agreements import Agreement
from settlement.clauses.kinds import Clause
from settlement.clauses.tariffs import RateVersion, Tariff
from settlement.lines import Line, LineKind


def clause_of(line: Line, agreement: Agreement) -> Clause | None:
    """The clause a line is claimed by; None where the agreement no longer has it."""
    return next((clause for clause in agreement.clauses if clause.id == line.clause), None)


def rates_of(line: Line, agreement: Agreement) -> tuple[RateVersion, ...]:
    """The rate versions a line's amount rests on: of its own clause, else of the last one before it that has them."""
    used = line.rate_version.split(", ")
    names = [clause.id for clause in agreement.clauses]
    before = agreement.clauses[: names.index(line.clause) + 1] if line.clause in names else ()
    for clause in reversed(before):
        versions = clause.rule.version if isinstance(clause.rule, Tariff) else ()
        found = tuple(version for version in versions if version.id in used)
        if found:
            return found
    return ()


def history(line: Line, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Every line of the same billable key, this one among them: oldest month first, and a reversal before the charge
    that takes its place."""
    found = {one.id: one for one in (*lines, line) if one.key == line.key}
    return tuple(sorted(found.values(), key=lambda one: (one.month, one.kind is LineKind.CHARGE, one.id)))
