"""Names of coded things that come from elsewhere: formats, municipalities, regions."""

from __future__ import annotations

from datetime import date

from mappings.formats import FALLBACKS, FORMATS
from settlement.organisations import Directory


def format_titles() -> dict[str, str]:
    """Every format's name and title."""
    return {form.name: form.title for form in (*FORMATS, *FALLBACKS.values())}


def format_title(name: str) -> str:
    """A format's title; its name when an older version of the gateway knew it and this one does not."""
    return format_titles().get(name, name)


def municipality_label(directory: Directory, code: str, on: date) -> str:
    """A municipality's name, or its code where it has none."""
    return directory.municipality_name(code, on) or code


def region_label(directory: Directory, code: str) -> str:
    """A region's name, or its code where it has none."""
    return directory.region_name(code) or code


def party_label(directory: Directory, code: str, on: date) -> str:
    """The name of a region or municipality, or its code where it has none."""
    return directory.region_name(code) or municipality_label(directory, code, on)
