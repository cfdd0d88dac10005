"""Code systems too large or too open for packages, decided by their grammar (value set pages of R4: languages,
mimetypes, ucum-units; BCP 47, BCP 13, UCUM, RFC 3986, ISO 4217, ISO 3166-1 and -2, UN M49)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from babel import Locale
from babel.core import get_global

from profiles.fhirpath.ucum import reduce_unit
from profiles.membership import YES, Membership, no, unknown

LANGUAGES = "urn:ietf:bcp:47"
MEDIA_TYPES = "urn:ietf:bcp:13"
UNITS = "http://unitsofmeasure.org"
URIS = "urn:ietf:rfc:3986"
CURRENCIES = "urn:iso:std:iso:4217"
COUNTRIES = "urn:iso:std:iso:3166"
SUBDIVISIONS = "urn:iso:std:iso:3166:-2"
AREAS = "http://unstats.un.org/unsd/methods/m49/m49.htm"
_LONGEST = 200
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""Codes CLDR has that ISO 3166-1 gives to no country or area."""
_NO_TERRITORY = (
    *("BOV", "CHE", "CHW", "CLF", "COU", "CUC", "MXV", "USN", "UYI", "UYW", "XAF", "XAG", "XAU", "XBA", "XBB", "XBC"),
    *("XBD", "XCD", "XDR", "XOF", "XPD", "XPF", "XPT", "XSU", "XTS", "XUA", "XXX"),
)

_LANGUAGE_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-[a-z]{3}){0,3}(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
).fullmatch
_PRIVATE_TAG = re.compile(r"x(?:-[a-z0-9]{1,8})+").fullmatch
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+\-]{0,126}"
_MEDIA_TYPE = re.compile(
    rf"(?P<kind>{_NAME})/(?:{_NAME}|\*)(?:[ \t]*;[ \t]*{_NAME}=(?:[^\s;\",]+|\"[^\"\\\r\n]*\"))*"
).fullmatch
_KINDS = (
    *("application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video"),
    "chemical",
)
_SUBDIVISION = re.compile(r"[A-Z0-9]{1,3}").fullmatch
_AREA = re.compile(r"[0-9]{3}").fullmatch
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+").fullmatch


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Languages and territories known to CLDR."""
    english = Locale("en")
    return frozenset(english.languages), frozenset(english.territories)


def language(code: str) -> Membership:
    """A language tag: well-formed, of a language and region that CLDR knows; others are not decided."""
    lower = code.lower()
    if _PRIVATE_TAG(lower):
        return YES
    match = _LANGUAGE_TAG(lower)
    if match is None:
        return no("It is not a language tag as BCP 47 writes them (da, en-US).")
    languages, territories = _names()
    region = match["region"] or ""
    if match["language"] in languages and (not region or region.isdigit() or region.upper() in territories):
        return YES
    if len(match["language"]) == 2 and match["language"] not in languages:
        return no("ISO 639-1 has no such language.")
    return unknown("It is written as a language tag, but whether it is registered is not known here.")


def media_type(code: str) -> Membership:
    """A media type: `type/subtype` with parameters, of a registered kind; `type/*` and urls as parameters too."""
    match = _MEDIA_TYPE(code)
    if match is None:
        return no("It is not a media type as BCP 13 writes them (text/plain).")
    kind = match["kind"].lower()
    return YES if kind in _KINDS or kind.startswith("x-") else no("BCP 13 has no such kind of media type.")


def unit(code: str) -> Membership:
    """A unit of UCUM."""
    return YES if reduce_unit(code) is not None else no("It is not a unit as UCUM writes them (mg, 10*9/L).")


def uri(code: str) -> Membership:
    """An absolute URI."""
    return YES if _URI(code) else no("It is not an absolute URI.")


def currency(code: str) -> Membership:
    """A currency of ISO 4217: one that is legal tender somewhere today; codes of the past are not decided."""
    if code in _tenders():
        return YES
    if code in Locale("en").currencies:
        return unknown("It is the code of a currency that is not legal tender today.")
    return no("ISO 4217 has no such currency.")


def country(code: str) -> Membership:
    """A country or area of ISO 3166-1: two letters, three letters or three digits."""
    two_letters = [code] if len(code) == 2 else get_global("territory_aliases").get(code, ()) if len(code) == 3 else ()
    known = any(
        one in Locale("en").territories and one.isalpha() and len(one) == 2 and one not in _NO_COUNTRIES
        for one in two_letters
    )
    return YES if known else no("ISO 3166-1 has no such country or area.")


def subdivision(code: str) -> Membership:
    """A subdivision of ISO 3166-2: that of a country, by its form; which there are is not decided."""
    stem, dash, rest = code.partition("-")
    if not dash or not _SUBDIVISION(rest) or len(stem) != 2 or country(stem) is not YES:
        return no("It is not a subdivision as ISO 3166-2 writes them (DK-84).")
    return unknown("It is written as a subdivision, but whether there is one is not known here.")


def area(code: str) -> Membership:
    """An area of UN M49: three digits; which there are is not decided."""
    if not _AREA(code):
        return no("It is not an area as UN M49 writes them (150).")
    return unknown("It is written as an area, but whether there is one is not known here.")


@cache
def _tenders() -> frozenset[str]:
    """Currencies with no end, of all territories, and the codes of ISO 4217 that are of none."""
    current = (
        item[0] for used in get_global("territory_currencies").values() for item in used if item[2] is None and item[3]
    )
    return frozenset((*current, *_NO_TERRITORY))


_DECIDERS: Mapping[str, Callable[[str], Membership]] = MappingProxyType(
    {
        LANGUAGES: language,
        MEDIA_TYPES: media_type,
        UNITS: unit,
        URIS: uri,
        CURRENCIES: currency,
        COUNTRIES: country,
        SUBDIVISIONS: subdivision,
        AREAS: area,
    }
)


def decided_locally(system: str, code: str) -> Membership | None:
    """Whether the code is of the system, where its grammar decides that; None for other systems."""
    decide = _DECIDERS.get(system)
    if decide is None:
        return None
    return decide(code) if len(code) <= _LONGEST else no("It is too long to be a code.")
