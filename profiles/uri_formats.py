"""Uris that are written as OIDs and UUIDs (R4, data types uri, url, canonical: urn:oid: and urn:uuid:)."""

from __future__ import annotations

import re

from profiles.faults import Fault, Found

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_SHORTEST_ROOT = 5
"""What an OID has before its last dot at least; nobody hands out names from nearer the root, but below 1.3."""

BARE = ("oid:", "uuid")
"""How uris begin that lack their "urn:"."""


def check_uri(value: str) -> Found:
    """The faults of a uri or url."""
    if value.startswith(("oid:", "uuid:")):
        return [Fault("format-uri", "A uri that is an OID or UUID begins with urn:oid: or urn:uuid:.", "invalid")]
    if value.startswith("urn:uuid:") and _UUID(value.partition("#")[0]) is None:
        return [Fault("format-uuid", "A UUID must be complete and in lower case.", "invalid")]
    if value.startswith("urn:oid:") and not _is_oid(value):
        return [Fault("format-oid", "An OID is numbers with dots between: urn:oid:1.2.208.1.", "invalid")]
    return None


def check_canonical(value: str) -> Found:
    """The faults of a canonical, which may name a version."""
    if ":" not in value and not value.startswith("#"):
        return [Fault("canonical-relative", "A canonical must be an absolute url, or #id.", "invalid")]
    return check_uri(value.partition("|")[0])


def _is_oid(value: str) -> bool:
    number = value.removeprefix("urn:oid:")
    return _OID(value) is not None and (number.startswith("1.3") or number.rindex(".") + 1 >= _SHORTEST_ROOT)
