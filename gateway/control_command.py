"""overgang control: what a region's rules find about a month's claims before it pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway import printing
from gateway.amounts import typed_amount
from gateway.build import opened
from gateway.control_decisions import Answered, decide_by_rules, require_closed
from gateway.controlling import ClaimControlled, ControlSums, LineControlled, control_month
from gateway.reconciling import Scope
from mappings.reading import Outcome
from settlement.money import kroner
from settlement.periods import Month

FOUND_ERRORS = 1
out = Console()


def control(
    month: Annotated[str, typer.Argument(help="The month, such as 2026-10.")],
    *,
    agreement: Annotated[str, typer.Option(help="Id of one agreement; all of them without it.")] = "",
    region: Annotated[str, typer.Option(help="Code of one region, such as DK-82.")] = "",
    municipality: Annotated[str, typer.Option(help="Code of one municipality, such as 0751.")] = "",
    source: Annotated[str, typer.Option(help="hospital, import, or the name of an import.")] = "",
    decide: Annotated[
        bool, typer.Option("--decide", help="Answer the claims as proposed; what a person should see is left.")
    ] = False,
    high: Annotated[
        int | None,
        typer.Option(parser=typed_amount, metavar="KRONER", help="Kroner from which a line is looked at by a person."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Hold a month's claims against the rules a region pays by: each remark with its rule, and what it would approve.

    A remark decides nothing, until --decide hands the proposals in as the region's answers, the same ClaimResponse
    messages its own system would send. Exit code 1 when any rule remarks on a line, or an answer is refused.
    """
    period, scope = Month.parse(month), Scope(agreement, region, municipality, source)
    sums, answers = ControlSums(), list[Answered]()
    with opened() as gateway:
        if decide:
            require_closed(gateway, period)
        found = control_month(gateway, period, scope, high or 0)
        remarked = _remarked(found, sums, partial(decide_by_rules, gateway) if decide else None, answers)
        if as_json:
            rest = partial(_rest, period, sums, answers if decide else None)
            printing.listing_as_json("lines", map(_line, remarked), rest, out)
        else:
            _show(remarked, sums)
    if not as_json:
        for one in answers:
            told = f"{one.decided} lines decided, {one.left} left to a person"
            out.print(f"Claim {one.claim}: {told}. {_outcome(one)}", highlight=False, soft_wrap=True)
    refused = any(_outcome(one) == Outcome.REFUSED for one in answers)
    raise typer.Exit(FOUND_ERRORS if sums.remarked or refused else 0)


def _remarked(
    found: Iterable[ClaimControlled],
    sums: ControlSums,
    decide: Callable[[ClaimControlled], Answered] | None,
    answers: list[Answered],
) -> Iterator[LineControlled]:
    """The charges with remarks, as claims are read: each claim is added to the sums, and answered if that is asked."""
    for claim in found:
        sums.add(claim)
        if decide and claim.claim.lines:
            answers.append(decide(claim))
        yield from claim.remarked


def _outcome(one: Answered) -> str:
    return one.taken.outcome.value if one.taken else ""


def _answer(one: Answered) -> dict[str, object]:
    return {"claim": one.claim, "decided": one.decided, "left": one.left, "outcome": _outcome(one)}


def _rest(month: Month, sums: ControlSums, answers: list[Answered] | None) -> dict[str, object]:
    return {
        **({} if answers is None else {"answers": [_answer(one) for one in answers]}),
        "month": str(month),
        "claimed": sums.claimed,
        "proposed": sums.proposed,
        "rules": {rule: {"lines": count, "held": held} for rule, (count, held) in sorted(sums.by_rule.items())},
    }


def _line(one: LineControlled) -> dict[str, object]:
    remarks = [{"rule": each.rule, "approve": each.approve, "explanation": each.explanation} for each in one.remarks]
    line = one.line
    return {
        "line": line.id,
        "municipality": line.municipality,
        "region": line.region,
        "claimed": line.amount,
        "approve": one.approve,
        "remarks": remarks,
    }


def _show(remarked: Iterable[LineControlled], sums: ControlSums) -> None:
    for one in remarked:
        for remark in one.remarks:
            text = f"{one.line.municipality} {one.line.id} {remark.rule}: {remark.explanation['en']}"
            out.print(text, highlight=False, soft_wrap=True)
    table = Table("Rule", "Lines", "Would hold back", box=None)
    for rule, (count, held) in sorted(sums.by_rule.items()):
        table.add_row(rule, str(count), kroner(held, "en"))
    out.print(table)
    out.print(f"Claimed {kroner(sums.claimed, 'en')}, proposed {kroner(sums.proposed, 'en')}", highlight=False)
