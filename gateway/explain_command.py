"""overgang explain: why a line is what it is, and whether it still comes to the same."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gateway import printing
from gateway.build import opened
from gateway.explain import Explained
from gateway.explain import explain as explain_line
from settlement.lines import Line
from settlement.money import kroner
from settlement.periods import COPENHAGEN
from settlement.wording import LANGUAGES, Say

DIFFERS = 1
out = Console()


def explain(
    line: Annotated[str, typer.Argument(help="Id of a line, as in the claim and on the pages.")],
    *,
    language: Annotated[str, typer.Option(help="da or en.")] = "en",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Explain a claim line: clause, rate, inputs and calculation, what else was billed, and calculate it again.

    Exit code 1 when the calculation made again gives another amount.
    """
    if language not in LANGUAGES:
        raise typer.BadParameter("The language is da or en.")
    with opened() as gateway:
        found = explain_line(gateway, line)
    if as_json:
        printing.as_json(asdict(found) | {"agrees": found.again.agrees}, out)
    else:
        for text in told(found, Say(language)):
            out.print(escape(text), highlight=False, soft_wrap=True)
    raise typer.Exit(0 if found.again.agrees else DIFFERS)


def told(found: Explained, say: Say) -> list[str]:
    """The explanation, line by line."""
    line, terms, language = found.line, found.terms, say.language
    open_month = "" if found.closed else say(" (måneden er ikke lukket)", " (the month is not closed)")
    clause = terms.clause.get(language) or line.clause
    return [
        f"{kroner(line.amount, language)}  {_kind(line, say)}, {line.month}{open_month}",
        found.again.text[language],
        f"{say('Aftale', 'Agreement')}: {terms.agreement[language]} ({terms.legal_reference}); {clause}",
        *(_labelled(say("Sats", "Rate"), _rate_texts(found))),
        *(_labelled(say("Oplysninger", "Facts"), [f"{name} = {value}" for name, value in line.facts.items()])),
        *(_labelled(say("Meddelelser", "Messages"), _input_texts(found))),
        *(_labelled(say("Regionens svar", "The region's answer"), _decision_texts(found, say))),
        *(_labelled(say("Krævet før og siden", "Billed before and since"), _history_texts(found, say))),
    ]


def _labelled(label: str, texts: list[str]) -> list[str]:
    return [f"{label}:", *(f"  {text}" for text in texts)] if texts else []


def _kind(line: Line, say: Say) -> str:
    return say("tilbageførsel", "reversal") if line.reverses else say("krav", "charge")


def _rate_texts(found: Explained) -> list[str]:
    return [
        f"{rate.id}, {rate.valid_from} - {rate.valid_to}, {rate.price_level}, {rate.legal_reference}"
        for rate in found.rates
    ]


def _input_texts(found: Explained) -> list[str]:
    return [
        f"{one.id}  {_moment(one.received_at)} {one.format} {one.event} {one.sender}".rstrip() for one in found.inputs
    ]


def _moment(at: datetime | None) -> str:
    """A time by Danish clocks; "" for a message that is not here."""
    return f"{at.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}" if at else ""


def _decision_texts(found: Explained, say: Say) -> list[str]:
    return [
        f"{one.decided_at:%Y-%m-%d} {kroner(one.approved, say.language)} {one.reason} {one.text}".rstrip()
        for one in found.decisions
    ]


def _history_texts(found: Explained, say: Say) -> list[str]:
    """The other lines of the same billable key, with what they come to together."""
    if len(found.history) == 1:
        return []
    rows = [f"{one.month}  {kroner(one.amount, say.language)}  {_kind(one, say)}  {one.id}" for one in found.history]
    total = sum(one.amount for one in found.history)
    return [*rows, f"{say('Netto', 'Net')}  {kroner(total, say.language)}"]
