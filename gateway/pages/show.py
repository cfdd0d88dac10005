"""How values look to people: amounts, times, ratios and citizens, by language."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_LOCALES = {"da": "da_DK", "en": "en_GB"}
_MOMENTS = {"da": "d. MMM y HH.mm", "en": "d MMM y HH:mm"}
_DAYS = {"da": "d. MMMM y", "en": "d MMMM y"}


def number(value: int | Decimal, language: str) -> str:
    """A number with the language's separators."""
    return format_decimal(value, locale=_LOCALES[language])


def money(oere: int, language: str) -> str:
    """An amount in oere as kroner: "1.234,50 kr." or "DKK 1,234.50", with spaces that do not break."""
    amount = format_decimal(Decimal(oere) / 100, format="#,##0.00", locale=_LOCALES[language])
    return f"{amount}\u00a0kr." if language == "da" else f"DKK\u00a0{amount}"


def percent(value: Fraction, language: str) -> str:
    """A ratio in percent with one decimal; shown only, decisions are made on the exact ratio."""
    text = format_decimal(decimals(value * 100, 1), format="#,##0.0", locale=_LOCALES[language])
    return f"{text}\u00a0%" if language == "da" else f"{text}%"


def decimals(value: Fraction, places: int) -> Decimal:
    """An exact ratio as a decimal with so many places, half up."""
    scaled = (abs(value) * 10**places + Fraction(1, 2)).__floor__()
    return Decimal(f"{'-' if value < 0 else ''}{scaled}E-{places}")


def moment_text(at: datetime, language: str) -> str:
    """A time in Danish wall time, without its offset."""
    return format_datetime(at, _MOMENTS[language], tzinfo=COPENHAGEN, locale=_LOCALES[language])


def moment(at: datetime | None, language: str) -> Markup:
    """A time in Danish wall time with its offset, as a <time> element; a dash where there is none."""
    if at is None:
        return Markup("–")
    local = at.astimezone(COPENHAGEN)
    element = Markup('<time datetime="{}">{}<small class="offset"> {}</small></time>')
    return element.format(local.isoformat(), moment_text(at, language), _offset(local))


def day(value: date, language: str) -> str:
    """A date in words."""
    return format_date(value, _DAYS[language], locale=_LOCALES[language])


def month_name(first_day: date, language: str) -> str:
    """A month in words: "september 2026"."""
    return format_date(first_day, "MMMM y", locale=_LOCALES[language])


def size(count: int, language: str) -> str:
    """A number of bytes as kB (1000 bytes) with one decimal, or as bytes when few."""
    if count < 1000:
        return f"{count} B"
    return f"{number(decimals(Fraction(count, 1000), 1), language)} kB"


def masked(identifier: str) -> str:
    """A citizen's identifier as shown before it is revealed: a CPR number keeps its date, all else nothing."""
    return f"{identifier[:6]}-xxxx" if re.fullmatch(r"\d{10}", identifier) else "xxxx"


def _offset(local: datetime) -> str:
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:]}"
