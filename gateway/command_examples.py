"""An example for each command, shown at the end of its --help."""

from __future__ import annotations

from collections.abc import Mapping

import typer

EXAMPLES: Mapping[str, str] = {
    "agreement check": "agreement check ours.toml",
    "agreement list": "agreement list",
    "agreement schema": "agreement schema",
    "agreement settle": "agreement settle vaerdi-for-borgeren-2016 inputs.toml --fhir invoice.json",
    "changes": "changes 2026-10",
    "close": "close 2026-10 --preview",
    "control": "control 2026-10 --region DK-82 --decide",
    "decide": "decide CLAIM --line LINE --approve 4500.00 --reason other-amount",
    "deliveries": "deliveries --resend DOCUMENT",
    "demo": "demo --serve",
    "dispute answer": 'dispute answer DISPUTE --text "Category 2 was registered on the 4th." --as region',
    "dispute close": "dispute close DISPUTE --as municipality",
    "dispute list": "dispute list --all",
    "dispute raise": "dispute raise LINE --reason wrong-category --as region",
    "explain": "explain LINE --language en",
    "health": "health",
    "invoice": "invoice CLAIM --to invoices",
    "monitor": "monitor 2026-Q3 --csv activity.csv",
    "months": "months 2026-10",
    "packages check": "packages check medcom.fhir.dk.hospitalnotification",
    "packages install": "packages install medcom.fhir.dk.hospitalnotification#3.0.2",
    "packages list": "packages list",
    "packages show": "packages show medcom.fhir.dk.hospitalnotification#3.0.2",
    "paid": "paid CLAIM --on 2026-11-30 --reference 4711",
    "password": "password",
    "receive": "receive messages/",
    "reconcile": "reconcile 2026-10 --region DK-82 --csv differences.csv",
    "registrations import": "registrations import october.csv --source EPJ",
    "registrations list": "registrations list",
    "replay": "replay",
    "report": "report 2026-Q3",
    "retry": "retry",
    "sample draw": "sample draw 2026-10 --seed 7",
    "sample note": "sample note LINE ok",
    "sample result": "sample result 2026-10 --seed 7",
    "serve": "OVERGANG_HTTP_PORT=8090 overgang serve",
    "settings": "settings",
    "simulate": "simulate 2026-01..2026-10 --agreement new.toml --chart cost.svg",
    "statement": "statement 2026-10 --municipality 0751 --format xlsx --to statements",
    "token": "token",
    "validate": "validate message.json --package medcom.fhir.dk.hospitalnotification#3.0.2",
    "verify": "verify bundle.json --certificate municipality.pem",
}
"""By command; what is in capitals is an id that another command lists. `overgang` goes before what does not name it."""


def show_examples(app: typer.Typer) -> None:
    """Give every command of a program its example. Raises KeyError for a command that has none."""
    for command in app.registered_commands:
        command.epilog = _told(EXAMPLES[_name(command)])
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands if group.typer_instance else ():
            command.epilog = _told(EXAMPLES[f"{group.name} {_name(command)}"])


def _name(command: typer.models.CommandInfo) -> str:
    return command.name or (command.callback.__name__ if command.callback else "")


def _told(example: str) -> str:
    whole = example if "overgang" in example else f"overgang {example}"
    return f"Example: `{whole}`  \nExit codes and settings: `overgang --help`"
