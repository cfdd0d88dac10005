"""overgang months, decide and paid: how far claims have come, and the region's desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from itertools import chain
from typing import Annotated

import typer
from rich.console import Console

from gateway import printing
from gateway.amounts import typed_signed_amount
from gateway.build import Gateway, opened
from gateway.intake import Taken
from gateway.invoice_lives import LivedInvoice, invoices_lived
from gateway.lives import LivedClaim, LivedMonth, claims_lived, months_lived
from gateway.region_desk import answer_claim, closed_claim, owed_of, pay, rest_approved
from mappings.reading import Outcome
from settlement.decisions import Decision
from settlement.life import verdicts
from settlement.lines import Claim
from settlement.money import kroner
from settlement.periods import Month

FOUND_ERRORS = 1
out = Console()
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
ClaimId = Annotated[str, typer.Argument(help="Id of the claim, as `overgang months 2026-10` lists it.")]


def months(
    month: Annotated[
        str, typer.Argument(help="A month, as 2026-10, to list its claims; without, all closed months.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """How far months, or the claims and invoices of one, have come: draft, submitted, answered, closed, paid.

    A claim is answered when the region has decided about every line, closed when no line is in dispute either, and paid
    when what was paid is what is owed. An invoice (of an agreement about periods) is not answered line by line: it is
    submitted, and paid. `overgang close` submits a month.
    """
    with opened() as gateway:
        if month:
            period = Month.parse(month)
            _print_claims(gateway, claims_lived(gateway, period), invoices_lived(gateway, period), as_json=as_json)
        else:
            _print_months(months_lived(gateway), as_json=as_json)


def decide(
    claim: ClaimId,
    *,
    approve_all: Annotated[
        bool, typer.Option("--approve-all", help="Approve every line that is not decided on yet, whole.")
    ] = False,
    line: Annotated[str, typer.Option(help="The line to decide about.")] = "",
    approve: Annotated[
        int | None,
        typer.Option(
            parser=typed_signed_amount, metavar="KRONER", help="What is approved of the line, in kroner; 0 rejects it."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why not all is approved: a code, such as other-amount.")] = "",
    text: Annotated[str, typer.Option(help="The same in your own words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Answer a claim for the region, by hand: the same ClaimResponse message a region's system sends.

    The latest decision about a line counts. Exit code 1 when the answer is refused.
    """
    if bool(line) != (approve is not None) or not (line or approve_all):
        raise typer.BadParameter("Say --approve-all, or --line ID with --approve KRONER, or both.")
    with opened() as gateway:
        found, life = closed_claim(gateway, claim)
        decisions = [_decision(gateway, found, line, approve, reason, text)] if approve is not None else []
        if approve_all:
            decisions += rest_approved(gateway, found, life, decisions)
        if not decisions:
            out.print("Every line is decided on already.")
            return
        taken = answer_claim(gateway, found, decisions)
    _print_taken("decision", taken, as_json=as_json)


def paid(
    claims: Annotated[
        list[str],
        typer.Argument(help="Ids of what was paid: claims and invoices, as `overgang months 2026-10` has them."),
    ],
    *,
    on: Annotated[str, typer.Option("--on", help="The day it was paid, as 2026-11-30.")],
    reference: Annotated[str, typer.Option(help="The payment's number; stated again, the later statement counts.")],
    amount: Annotated[
        int | None,
        typer.Option(
            parser=typed_signed_amount, metavar="KRONER", help="What was paid of one, in kroner; what is owed without."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the region paid of claims and invoices: the PaymentReconciliation message a region's system sends.

    Payments of different numbers add up. Exit code 1 when it is refused, or when what is paid in all is not what is
    owed: less, or more than was approved.
    """
    day, names = _day(on), list(dict.fromkeys(claims))
    if amount is not None and len(names) > 1:
        raise typer.BadParameter("An amount is of one claim or invoice; of several, all that is owed is paid.")
    with opened() as gateway:
        taken = pay(gateway, [owed_of(gateway, name) for name in names], reference, day, amount)
        after = [owed_of(gateway, name) for name in names]
    _print_taken("payment", taken, as_json=as_json)
    if not as_json:
        for one in after:
            told = f"Owed {kroner(one.amount, 'en')}, paid {kroner(one.paid, 'en')}"
            out.print(
                f"{one.of.id}: {told}, difference {kroner(one.difference, 'en')}.", highlight=False, soft_wrap=True
            )
    raise typer.Exit(FOUND_ERRORS if any(one.difference for one in after) else 0)


def _decision(gateway: Gateway, claim: Claim, line: str, approved: int, reason: str, text: str) -> Decision:
    if line not in {one.id for one in claim.lines}:
        raise typer.BadParameter(f"Claim {claim.id} has no line {line[:80]}; `months {claim.month} --json` lists them.")
    return Decision(line, approved, reason, text, gateway.now(), "")


def _print_taken(what: str, taken: Taken, *, as_json: bool) -> None:
    printing.taken([(what, taken)], out, as_json=as_json)
    if taken.verdict.outcome is Outcome.REFUSED:
        raise typer.Exit(FOUND_ERRORS)


def _print_months(found: tuple[LivedMonth, ...], *, as_json: bool) -> None:
    if as_json:
        printing.as_json([asdict(one) for one in found], out)
        return
    for one in found:
        sums = f"claimed {_money(one.claimed)}, approved {_money(one.approved)}, owed {_money(one.owed)}"
        counts = f"{one.claims} claims, {one.invoices} invoices"
        told = f"{one.month}  [bold]{one.state}[/bold]  {counts}: {sums}, paid {_money(one.paid)}"
        out.print(told, highlight=False, soft_wrap=True)


def _print_claims(
    gateway: Gateway, found: Iterable[LivedClaim], invoices: tuple[LivedInvoice, ...], *, as_json: bool
) -> None:
    if as_json:
        rows = (printing.invoice_row(one.invoice, one.state, one.paid) for one in invoices)
        printing.each_as_json(chain(map(_row, found), rows), out)
        return
    for one in found:
        life, day = one.life, Month.parse(one.claim.month).last_day
        name = gateway.register.directory.municipality_name(one.claim.municipality, day) or "unknown"
        sums = f"claimed {_money(one.claim.total)}, approved {_money(life.approved)}, owed {_money(life.owed)}"
        told = f"{sums}, paid {_money(life.paid)}; {life.undecided} lines undecided, {len(life.disputed)} in dispute"
        out.print(f"{one.claim.id}  [bold]{life.state}[/bold]  {name}", highlight=False, soft_wrap=True)
        out.print(f"  {told}", highlight=False, soft_wrap=True)
        if life.overpaid:
            out.print(f"  [red]paid {_money(life.overpaid)} more than is owed[/red]", highlight=False, soft_wrap=True)
    for invoiced in invoices:
        one_invoice = invoiced.invoice
        told = f"invoiced {_money(one_invoice.total)}, paid {_money(invoiced.paid)}"
        named = f"{one_invoice.agreement}, {one_invoice.recipient} pays {one_invoice.issuer}"
        out.print(f"{one_invoice.id}  [bold]{invoiced.state}[/bold]  {named}", highlight=False, soft_wrap=True)
        out.print(f"  {told}", highlight=False, soft_wrap=True)


def _row(one: LivedClaim) -> dict[str, object]:
    """A claim for programs: state, sums, and every line with what was decided about it."""
    life, claim = one.life, one.claim
    names = ("id", "agreement", "month", "municipality", "region", "total")
    said = verdicts(claim, life)
    lines = [
        {
            "id": line.id,
            "kind": line.kind,
            "amount": line.amount,
            "disputed": line.id in life.disputed,
            "verdict": said.get(line.id),
            "decision": asdict(life.decisions[line.id]) if line.id in life.decisions else None,
        }
        for line in claim.lines
    ]
    sums = {
        name: getattr(life, name)
        for name in ("state", "undecided", "approved", "owed", "paid", "difference", "overpaid")
    }
    return {"kind": "claim", **{name: getattr(claim, name) for name in names}, **sums, "lines": lines}


def _money(amount: int | None) -> str:
    return "-" if amount is None else kroner(amount, "en")


def _day(text: str) -> date:
    """A date as 2026-11-30. Raises typer.BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise typer.BadParameter(f"{text[:40]!r} is no date. Write 2026-11-30.") from problem
