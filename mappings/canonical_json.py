"""Canonical JSON: the same content gives the same bytes, and a hash that says so.

The form: keys sorted by code point at every level, no white space, UTF-8 without escapes beyond what JSON asks for,
one line feed at the end. Arrays keep their order. `Decimal` is written digit for digit as it is ("1200.50" stays
"1200.50"), since FHIR R4 counts trailing zeros as part of a decimal (R4 section 2.24.0.1, "decimal"). Floats are
refused: no number of ours has ever been one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from profiles.names import BASE

DOCUMENTS = f"{BASE}/document"
CONTENT_HASH = f"{BASE}/content-sha256"

_PLAIN = frozenset({str, int, bool, type(None)})
_ENCODER = msgspec.json.Encoder(decimal_format="number", order="sorted")


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of a tree of dicts, lists, strings, integers, booleans, None and finite Decimals.

    Raises TypeError for any other type (float included) and ValueError for a Decimal that is not a plain number.
    """
    _refuse_inexact(value)
    return _ENCODER.encode(value) + b"\n"


def content_hash(resource: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a resource's canonical bytes, left out what `sealed` adds (identifier and the hash's own tag)
    and the signature of a Bundle.
    """
    return hashlib.sha256(canonical_json(_unsealed(resource))).hexdigest()


def sealed(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The resource with its content hash in meta.tag, and an identifier made of its id and that hash.

    The identifier ("<id>.<first 16 digits of the hash>", system DOCUMENTS) names exactly these contents, so a receiver
    can be asked whether it has them. `Bundle.identifier` is single in R4, every other resource's is a list.
    """
    return _sealed(resource, content_hash(resource))


def write_sealed(head: Mapping[str, Any], entries: Iterable[bytes], write: Callable[[bytes], object]) -> str:
    """Write a Bundle entry by entry, so that it never lies in memory whole: canonical_json(sealed(bundle)).

    head: the Bundle without its entries; of the keys it has, "entry" comes first (else ValueError). entries: canonical
    bytes of every entry, without the line feed; one at least. Returns the SHA-256 (hex) of all that was written.
    """
    if min(head) < "entry":
        raise ValueError(f"{min(head)!r} comes before the entries of a Bundle, so it cannot be written after them")
    digest = hashlib.sha256()
    for place, entry in enumerate(entries):
        part = (b"," if place else b'{"entry":[') + entry
        digest.update(part)
        write(part)
    content = digest.copy()
    content.update(_after_entries(_unsealed(head)))
    rest = _after_entries(_sealed(head, content.hexdigest()))
    digest.update(rest)
    write(rest)
    return digest.hexdigest()


def _after_entries(head: Mapping[str, Any]) -> bytes:
    return b"]," + canonical_json(head)[1:]


def _sealed(resource: Mapping[str, Any], digest: str) -> dict[str, Any]:
    name = {"system": DOCUMENTS, "value": f"{resource['id']}.{digest[:16]}"}
    meta = dict(resource.get("meta", {}))
    meta["tag"] = [*meta.get("tag", []), {"system": CONTENT_HASH, "code": digest}]
    return {**resource, "meta": meta, "identifier": name if resource["resourceType"] == "Bundle" else [name]}


def _unsealed(resource: Mapping[str, Any]) -> dict[str, Any]:
    meta = dict(resource.get("meta", {}))
    tags = [tag for tag in meta.pop("tag", []) if tag.get("system") != CONTENT_HASH]
    if tags:
        meta["tag"] = tags
    bare = {key: value for key, value in resource.items() if key not in ("identifier", "meta", "signature")}
    return {**bare, "meta": meta} if meta else bare


def _refuse_inexact(tree: Any) -> None:
    """A loop over all values, by exact type first: a month's bundle has a million of them."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind in _PLAIN:
            continue
        if kind is dict:
            if any(type(key) is not str for key in value):
                raise TypeError("a JSON key must be a string")
            waiting.extend(value.values())
        elif kind in (list, tuple):
            waiting.extend(value)
        else:
            _refuse_rare(value)


def _refuse_rare(value: Any) -> None:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("a decimal must be a finite number")
    elif not isinstance(value, str | int):
        raise TypeError(f"canonical JSON has no place for {type(value).__name__}; use Decimal for fractions")
