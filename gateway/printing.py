"""How the command line prints: tables for people, JSON for programs. Amounts in JSON are integer oere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.intake import Taken
from gateway.replay import Replayed
from gateway.settings import Settings
from gateway.store.contract import Delivery, Kept
from profiles.issue import Issue
from settlement.invoices import Invoice
from settlement.lines import Claim
from settlement.measures import Count, Result
from settlement.money import kroner
from settlement.organisations import Directory
from settlement.periods import Month

SECRETS = ("pseudonym_key", "session_key", "database_url")
_COUNTED = ("contact", "course")
_COLOURS = {"fatal": "red", "error": "red", "warning": "yellow", "information": "blue"}


def as_json(value: Any, out: Console) -> None:
    """Print a value as JSON, indented, with keys in order."""
    out.file.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str).decode() + "\n")


def taken(results: Sequence[tuple[str, Taken]], out: Console, *, as_json: bool) -> None:
    """What became of received files."""
    if as_json:
        _json(
            [
                {
                    "file": name,
                    "message": item.message_id,
                    "outcome": item.outcome,
                    "issues": issue_rows(item.verdict.issues),
                }
                for name, item in results
            ],
            out,
        )
        return
    for name, item in results:
        out.print(f"{name}: [bold]{item.outcome}[/bold] {item.message_id}", highlight=False)
        _issues(item.verdict.issues, out)


def notes(issues: Iterable[Issue], out: Console) -> None:
    """What was found on the way, beside the results."""
    _issues(issues, out)


def each_as_json(values: Iterable[Any], out: Console) -> None:
    """Print values as a JSON list, as `as_json` does, one by one as they come."""
    for text in _listed(values):
        out.file.write(text)
    out.file.write("\n")


Rest = Callable[[], dict[str, Any]]
"""What stands beside a list in its object; asked for when the list has been read."""


def listing_as_json(name: str, values: Iterable[Any], rest: Rest, out: Console) -> None:
    """Print an object with a list of that name, whose values are printed as they come, and the rest after it."""
    for text in _listing(name, values, rest):
        out.file.write(text)
    out.file.write("\n")


def listings_as_json(name: str, listings: Iterable[tuple[Iterable[Any], Rest]], out: Console) -> None:
    """Print a list of such objects."""
    between = "[\n  "
    for values, rest in listings:
        out.file.write(between)
        for text in _listing(name, values, rest):
            out.file.write(text.replace("\n", "\n  "))
        between = ",\n  "
    out.file.write("[]\n" if between == "[\n  " else "\n]\n")


def _listing(name: str, values: Iterable[Any], rest: Rest) -> Iterator[str]:
    yield f'{{\n  "{name}": '
    for text in _listed(values):
        yield text.replace("\n", "\n  ")
    others = orjson.dumps(rest(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str).decode()
    yield "\n}" if others == "{}" else f",{others[1:]}"


def _listed(values: Iterable[Any]) -> Iterator[str]:
    """A JSON list in pieces."""
    between = "[\n"
    for value in values:
        text = orjson.dumps([value], option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str).decode()
        yield between + text[2:-2]
        between = ",\n"
    yield "[]" if between == "[\n" else "\n]"


def claims(found: Iterable[Claim], directory: Directory, out: Console, *, as_json: bool) -> None:
    """A month's claims, read one by one."""
    if as_json:
        each_as_json((asdict(claim) | {"total": claim.total} for claim in found), out)
        return
    table, total, withheld = Table("Claim", "Municipality", "Region", "Lines", "Withheld", "Amount"), 0, list[str]()
    for claim in found:
        name = directory.municipality_name(claim.municipality, Month.parse(claim.month).first_day)
        counts = (str(len(claim.lines)), str(len(claim.withheld)))
        table.add_row(claim.id, name or "unknown", claim.region or "-", *counts, kroner(claim.total, "en"))
        total += claim.total
        withheld += (f"withheld {item.episode}: {item.explanation['en']} ({item.reason})" for item in claim.withheld)
    out.print(table)
    out.print(f"Total {kroner(total, 'en')}")
    for text in withheld:
        out.print(text, highlight=False)


def invoice_row(one: Invoice, state: str, paid: int | None) -> dict[str, Any]:
    """An invoice for programs: who pays whom, its entries, how far it has come, and what was paid of it (oere)."""
    names = ("id", "agreement", "month", "issuer", "recipient", "total")
    entries = [
        {"clause": entry.clause, "part": entry.part, "amount": entry.amount, "carried": entry.carried}
        | {"explanation": entry.explanation}
        for entry in one.entries
    ]
    row = {name: getattr(one, name) for name in names}
    return {"kind": "invoice", **row, "on": one.on.isoformat(), "state": state, "paid": paid, "entries": entries}


def invoices(found: Sequence[Invoice], out: Console) -> None:
    """A month's invoices of period agreements; nothing where there are none."""
    for one in found:
        told = f"{one.agreement} as of {one.on}, {one.recipient} pays {one.issuer} {kroner(one.total, 'en')}"
        out.print(f"Invoice {one.id}: {told}", highlight=False, soft_wrap=True)


def results(found: Sequence[Result], out: Console, *, as_json: bool) -> None:
    """A quarter's measures."""
    if as_json:
        _json([asdict(result) for result in found], out)
        return
    table = Table("Measure", "Group", "Value", "Numerator", "Denominator", "Goal met")
    for result in found:
        goal = "" if result.goal_met is None else str(result.goal_met)
        table.add_row(f"[bold]{result.measure}[/bold]", "", *_numbers(result.count, result.unit), goal)
        for stratum in result.strata:
            group = ", ".join(f"{key} {value}" for key, value in stratum.keys)
            table.add_row("", group, *_numbers(stratum.count, result.unit), "")
    out.print(table)


def value_of(count: Count, unit: str) -> str:
    """A measure's value for people: an amount (unit "oere"), a share ("1"), else a number with one decimal at most."""
    if count.value is None:
        return "-"
    if unit == "oere":
        return kroner(round(count.value), "en")
    tenths = round(count.value * (1000 if unit == "1" else 10))
    number = f"{tenths // 10}.{tenths % 10}" if unit == "1" or tenths % 10 else str(tenths // 10)
    if unit == "1":
        return f"{number} %"
    return f"{number} {unit}s" if unit in _COUNTED and number != "1" else f"{number} {unit}"


def replayed(found: Replayed, out: Console, *, as_json: bool) -> None:
    """The outcome of a replay."""
    if as_json:
        _json(asdict(found) | {"identical": found.identical}, out)
        return
    for name in ("messages", "episodes", "claims", "documents"):
        part = getattr(found, name)
        words = f"[red]{', '.join(part.different)} differ[/red]" if part.different else "identical"
        out.print(f"{name}: {part.compared} compared, {words}")


def retried(kept: Sequence[Kept], out: Console, *, as_json: bool) -> None:
    """What became of messages that were parked."""
    if as_json:
        _json([{"message": item.id, "outcome": item.outcome} for item in kept], out)
        return
    for item in kept:
        out.print(f"{item.id}: [bold]{item.outcome}[/bold]", highlight=False)
    out.print(f"{len(kept)} were parked, {sum(item.outcome == 'parked' for item in kept)} still are")


def deliveries(found: Sequence[Delivery], out: Console, *, as_json: bool) -> None:
    """Documents on their way to regions."""
    if as_json:
        _json([asdict(row) for row in found], out)
        return
    table = Table("Document", "Endpoint", "State", "Attempts", "Last answer")
    for row in found:
        table.add_row(row.document, row.endpoint, row.state, str(row.attempts), escape(row.last_error))
    out.print(table)


def settings(found: Settings, out: Console, *, as_json: bool) -> None:
    """Every setting with value, default and help."""
    rows = [
        {
            "variable": f"OVERGANG_{name.upper()}",
            "value": "(set)" if name in SECRETS and getattr(found, name) else str(getattr(found, name) or ""),
            "default": str(field.default if field.default is not None else ""),
            "help": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        _json(rows, out)
        return
    table = Table("Variable", "Value", "Default", "What it is for")
    for row in rows:
        table.add_row(row["variable"], row["value"], row["default"], row["help"])
    out.print(table)


def _numbers(count: Count, unit: str) -> tuple[str, str, str]:
    return value_of(count, unit), str(count.numerator), str(count.denominator)


def issue_rows(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Findings as JSON has them."""
    return [asdict(issue) for issue in issues]


def _issues(issues: Iterable[Issue], out: Console) -> None:
    for issue in issues:
        place = f" line {issue.line}" if issue.line else ""
        place += f" column {issue.column}" if issue.line and issue.column else ""
        colour = _COLOURS[issue.severity.value]
        out.print(
            f"  [{colour}]{issue.severity}[/{colour}] {issue.where}{place}: {escape(issue.text)} ({issue.code})",
            highlight=False,
        )


_json = as_json
