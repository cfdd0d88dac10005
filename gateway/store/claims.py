"""Closed months: claims, lines and withheld items. Written once and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from gateway.errors import ConflictError, StoreError
from gateway.store.contract import ClosedMonth
from gateway.store.packing import read_json, read_time, write_json, write_time
from gateway.store.shelf import AnyRow, Shelf, upsert
from gateway.store.spooling import spooled
from gateway.store.tables import table
from settlement.billing import Billed
from settlement.decisions import Decision
from settlement.lines import Claim, Line, LineKind, Withheld
from settlement.payments import Payment

MONTHS = table("months")
CLAIMS = table("claims")
DECISIONS = table("decisions")
LINES = table("lines")
PAYMENTS = table("payments")
WITHHELD = table("withheld")
_MANY = 500
"""Ids asked for in one statement, and rows read at once."""
_ROWS = 2_000
"""Rows written at once."""
Item = TypeVar("Item", Line, Withheld)
_BY_EPISODE = (LINES.c.episode, LINES.c.month, LINES.c.id)


class ClaimShelf(Shelf):
    """What has been claimed."""

    def save_claims(self, closed: ClosedMonth, claims: Iterable[Claim]) -> bool:
        """Close a month of an agreement: all its claims in one transaction. False, and nothing changes, when it is
        closed already. Raises ConflictError when something was decided meanwhile about what it charges or takes back,
        else StoreError when the database refuses: a billable key twice, a reversal of nothing.

        claims: those of a municipality one after the other. All are computed before the transaction begins, and lie in
        memory municipality by municipality.
        """
        try:
            with spooled(claims) as settled:
                return self._save(closed, settled)
        except StoreError as problem:
            if self._decided_since(closed):
                raise ConflictError(_MEANWHILE) from problem
            raise

    def _save(self, closed: ClosedMonth, claims: Iterable[Claim]) -> bool:
        with self._write() as connection:
            if not upsert(connection, MONTHS, {**asdict(closed), "closed_at": write_time(closed.closed_at)}):
                return False
            for _, group in groupby(claims, key=lambda claim: claim.municipality):
                _insert_claims(connection, list(group))
            _require_undecided(connection, closed)
        return True

    def _decided_since(self, closed: ClosedMonth) -> bool:
        """Whether anything was decided about the agreement after the month's position."""
        of_lines = DECISIONS.join(LINES, LINES.c.id == DECISIONS.c.line)
        since = (LINES.c.agreement == closed.agreement, DECISIONS.c.position > closed.position)
        return self._first(select(LINES.c.id).select_from(of_lines).where(*since).limit(1)) is not None

    def months(self) -> list[ClosedMonth]:
        """Closed months, newest first."""
        rows = self._all(select(MONTHS).order_by(MONTHS.c.month.desc(), MONTHS.c.agreement))
        return [ClosedMonth(row.month, row.agreement, read_time(row.closed_at), row.position) for row in rows]

    def claims(self, month: str, agreement: str = "") -> list[Claim]:
        """The claims of a closed month, by id."""
        of_month = [CLAIMS.c.month == month, *([CLAIMS.c.agreement == agreement] if agreement else [])]
        return self._claims(*of_month)

    def each_claim(self, month: str, agreement: str, municipality: str | None = None) -> Iterator[Claim]:
        """The claims of an agreement's closed month (of a municipality), by municipality and region, one by one."""
        of_month = [CLAIMS.c.month == month, CLAIMS.c.agreement == agreement]
        of_month += [] if municipality is None else [CLAIMS.c.municipality == municipality]
        order = (CLAIMS.c.municipality, CLAIMS.c.region)
        for row in self._all(select(CLAIMS.c.id).where(*of_month).order_by(*order)):
            yield from self._claims(CLAIMS.c.id == row.id)

    def claim(self, claim_id: str) -> Claim | None:
        """A claim by its id."""
        return next(iter(self._claims(CLAIMS.c.id == claim_id)), None)

    def line(self, line_id: str) -> Line | None:
        """A line by its id."""
        row = self._first(select(LINES.c.body).where(LINES.c.id == line_id))
        return _line(row) if row else None

    def lines_of_episode(self, episode_id: str) -> list[Line]:
        """An episode's lines in closed months, oldest month first."""
        statement = select(LINES.c.body).where(LINES.c.episode == episode_id)
        return [_line(row) for row in self._all(statement.order_by(LINES.c.month, LINES.c.id))]

    def withheld_of_episode(self, episode_id: str) -> list[Withheld]:
        """An episode's withheld items in closed months, oldest month first."""
        of_claim = WITHHELD.join(CLAIMS, CLAIMS.c.id == WITHHELD.c.claim)
        statement = select(WITHHELD.c.body).select_from(of_claim).where(WITHHELD.c.episode == episode_id)
        order = (CLAIMS.c.month, WITHHELD.c.claim, WITHHELD.c.number)
        return [_withheld(row) for row in self._all(statement.order_by(*order))]

    def billed(self, agreement: str, municipality: str, but: str = "") -> Iterator[Line]:
        """Every line of an agreement's closed months (but one) for a municipality, by episode, oldest month first."""
        filters = [LINES.c.agreement == agreement, LINES.c.municipality == municipality]
        filters += [LINES.c.month != but] if but else []
        return map(_line, self._stream(select(LINES.c.body).where(*filters).order_by(*_BY_EPISODE)))

    def billed_courses(self, agreement: str, municipality: str) -> Iterator[Billed]:
        """The same by episode, with what was decided about the lines in the order it came; read one by one."""
        columns = (LINES.c.episode, LINES.c.id, LINES.c.body, DECISIONS.c.body.label("decision"))
        statement = select(*columns).select_from(LINES.outerjoin(DECISIONS, DECISIONS.c.line == LINES.c.id))
        filters = (LINES.c.agreement == agreement, LINES.c.municipality == municipality)
        order = (*_BY_EPISODE, DECISIONS.c.position, DECISIONS.c.number)
        rows = self._stream(statement.where(*filters).order_by(*order))
        return (_billed(episode, list(group)) for episode, group in groupby(rows, key=attrgetter("episode")))

    def lines(self, line_ids: Iterable[str]) -> dict[str, Line]:
        """The lines among those ids, by id."""
        wanted = sorted(set(line_ids))
        parts = (wanted[start : start + _MANY] for start in range(0, len(wanted), _MANY))
        rows = (
            row for part in parts for row in self._all(select(LINES.c.id, LINES.c.body).where(LINES.c.id.in_(part)))
        )
        return {row.id: _line(row) for row in rows}

    def decisions_of_month(self, month: str) -> list[Decision]:
        """Every decision about a month's lines, in the order they came."""
        return self._decisions(LINES.c.month == month)

    def decisions_of_claim(self, claim_id: str) -> list[Decision]:
        """Every decision about a claim's lines, in the order they came."""
        return self._decisions(LINES.c.claim == claim_id)

    def decisions_of_message(self, position: int) -> list[Decision]:
        """What the message of that position decided about lines, in its order."""
        return self._decisions(DECISIONS.c.position == position)

    def payments_of_message(self, position: int) -> list[Payment]:
        """What the message of that position said was paid, in its order."""
        return self._payments(select(PAYMENTS.c.body).where(PAYMENTS.c.position == position))

    def decisions_of_line(self, line_id: str) -> list[Decision]:
        """Every decision about a line, in the order they came."""
        return self._decisions(LINES.c.id == line_id)

    def payments_of_month(self, month: str) -> list[Payment]:
        """Every payment of a month's claims, in the order they came."""
        of_claims = PAYMENTS.join(CLAIMS, CLAIMS.c.id == PAYMENTS.c.claim)
        return self._payments(select(PAYMENTS.c.body).select_from(of_claims).where(CLAIMS.c.month == month))

    def payments_of_claim(self, claim_id: str) -> list[Payment]:
        """Every payment of a claim, in the order they came."""
        return self._payments(select(PAYMENTS.c.body).where(PAYMENTS.c.claim == claim_id))

    def _payments(self, statement: Select[tuple[str]]) -> list[Payment]:
        rows = self._all(statement.order_by(PAYMENTS.c.position, PAYMENTS.c.number))
        return [read_json(row.body, Payment) for row in rows]

    def _decisions(self, *filters: ColumnElement[bool]) -> list[Decision]:
        of_lines = DECISIONS.join(LINES, LINES.c.id == DECISIONS.c.line)
        statement = select(DECISIONS.c.body).select_from(of_lines).where(*filters)
        rows = self._all(statement.order_by(DECISIONS.c.position, DECISIONS.c.number))
        return [read_json(row.body, Decision) for row in rows]

    def claim_places(self, agreement: str = "") -> list[str]:
        """The municipalities with claims (of an agreement), sorted; "" is the unknown one."""
        code, wanted = CLAIMS.c.municipality, [CLAIMS.c.agreement == agreement] if agreement else []
        return [row.municipality for row in self._all(select(code).where(*wanted).distinct().order_by(code))]

    def _claims(self, *filters: ColumnElement[bool]) -> list[Claim]:
        """Claims with their lines and withheld items, in three statements of one transaction."""
        with self._reading() as connection:
            heads = connection.execute(select(CLAIMS).where(*filters).order_by(CLAIMS.c.id)).all()
            lines = _by_claim(connection, LINES, Line, filters)
            withheld = _by_claim(connection, WITHHELD, Withheld, filters)
        return [_claim(head, lines.get(head.id, []), withheld.get(head.id, [])) for head in heads]


_MEANWHILE = "A region decided about a line while the month was being closed. Close it again."


def _require_undecided(connection: Connection, closed: ClosedMonth) -> None:
    """Nothing may have been decided, since the month was computed, about what it takes back. Raises ConflictError."""
    taken_back = LINES.join(DECISIONS, DECISIONS.c.line == LINES.c.reverses)
    of_month = (LINES.c.month == closed.month, LINES.c.agreement == closed.agreement, LINES.c.kind == "reversal")
    late = select(LINES.c.id).select_from(taken_back).where(*of_month, DECISIONS.c.position > closed.position)
    if connection.execute(late.limit(1)).first() is not None:
        raise ConflictError(_MEANWHILE)


def _by_claim(
    connection: Connection, items: Table, kind: type[Item], filters: Sequence[ColumnElement[bool]]
) -> dict[str, list[Item]]:
    statement = select(items.c.claim, items.c.body).join(CLAIMS, CLAIMS.c.id == items.c.claim).where(*filters)
    found: dict[str, list[Item]] = {}
    rows = connection.execute(statement.order_by(items.c.claim, items.c.number), execution_options={"yield_per": _MANY})
    for row in rows:
        found.setdefault(row.claim, []).append(read_json(row.body, kind))
    return found


def _insert_claims(connection: Connection, claims: Sequence[Claim]) -> None:
    """All claims of a municipality: what takes a key's place and what gives it back are both among them."""
    _insert(connection, CLAIMS, map(_claim_row, claims))
    _insert(connection, LINES, _reversals_first(claims))
    _insert(connection, WITHHELD, (row for claim in claims for row in _withheld_rows(claim)))


def _insert(connection: Connection, into: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, so many at once that they need not all lie in memory."""
    waiting = iter(rows)
    while some := list(islice(waiting, _ROWS)):
        connection.execute(into.insert(), some)


def _claim_row(claim: Claim) -> dict[str, Any]:
    names = ("id", "agreement", "month", "municipality", "region", "total")
    return {name: getattr(claim, name) for name in names}


def _reversals_first(claims: Sequence[Claim]) -> Iterator[dict[str, Any]]:
    """A corrected charge takes the key's place that its reversal gives back, so reversals go in first."""
    for kind in (LineKind.REVERSAL, LineKind.CHARGE):
        for claim in claims:
            yield from (_line_row(claim, *each) for each in enumerate(claim.lines) if each[1].kind is kind)


def _line_row(claim: Claim, number: int, line: Line) -> dict[str, Any]:
    names = ("id", "key", "reverses", "month", "agreement", "municipality", "episode", "amount")
    values = {name: getattr(line, name) for name in names}
    return {**values, "claim": claim.id, "number": number, "kind": line.kind.value, "body": write_json(line)}


def _withheld_rows(claim: Claim) -> list[dict[str, Any]]:
    return [
        {"claim": claim.id, "number": number, "episode": item.episode, "body": write_json(item)}
        for number, item in enumerate(claim.withheld)
    ]


def _claim(head: AnyRow, lines: Sequence[Line], withheld: Sequence[Withheld]) -> Claim:
    return Claim(
        head.id,
        head.agreement,
        head.month,
        head.municipality,
        head.region,
        tuple(lines),
        tuple(withheld),
    )


def _billed(episode: str, rows: Sequence[AnyRow]) -> Billed:
    """An episode's lines, each in a row for every decision about it."""
    bodies = {row.id: row.body for row in rows}
    decisions = (read_json(row.decision, Decision) for row in rows if row.decision is not None)
    return Billed(episode, tuple(read_json(body, Line) for body in bodies.values()), tuple(decisions))


def _line(row: AnyRow) -> Line:
    return read_json(row.body, Line)


def _withheld(row: AnyRow) -> Withheld:
    return read_json(row.body, Withheld)
