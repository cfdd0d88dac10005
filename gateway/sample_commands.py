"""overgang sample: post-control of a month - draw the lines, note what was found, see what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from fractions import Fraction
from getpass import getuser
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway import printing
from gateway.amounts import typed_amount
from gateway.build import Gateway, opened
from gateway.controlling import control_month
from gateway.post_control import (
    as_sampled,
    kept_sample,
    note,
    sample,
    sample_before,
    sample_result,
    sampled_lines,
)
from gateway.reconciling import Scope
from settlement.lines import Line
from settlement.money import kroner
from settlement.periods import Month
from settlement.postcontrol import Controlled
from settlement.sampling import KeptSample, Stratum

commands = typer.Typer(help="Post-control: draw a sample, note what was found, extrapolate.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
MonthText = Annotated[str, typer.Argument(help="The month, such as 2026-10.")]
Seed = Annotated[str, typer.Option(help="What the draw is made by; the month, unless another is agreed.")]
Agreement = Annotated[str, typer.Option(help="Id of one agreement; all of them without it.")]
Region = Annotated[str, typer.Option(help="Code of one region, such as DK-82.")]
Source = Annotated[str, typer.Option(help="hospital, import, or the name of an import.")]
out = Console()


class Verdict(StrEnum):
    """What the control of a line can find."""

    OK = "ok"
    WRONG = "wrong"


@commands.command("draw")
def draw_sample(
    month: MonthText,
    *,
    seed: Seed = "",
    agreement: Agreement = "",
    region: Region = "",
    source: Source = "",
    as_json: AsJson = False,
) -> None:
    """Draw the lines to control: half of those a rule remarks on, a fifth of the largest, a twentieth of the rest.

    The same month, seed and registrations give the same lines, whoever draws. Of a closed month the sample is kept,
    with who drew it and when: drawn again it is the same, whatever has been registered since.
    """
    period, scope = Month.parse(month), Scope(agreement, region, "", source)
    with opened() as gateway:
        kept = _kept(gateway, period, scope, seed)
        strata = kept.strata if kept else sample(control_month(gateway, period, scope), period, seed).strata
        lines = {} if as_json else sampled_lines(gateway, period, (name for one in strata for name in one.drawn))
    if as_json:
        printing.as_json([_row(stratum) for stratum in strata], out)
    else:
        if kept:
            out.print(f"Drawn by {kept.person} on {kept.at:%Y-%m-%d %H:%M} UTC, seed {kept.seed}.", highlight=False)
        _show(lines, strata)


@commands.command("note")
def note_line(
    line: Annotated[str, typer.Argument(help="Id of the line.")],
    verdict: Annotated[Verdict, typer.Argument(help="Whether the line is right.")],
    *,
    due: Annotated[
        int | None,
        typer.Option(
            parser=typed_amount, metavar="KRONER", help="Kroner a wrong line should have come to; 0 unless given."
        ),
    ] = None,
    text: Annotated[str, typer.Option(help="What was found.")] = "",
) -> None:
    """Note what the control of a line found. Notes are never changed; the latest counts."""
    right = None if verdict is Verdict.OK else due or 0
    with opened() as gateway:
        kept = note(gateway, line, right, text, getuser())
    out.print(f"Noted: {kept.line} {verdict}, due {kroner(kept.due, 'en')}", highlight=False)


@commands.command("result")
def show_result(
    month: MonthText,
    *,
    seed: Seed = "",
    agreement: Agreement = "",
    region: Region = "",
    source: Source = "",
    as_json: AsJson = False,
) -> None:
    """What the control of the sample has found so far, by stratum, and what that comes to in the whole month."""
    period, scope = Month.parse(month), Scope(agreement, region, "", source)
    with opened() as gateway:
        kept = sample_before(gateway, period, scope, seed)
        found = as_sampled(kept) if kept else sample(control_month(gateway, period, scope), period, seed)
        results = sample_result(gateway, found)
    if as_json:
        printing.as_json([{**asdict(each), "rate": _share(each.rate)} for each in results], out)
        return
    _show_results(results)


def _kept(gateway: Gateway, month: Month, scope: Scope, seed: str) -> KeptSample | None:
    """The sample of a closed month as it is kept, drawn now if it has not been before; None for an open month."""
    if not gateway.months.is_closed(month):
        return None
    before = sample_before(gateway, month, scope, seed)
    if before:
        return before
    found = sample(control_month(gateway, month, scope), month, seed)
    return kept_sample(gateway, found, scope, seed, getuser())


def _row(stratum: Stratum) -> dict[str, object]:
    return {**asdict(stratum), "rate": _share(stratum.rate)}


def _share(rate: Fraction | None) -> str:
    return "" if rate is None else str(rate)


def _percent(rate: Fraction | None) -> str:
    tenths = round((rate or 0) * 1000)
    return "-" if rate is None else f"{tenths // 10}.{tenths % 10} %"


def _show(lines: Mapping[str, Line], strata: tuple[Stratum, ...]) -> None:
    for stratum in strata:
        size = f"{len(stratum.drawn)} of {stratum.size} lines ({kroner(stratum.amount, 'en')})"
        out.print(f"[bold]{stratum.name}[/bold]: {size}", highlight=False)
        for name in stratum.drawn:
            line = lines[name]
            told = f"  {name} {line.municipality} {line.service_date} {line.iv_type}/{line.category}"
            out.print(f"{told} {kroner(line.amount, 'en')}", highlight=False, soft_wrap=True)


def _show_results(results: tuple[Controlled, ...]) -> None:
    table = Table(
        "Stratum", "Lines", "Drawn", "Controlled", "Wrong", "Error rate", "Too much in them", "In the whole stratum"
    )
    for each in results:
        counts = (str(number) for number in (each.size, each.drawn, each.checked, each.wrong))
        table.add_row(
            each.name, *counts, _percent(each.rate), kroner(each.error, "en"), kroner(each.extrapolated, "en")
        )
    out.print(table)
    total = sum(each.extrapolated for each in results)
    out.print(f"Extrapolated to the month: {kroner(total, 'en')} too much", highlight=False)
