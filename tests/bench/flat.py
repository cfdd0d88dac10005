"""The synthetic month as a flat table of integers on DuckDB, and what it comes to: in plain SQL, and by the clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

import duckdb

from settlement.agreements import Agreement
from settlement.clauses.sheet import Fact
from settlement.clauses.tariffs import Tariff
from settlement.organisations import Directory
from settlement.pricing import worth
from tests.bench import synthetic
from tests.bench.synthetic import DAYS, KINDS, MONTH, WITHOUT_CATEGORY

_CATEGORIES = tuple(dict.fromkeys(str(category) for _, category in KINDS))


def months_table(size: int) -> duckdb.DuckDBPyConnection:
    """Courses (municipality, iv_type, category, day; -1 where there is no category), and the agreement's rates."""
    database = duckdb.connect()
    places = len(synthetic.municipalities(Directory.build()))
    database.execute("CREATE TABLE kinds (kind SMALLINT, category TINYINT)")
    rows = [(place, _CATEGORIES.index(str(category))) for place, (_, category) in enumerate(KINDS)]
    database.executemany("INSERT INTO kinds VALUES (?, ?)", rows)
    database.execute(
        f"""
        CREATE TABLE courses AS
        SELECT (n % {places})::SMALLINT AS municipality, kind, (n // 7 % {DAYS})::TINYINT AS day,
            (CASE WHEN n % {WITHOUT_CATEGORY} = {WITHOUT_CATEGORY - 1} THEN -1 ELSE category END)::TINYINT AS category
        FROM (SELECT range AS n, (range % {len(KINDS)})::SMALLINT AS kind FROM range({size})) JOIN kinds USING (kind)
        """  # noqa: S608  (numbers of our own)
    )
    database.execute("CREATE TABLE rates (category TINYINT, first TINYINT, last TINYINT, amount INTEGER)")
    database.executemany("INSERT INTO rates VALUES (?, ?, ?, ?)", list(_rates(synthetic.agreement())))
    return database


def _rates(agreement: Agreement) -> Iterable[tuple[int, int, int, int]]:
    """The tariff's rates with the days of the month they are in force."""
    for rule in (clause.rule for clause in agreement.clauses):
        for version in rule.version if isinstance(rule, Tariff) else ():
            first, last = ((day - MONTH.first_day).days for day in (version.valid_from, version.valid_to))
            if first < DAYS and last >= 0:
                for (category,), amount in version.rates.items():
                    yield _CATEGORIES.index(category), max(first, 0), min(last, DAYS - 1), amount


def plain(database: duckdb.DuckDBPyConnection) -> Counter[tuple[str, str]]:
    """Oere by municipality and category, as anybody would write it who knows the tariffs."""
    return _named(
        database.execute(
            """
            SELECT municipality, category, sum(amount) FROM courses JOIN rates USING (category)
            WHERE day BETWEEN first AND last GROUP BY municipality, category
            """
        ).fetchall()
    )


def aggregated(database: duckdb.DuckDBPyConnection, agreement: Agreement) -> Counter[tuple[str, str]]:
    """The same by the agreement's clauses: they are worked out once for each kind of course there is."""
    found = database.execute("SELECT DISTINCT day, category FROM courses WHERE category >= 0").fetchall()
    worked = [(day, category, worth(agreement, _day(day), _facts(category))) for day, category in found]
    database.execute("CREATE OR REPLACE TEMP TABLE worths (day TINYINT, category TINYINT, amount INTEGER)")
    values = ", ".join(f"({day}, {category}, {amount})" for day, category, amount in worked)
    database.execute(f"INSERT INTO worths VALUES {values}")  # noqa: S608  (numbers of our own)
    return _named(
        database.execute(
            """
            SELECT municipality, category, sum(amount) FROM courses JOIN worths USING (day, category)
            GROUP BY municipality, category
            """
        ).fetchall()
    )


def _day(number: int) -> date:
    return MONTH.first_day + timedelta(days=number)


def _facts(category: int) -> dict[str, Fact]:
    """All that the agreement's clauses ask of a course."""
    return {"category": _CATEGORIES[category]}


def _named(rows: list[tuple[int, int, int]]) -> Counter[tuple[str, str]]:
    codes = synthetic.municipalities(Directory.build())
    return Counter({(codes[place], _CATEGORIES[category]): int(amount) for place, category, amount in rows})
