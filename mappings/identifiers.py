"""Danish identifiers: civil registration number and its replacements, GLN and SOR number.

A date in a CPR number is a hard rule; the check digit is not: numbers without modulus 11 are issued since 1 October
2007 and fully valid (CPR-kontoret, "Personnumre uden kontrolciffer (modulus 11-kontrol)"). No issue repeats the
number it is about.
"""

from __future__ import annotations

import re

from profiles.issue import Issue, error, warning
from profiles.names import CPR

X_ECPR = "urn:oid:1.2.208.176.1.6.1.1"
D_ECPR = "urn:oid:1.2.208.176.1.6.1.3"

_DATE = (
    "(?:(?:0[1-9]|[12][0-9]|3[01])(?:01|03|05|07|08|10|12)"
    "|(?:0[1-9]|[12][0-9]|30)(?:04|06|09|11)"
    "|(?:0[1-9]|[12][0-9])02)"
)
_CPR = re.compile(_DATE + "[0-9]{6}")
_X_ECPR = re.compile(_DATE + "[0-9]{2}[17][A-Z]{2}[0-9]")
_D_ECPR = re.compile(_DATE + "[0-9]{2}[056][A-Z]{2}[0-9]")
_SOR = re.compile("[0-9]{11,}")
_GLN = re.compile("[0-9]{13}")
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def is_cpr(value: str) -> bool:
    """Whether ten digits begin with a date (dk-core, invariant `cpr`)."""
    return _CPR.fullmatch(value) is not None


def has_check_digit(cpr: str) -> bool:
    """Whether a CPR number satisfies modulus 11; valid numbers need not."""
    return sum(weight * int(digit) for weight, digit in zip(_CPR_WEIGHTS, cpr, strict=True)) % 11 == 0


def is_gln(value: str) -> bool:
    """Whether a GLN has 13 digits and the GS1 check digit (dk-core, `gln-length` and `gln-modulus-10`)."""
    if not _GLN.fullmatch(value) or not value.isascii():
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(value)) % 10 == 0


def is_sor(value: str) -> bool:
    """Whether a SOR number has eleven digits or more (dk-core, `min-digits-sor`)."""
    return _SOR.fullmatch(value) is not None


def citizen_issues(system: str, value: str, where: str) -> tuple[Issue, ...]:
    """Findings about a citizen's identifier.

    system: CPR, X-eCPR or D-eCPR (a region's D-eCPR system is D-eCPR with one arc more; dk-core, identifier profiles).
    where: the address of the identifier's value.
    """
    if system == CPR:
        return _cpr_issues(value, where)
    if system == X_ECPR:
        return _replacement_issues(_X_ECPR, "x-ecpr", value, where)
    if is_d_ecpr(system):
        return _replacement_issues(_D_ECPR, "d-ecpr", value, where)
    text = f"Identify the citizen by a CPR number ({CPR}), X-eCPR ({X_ECPR}) or D-eCPR ({D_ECPR})."
    return (error("citizen-system", where, text, "code-invalid"),)


def is_d_ecpr(system: str) -> bool:
    """Whether a system is the national D-eCPR or one of the regions'."""
    return system == D_ECPR or system.startswith(D_ECPR + ".")


def _cpr_issues(value: str, where: str) -> tuple[Issue, ...]:
    if not is_cpr(value):
        return (error("cpr-date", where, "A CPR number is ten digits that begin with a date (ddmmyy); correct it."),)
    if not has_check_digit(value):
        return (warning("cpr-modulus-11", where, "The CPR number has no valid check digit; make sure it is right."),)
    return ()


def _replacement_issues(rule: re.Pattern[str], code: str, value: str, where: str) -> tuple[Issue, ...]:
    if rule.fullmatch(value):
        return ()
    text = f"This is no {code} replacement number (ddmmyy and a letter pattern); correct it or its system."
    return (error(code, where, text),)
