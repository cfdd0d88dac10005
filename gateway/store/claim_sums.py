"""What claims of closed months come to without reading their lines: the database adds up amounts and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Connection, Select, case, cast, func, select, type_coerce

from gateway.store.contract import ClaimSums
from gateway.store.packing import read_json
from gateway.store.shelf import Shelf
from gateway.store.tables import table
from settlement.decisions import Decision, latest

CLAIMS = table("claims")
DECISIONS = table("decisions")
LINES = table("lines")

_MANY = 500
"""Ids asked for in one statement."""


class ClaimSumShelf(Shelf):
    """Sums of claims."""

    def claim_sums(self, month: str) -> list[ClaimSums]:
        """The claims of a closed month, by id."""
        with self._reading() as connection:
            rows = connection.execute(_sums(connection, month)).all()
            again = _decided_again(connection, month)
        return [
            ClaimSums(
                row.id,
                row.agreement,
                row.municipality,
                row.region,
                row.total,
                row.undecided,
                row.undecided_amount,
                row.approved + again[row.id],
            )
            for row in rows
        ]

    def claims_of_lines(self, line_ids: Iterable[str]) -> set[str]:
        """The claims that hold any of these lines."""
        wanted = sorted(set(line_ids))
        parts = (wanted[start : start + _MANY] for start in range(0, len(wanted), _MANY))
        return {row.claim for part in parts for row in self._all(select(LINES.c.claim).where(LINES.c.id.in_(part)))}


def _sums(connection: Connection, month: str) -> Select[Any]:
    """Every claim of the month with what its lines come to; of those decided on once, what was approved."""
    lines = _by_line(connection, month)
    none, once = lines.c.decisions == 0, lines.c.decisions == 1
    return (
        select(
            CLAIMS.c.id,
            CLAIMS.c.agreement,
            CLAIMS.c.municipality,
            CLAIMS.c.region,
            CLAIMS.c.total,
            _total(none, 1).label("undecided"),
            _total(none, lines.c.amount).label("undecided_amount"),
            _total(once, lines.c.approved).label("approved"),
        )
        .select_from(CLAIMS.outerjoin(lines, lines.c.claim == CLAIMS.c.id))
        .where(CLAIMS.c.month == month)
        .group_by(CLAIMS.c.id)
        .order_by(CLAIMS.c.id)
    )


def _by_line(connection: Connection, month: str) -> Any:
    """The lines of the month, each with the number of decisions about it and the sum they approve."""
    return (
        select(
            LINES.c.claim,
            LINES.c.amount,
            func.count(DECISIONS.c.line).label("decisions"),
            func.sum(_approved(connection)).label("approved"),
        )
        .select_from(
            CLAIMS.join(LINES, LINES.c.claim == CLAIMS.c.id).outerjoin(DECISIONS, DECISIONS.c.line == LINES.c.id)
        )
        .where(CLAIMS.c.month == month)
        .group_by(LINES.c.id, LINES.c.claim, LINES.c.amount)
        .subquery()
    )


def _total(where: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(case((where, value), else_=0)), 0), BigInteger)


def _approved(connection: Connection) -> ColumnElement[int]:
    """The oere a decision approves, out of its body."""
    body: Any = DECISIONS.c.body
    tree = cast(body, JSON) if connection.dialect.name == "postgresql" else type_coerce(body, JSON)
    return cast(tree["approved"].as_string(), BigInteger)


def _decided_again(connection: Connection, month: str) -> defaultdict[str, int]:
    """By claim: the oere approved of lines decided on more than once, where the latest decision counts. Which one that
    is depends on times as they were written, so those few are read."""
    of_month = CLAIMS.join(LINES, LINES.c.claim == CLAIMS.c.id).join(DECISIONS, DECISIONS.c.line == LINES.c.id)
    several = (
        select(LINES.c.id)
        .select_from(of_month)
        .where(CLAIMS.c.month == month)
        .group_by(LINES.c.id)
        .having(func.count() > 1)
    )
    rows = connection.execute(
        select(LINES.c.claim, DECISIONS.c.body)
        .join(DECISIONS, DECISIONS.c.line == LINES.c.id)
        .where(LINES.c.id.in_(several))
    ).all()
    claim_of, said = dict[str, str](), list[Decision]()
    for row in rows:
        decision = read_json(row.body, Decision)
        claim_of[decision.line] = row.claim
        said.append(decision)
    found: defaultdict[str, int] = defaultdict(int)
    for line, decision in latest(said).items():
        found[claim_of[line]] += decision.approved
    return found
