"""Danish identifiers as they are written in messages: CPR and replacement numbers, GLN, SOR, municipality codes.

Every function takes text as it came and answers with a value or an Issue; nothing here repeats the identifier.
"""

from __future__ import annotations

import re
from datetime import date

from profiles.issue import Issue, error, warning
from profiles.names import CPR

X_ECPR = "urn:oid:1.2.208.176.1.6.1.1"
D_ECPR = "urn:oid:1.2.208.176.1.6.1.3"
_REPLACEMENT = re.compile(r"[0-9]{6}(?:([17])|[056])[A-Z]{2}[0-9]")
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def citizen_system(identifier: str) -> str:
    """The identifier system a citizen's number belongs to, "" when it is none.

    CPR: ten digits with a date of birth in front. X-eCPR and D-eCPR: replacement numbers with two letters
    (HL7 Denmark dk-core 3.7.0, identifier profiles cpr, x-ecpr and d-ecpr).
    """
    if is_cpr(identifier):
        return CPR
    match = _REPLACEMENT.fullmatch(identifier)
    if match is None or not _is_date(2000, identifier):
        return ""
    return X_ECPR if match[1] else D_ECPR


def is_cpr(text: str) -> bool:
    """Ten digits that begin with a date of birth. Modulus 11 is not asked for: it is no longer certain (cpr.dk)."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    year = int(text[4:6])
    return _is_date(_century(int(text[6]), year) + year, text)


def _century(seventh: int, year: int) -> int:
    """First year of the century of birth, by the seventh digit (cpr.dk, "Opbygning af CPR-nummeret")."""
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def _is_date(year: int, day_and_month: str) -> bool:
    try:
        date(year, int(day_and_month[2:4]), int(day_and_month[:2]))
    except ValueError:
        return False
    return True


def has_check_digit(cpr: str) -> bool:
    """Whether a CPR number satisfies modulus 11; numbers issued since October 2007 need not."""
    return sum(int(digit) * weight for digit, weight in zip(cpr, _WEIGHTS, strict=True)) % 11 == 0


def check_citizen(identifier: str, where: str) -> tuple[Issue, ...]:
    """Issues about a citizen's number: an error when it is none, a warning when it fails modulus 11."""
    system = citizen_system(identifier)
    if not system:
        text = "The citizen's number is no CPR number (ten digits that begin with a date of birth): correct it."
        return (error("cpr-date", where, text, "value"),)
    if system == CPR and not has_check_digit(identifier):
        text = "The CPR number fails modulus 11. Such numbers exist since 2007: check it if it was typed by hand."
        return (warning("cpr-modulus-11", where, text, "value"),)
    return ()


def is_gln(text: str) -> bool:
    """Thirteen digits whose last is the GS1 check digit."""
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        return False
    return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(text)) % 10 == 0


def is_sor(text: str) -> bool:
    """A SOR number: eleven digits or more."""
    return len(text) >= 11 and text.isascii() and text.isdigit()


def municipality_code(text: str) -> str:
    """A Kommunekode as four digits (OIOXML writes three); "" when the text is none."""
    return text.zfill(4) if text.isascii() and text.isdigit() and len(text) in (3, 4) else ""


def plain_id(text: str) -> str:
    """An identifier in the form identifiers are compared in: lower case, without hyphens and without "urn:uuid:"."""
    return text.strip().lower().removeprefix("urn:uuid:").replace("-", "")
