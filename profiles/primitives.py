"""The primitive types of R4 (datatypes page, 2.24.0.1) as predicates on JSON values: true where the value is right.

The patterns are those of the standard, written so that they take linear time, with the common case decided without one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = re.compile(r"\s")
_CODE = re.compile(r"[^\s]+(?:\s[^\s]+)*").fullmatch
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_BASE64 = re.compile(r"[0-9a-zA-Z+/]+={0,2}").fullmatch
_DAY = r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DATE = re.compile(rf"{_DAY})?)?").fullmatch
_DATE_TIME = re.compile(rf"{_DAY}(?:T{_CLOCK}{_ZONE})?)?)?").fullmatch
_INSTANT = re.compile(rf"([0-9]{{4}})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T{_CLOCK}{_ZONE}").fullmatch
_TIME = re.compile(_CLOCK).fullmatch
_LONGEST = 1024 * 1024


def is_boolean(value: Any) -> bool:
    """true or false."""
    return value is True or value is False


def is_string(value: Any) -> bool:
    """Text of at most 1 MB without control characters."""
    if type(value) is not str or not value:
        return False
    return (value.isprintable() or _CONTROL.search(value) is None) and len(value) <= _LONGEST


def is_uri(value: Any) -> bool:
    """Text without white space."""
    if type(value) is not str or not value:
        return False
    return (value.isprintable() and " " not in value) or _SPACE.search(value) is None


def is_code(value: Any) -> bool:
    """Text with single spaces inside at most."""
    if type(value) is not str:
        return False
    return (value.isprintable() and " " not in value and value != "") or _CODE(value) is not None


def is_id(value: Any) -> bool:
    """1 to 64 letters, digits, hyphens and dots."""
    return type(value) is str and _ID(value) is not None


def is_integer(value: Any) -> bool:
    """A whole number of 32 bits."""
    return type(value) is int and -(2**31) <= value < 2**31


def is_unsigned(value: Any) -> bool:
    """0 or more."""
    return type(value) is int and 0 <= value < 2**31


def is_positive(value: Any) -> bool:
    """1 or more."""
    return type(value) is int and 0 < value < 2**31


def is_decimal(value: Any) -> bool:
    """Any number."""
    return type(value) is Decimal or type(value) is int or type(value) is float


def is_date(value: Any) -> bool:
    """A year, a month or a day that is in the calendar."""
    return type(value) is str and _in_calendar(_DATE(value))


def is_date_time(value: Any) -> bool:
    """A date, or a time with seconds and a time zone."""
    return type(value) is str and _in_calendar(_DATE_TIME(value))


def is_instant(value: Any) -> bool:
    """A time with seconds and a time zone."""
    return type(value) is str and _in_calendar(_INSTANT(value))


def is_time(value: Any) -> bool:
    """A time of day with seconds."""
    return type(value) is str and _TIME(value) is not None


def is_base64(value: Any) -> bool:
    """Base64; white space may stand between groups."""
    if type(value) is not str:
        return False
    text = value if _BASE64(value) else "".join(value.split())
    return len(text) % 4 == 0 and _BASE64(text) is not None


def _in_calendar(match: re.Match[str] | None) -> bool:
    if match is None:
        return False
    year, month, day = match[1], match[2], match[3]
    if year == "0000":
        return False
    return day is None or day <= "28" or int(day) <= monthrange(int(year), int(month))[1]


PRIMITIVES: Mapping[str, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        "base64Binary": (is_base64, "base64 text"),
        "boolean": (is_boolean, "true or false"),
        "canonical": (is_uri, "a canonical url without spaces"),
        "code": (is_code, "a code: text without spaces around it or double spaces"),
        "date": (is_date, "a date: YYYY, YYYY-MM or YYYY-MM-DD"),
        "dateTime": (is_date_time, "a date, or a time with seconds and time zone: YYYY-MM-DDThh:mm:ss+zz:zz"),
        "decimal": (is_decimal, "a number"),
        "id": (is_id, "an id: 1 to 64 letters, digits, hyphens and dots"),
        "instant": (is_instant, "a time with seconds and time zone: YYYY-MM-DDThh:mm:ss+zz:zz"),
        "integer": (is_integer, "a whole number of 32 bits"),
        "markdown": (is_string, "text without control characters"),
        "oid": (lambda value: type(value) is str and _OID(value) is not None, "an OID: urn:oid:1.2.3"),
        "positiveInt": (is_positive, "a whole number, 1 or more"),
        "string": (is_string, "text without control characters, not empty"),
        "time": (is_time, "a time of day: hh:mm:ss"),
        "unsignedInt": (is_unsigned, "a whole number, 0 or more"),
        "uri": (is_uri, "a URI without spaces"),
        "url": (is_uri, "a url without spaces"),
        "uuid": (lambda value: type(value) is str and _UUID(value) is not None, "a UUID in lower case: urn:uuid:..."),
    }
)
"""By type name: the predicate, and what a right value is, for people."""
