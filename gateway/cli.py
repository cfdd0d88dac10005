"""The command line: overgang, also python -m gateway. Each command parses, calls one function, and prints."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.console import Console
from rich.progress import Progress

from gateway import package_commands, printing
from gateway.agreement_commands import commands as agreement_commands
from gateway.build import background, build, opened
from gateway.changes_command import changes
from gateway.command_examples import show_examples
from gateway.control_command import control
from gateway.delivery import resend as send_again
from gateway.demo.run import play_demo
from gateway.dispute_commands import commands as dispute_commands
from gateway.errors import GatewayError, NotFoundError
from gateway.explain_command import explain
from gateway.files import receive as receive_files
from gateway.life_commands import decide, months, paid
from gateway.logs import configure_logs
from gateway.monitor_command import monitor
from gateway.pages.people import hash_password
from gateway.parked import retry as retry_parked
from gateway.reconcile_command import reconcile
from gateway.registration_commands import commands as registration_commands
from gateway.replay import replay as replay_all
from gateway.sample_commands import commands as sample_commands
from gateway.serve import run
from gateway.settings import Settings, read_settings
from gateway.simulate_command import simulate
from gateway.store.contract import MessageSearch
from gateway.store.opening import open_store
from gateway.validate_command import validate
from gateway.verify_command import verify
from mappings.reading import Outcome
from settlement.periods import Month, PeriodError, Quarter

FOUND_ERRORS, USAGE_ERROR, FAILED = 1, 2, 3

app = typer.Typer(
    help="Overgang: from discharge to claim. A FHIR-based gateway between hospitals, municipalities and regions.",
    epilog="Exit codes: 0 all well; 1 messages refused, findings or differences; 2 wrong usage; 3 it could not be "
    "done. Settings come from the environment (OVERGANG_...) and overgang.toml: see `overgang settings`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(package_commands.app, name="packages")
app.add_typer(agreement_commands, name="agreement")
app.command()(validate)
app.command()(verify)
app.command()(changes)
app.command()(months)
app.command()(decide)
app.command()(paid)
app.add_typer(registration_commands, name="registrations")
app.command()(reconcile)
app.command()(control)
app.add_typer(sample_commands, name="sample")
app.command()(explain)
app.add_typer(dispute_commands, name="dispute")
app.command()(simulate)
app.command()(monitor)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
out = Console()
err = Console(stderr=True)


def main() -> None:
    """Run the command line; errors about calls become one clear line and an exit code."""
    configure_logs("warning")
    try:
        app()
    except GatewayError as problem:
        err.print(str(problem), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(FAILED)
    except PeriodError as problem:
        err.print(str(problem), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(USAGE_ERROR)


@app.command()
def serve() -> None:
    """Open the doors: HTTP (FHIR, MedCom XML, pages) and MLLP, until stopped.

    Listens on loopback. Beyond loopback it serves only with TLS and access control configured.
    """
    settings = read_settings()
    configure_logs(settings.log_level)
    gateway = build(settings)
    try:
        run(
            gateway,
            background(gateway),
            lambda doors: err.print(f"Pages and FHIR: {doors.http}   HL7 v2: {doors.mllp}"),
        )
    finally:
        gateway.close()


@app.command()
def demo(
    *,
    serve: Annotated[bool, typer.Option("--serve", help="Keep serving the pages afterwards, until stopped.")] = False,
    folder: Annotated[Path, typer.Option(help="Where store, claims and reports of the demo go.")] = Path("out/demo"),
) -> None:
    """Play one demo month through the real doors, close it, and show what came of it.

    The demo has a store of its own, made anew each time; claims and reports are the same bytes every time.
    """
    play_demo(folder, read_settings(), keep_serving=serve, out=out)


@app.command()
def receive(
    files: Annotated[list[str], typer.Argument(help="Message files or folders; - is standard input.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take message files in, as if they had come through their doors. Exit code 1 when any was refused."""
    with opened() as gateway:
        taken = asyncio.run(receive_files(gateway.intake, files))
    printing.taken(taken, out, as_json=as_json)
    bad = any(result.outcome in (Outcome.REFUSED, Outcome.PARKED) for _, result in taken)
    raise typer.Exit(FOUND_ERRORS if bad else 0)


@app.command()
def close(
    month: Annotated[str, typer.Argument(help="The month to close, as 2026-10.")],
    *,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would come to; close nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close a month: price its episodes, write a claim bundle per municipality and region, and freeze its invoices.

    Closing a closed month again changes nothing and shows the same claims.
    """
    period = Month.parse(month)
    with opened() as gateway:
        claims = gateway.months.preview(period) if preview else gateway.months.close(period)
        printing.claims(claims, gateway.register.directory, out, as_json=as_json)
        invoices = gateway.invoicing.of_month(period) if preview else gateway.invoicing.close(period)
        if not as_json:
            printing.invoices(invoices, out)


@app.command()
def statement(
    month: Annotated[str, typer.Argument(help="The month, such as 2026-10.")],
    municipality: Annotated[str, typer.Option(help="The municipality's code, such as 0751.")],
    *,
    form: Annotated[str, typer.Option("--format", help="pdf, xlsx or csv.")] = "pdf",
    language: Annotated[str, typer.Option(help="da or en.")] = "da",
    folder: Annotated[Path, typer.Option("--to", help="Folder the files are written to.")] = Path(),
) -> None:
    """Write a municipality's statement of a month as PDF, workbook or CSV; of an open month as a draft.

    It tells how far the claim has come: the region's answer to each line with its reason, what is approved, owed, paid
    and outstanding.
    """
    from gateway.papers.making import FORMATS, papers  # what sets papers is loaded by the command that needs it

    if form not in FORMATS or language not in ("da", "en"):
        raise typer.BadParameter("The format is pdf, xlsx or csv, and the language da or en.")
    with opened() as gateway:
        for made in papers(gateway, Month.parse(month), municipality, form, language):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / made.name).write_bytes(made.body)
            out.print(str(folder / made.name), highlight=False, soft_wrap=True)


@app.command()
def invoice(
    claim: Annotated[str, typer.Argument(help="Id of a closed claim; it stands on its month's page.")],
    *,
    folder: Annotated[Path, typer.Option("--to", help="Folder the file is written to.")] = Path(),
) -> None:
    """Write a closed claim as an e-invoice or credit note (Peppol BIS Billing 3); needs the setting e_invoices.

    It is held against the schema of UBL 2.1 and the rules it could break before it is written. With the setting
    e_invoice_rules the rules as CEN and OpenPeppol publish them are run too (needs the package saxonche). Exit code 3
    when it would be refused.
    """
    from gateway.papers.making import invoice as made_invoice  # what sets papers is loaded by the command that needs it

    with opened() as gateway:
        made = made_invoice(gateway, claim)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / made.name).write_bytes(made.body)
        out.print(str(folder / made.name), highlight=False, soft_wrap=True)


@app.command()
def report(
    quarter: Annotated[str, typer.Argument(help="The quarter to report, as 2026-Q3.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compute a quarter's measures; when the quarter is over, write them as FHIR MeasureReports for the regions."""
    period = Quarter.parse(quarter)
    with opened() as gateway:
        printing.results(gateway.quality.report(period), out, as_json=as_json)
        if gateway.now() >= period.end:
            gateway.quality.publish(period)
        else:
            err.print(f"{period} is not over: shown as far as it is known, and not published.")


@app.command()
def replay(*, as_json: AsJson = False) -> None:
    """Rebuild every episode, claim and report from the stored raw messages, and compare. Exit code 1 on differences.

    Rebuilds in a temporary store; nothing that is stored changes.
    """
    with opened() as gateway, tempfile.TemporaryDirectory() as folder:
        scratch = open_store(Settings(data_folder=Path(folder), database_url=""), gateway.register.endpoints)
        count = gateway.store.count_messages(MessageSearch())
        with Progress(console=err, disable=as_json) as bar:
            task = bar.add_task("Replaying", total=count)
            found = asyncio.run(replay_all(gateway, scratch, lambda: bar.advance(task)))
        scratch.close()
    printing.replayed(found, out, as_json=as_json)
    raise typer.Exit(0 if found.identical else FOUND_ERRORS)


@app.command()
def retry(*, as_json: AsJson = False) -> None:
    """Read parked messages again, with the version that runs now. Exit code 1 when any is still parked."""
    with opened() as gateway:
        kept = retry_parked(gateway)
    printing.retried(kept, out, as_json=as_json)
    raise typer.Exit(FOUND_ERRORS if any(item.outcome is Outcome.PARKED for item in kept) else 0)


@app.command()
def deliveries(
    *,
    resend: Annotated[str, typer.Option(help="Send a failed document again: its id. Only what a region refused.")] = "",
    as_json: AsJson = False,
) -> None:
    """Documents on their way to regions, and what became of them. Exit code 1 when any has failed."""
    with opened() as gateway:
        if resend:
            send_again(gateway.store, resend, gateway.now())
        found = gateway.store.deliveries()
    printing.deliveries(found, out, as_json=as_json)
    raise typer.Exit(FOUND_ERRORS if any(row.state == "failed" for row in found) else 0)


@app.command()
def settings(*, as_json: AsJson = False) -> None:
    """Every setting: its variable, its value in force (secrets hidden), its default, and what it is for."""
    printing.settings(read_settings(), out, as_json=as_json)


@app.command()
def token() -> None:
    """Make a new access token for an organisation: what to give it, and the line for the organisations file."""
    secret = secrets.token_urlsafe(32)
    out.print(f"Give the organisation this token, once: {secret}", highlight=False)
    out.print(f'token_sha256 = "{hashlib.sha256(secret.encode()).hexdigest()}"', highlight=False)


@app.command()
def password(
    text: Annotated[str, typer.Option(prompt="Password", hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make the password line of a person for the people file."""
    out.print(f'password = "{hash_password(text)}"', highlight=False, soft_wrap=True)


@app.command()
def health() -> None:
    """Ask the gateway that should be serving here whether it is well. Exit code 3 when it is not."""
    settings = read_settings()
    scheme = "https" if settings.tls_certificate else "http"
    url = f"{scheme}://127.0.0.1:{settings.http_port}/health"
    try:
        answer = httpx2.get(url, verify=False, timeout=5.0)
    except httpx2.HTTPError as problem:
        raise NotFoundError(f"Nobody answers at {url}: {problem}.") from problem
    out.print_json(answer.text)
    raise typer.Exit(0 if answer.is_success else FAILED)


show_examples(app)
