"""How people and registers write what a registration says: CPR numbers, days, IV types, weight categories, places.

Each function gives the value, or None for a text that is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from settlement.organisations import Directory, padded
from settlement.records import IvType, WeightCategory

IV_TYPES: Mapping[str, IvType] = {
    **{kind.value: kind for kind in IvType},
    "antibiotika": IvType.ANTIBIOTIC,
    "antibiotics": IvType.ANTIBIOTIC,
    "væske": IvType.FLUID,
    "væsker": IvType.FLUID,
    "fluids": IvType.FLUID,
    "ernæring": IvType.NUTRITION,
    "parenteralernæring": IvType.NUTRITION,
    "medicin": IvType.MEDICINE,
    "kemo": IvType.CHEMOTHERAPY,
    "kemoterapi": IvType.CHEMOTHERAPY,
    "kemokur": IvType.CHEMOTHERAPY,
    "chemo": IvType.CHEMOTHERAPY,
}
"""IV types by code and by name, lower case, letters alone."""
_PREFIXES = ("tyngdekategori", "kategori", "weightcategory", "category", "k")
_KOMMUNE = re.compile(r"\s+kommune$", re.IGNORECASE)
_CPR = re.compile(r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])\d{6}", re.ASCII)
_DAYS = (
    re.compile(r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})", re.ASCII),
    re.compile(r"(?P<y>\d{4})[./-](?P<m>\d{1,2})[./-](?P<d>\d{1,2})", re.ASCII),
)
_MIDNIGHT = re.compile(r"[T ]+00[:.]00(?:[:.]00(?:[.,]0+)?)?$")


def plain(text: str) -> str:
    """A text in lower case, letters and digits alone: how headings and names are compared."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def cpr(text: str) -> str | None:
    """Ten digits that begin with a date (60 is added to the day of a substitute number), without their hyphen.

    Spreadsheets lose a leading zero.
    """
    digits = re.sub(r"[\s-]", "", text)
    digits = digits.zfill(10) if re.fullmatch(r"\d{9}", digits, re.ASCII) else digits
    return digits if _CPR.fullmatch(digits) else None


def day(text: str) -> date | None:
    """A date written 05-10-2026, 5.10.2026, 5/10-2026 or 2026-10-05; a time of midnight may follow."""
    bare = _MIDNIGHT.sub("", text)
    match = next((found for form in _DAYS if (found := form.fullmatch(bare))), None)
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None
    except ValueError:
        return None


def iv_type(text: str) -> str | None:
    """An IV type by code or name; "" of an empty text."""
    if not text:
        return ""
    kind = IV_TYPES.get(plain(text))
    return kind.value if kind else None


def category(text: str) -> str | None:
    """A category as "2", "K2", "Kategori 2", "Kemokur"; "2,0" is what spreadsheets make of 2. "" of an empty text."""
    word = plain(re.sub(r"[.,]0$", "", text))
    if not word:
        return ""
    if IV_TYPES.get(word) is IvType.CHEMOTHERAPY:
        return WeightCategory.CHEMOTHERAPY.value
    bare = next((word.removeprefix(each) for each in _PREFIXES if word.startswith(each)), word)
    return bare if bare in {each.value for each in WeightCategory} else None


def municipality(text: str, directory: Directory) -> str | None:
    """A municipality's four digits, by them (or three) or by its name, with or without "Kommune"."""
    name = _KOMMUNE.sub("", text).strip()
    if re.fullmatch(r"\d{3,4}", name, re.ASCII):
        return padded(name) if padded(name) in directory.municipalities else None
    rows = (row for rows in directory.municipalities.values() for row in rows)
    return next((row.code for row in rows if row.name.casefold() == name.casefold()), None)
