"""Agreements: those shipped and an installation's own, and which of them courses are claimed by."""

from __future__ import annotations

import re

from gateway.errors import SettingsError
from gateway.settings import Settings
from settlement.agreements import SHIPPED, Agreement, load_all
from settlement.datafile import DataFileError


def known_agreements(settings: Settings) -> dict[str, Agreement]:
    """Every agreement by its id; one of the installation's own takes the place of a shipped one of the same id.

    Raises SettingsError, with file, line and what to write, where a file of its own cannot be used.
    """
    folders = [SHIPPED, *([settings.agreements_folder] if settings.agreements_folder else [])]
    try:
        return {one.id: one for folder in folders for one in load_all(folder)}
    except DataFileError as problem:
        raise SettingsError(f"An agreement cannot be used: {problem}") from problem


def period_agreements(settings: Settings) -> dict[str, Agreement]:
    """Every known agreement about periods, by id. Raises SettingsError as `known_agreements` does."""
    return {key: one for key, one in known_agreements(settings).items() if one.subject == "period"}


def source_of(settings: Settings, agreement_id: str) -> str:
    """The text of a known agreement's file, to be changed into another one; "" for an id that is not known."""
    folders = [*([settings.agreements_folder] if settings.agreements_folder else []), SHIPPED]
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        text = path.read_text(encoding="utf-8")
        if re.search(rf'^id = "{re.escape(agreement_id)}"$', text, re.MULTILINE):
            return text
    return ""


def agreements_in_force(settings: Settings) -> tuple[Agreement, ...]:
    """The agreements of setting `agreements`. Raises SettingsError for an id no course agreement has."""
    known = {key: one for key, one in known_agreements(settings).items() if one.subject == "course"}
    wanted = [name.strip() for name in settings.agreements.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SettingsError(f"agreements names {unknown[0]!r}, which is no agreement on courses: {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(wanted))
