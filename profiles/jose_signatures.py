"""JSON Web Signatures in Signature.data (RFC 7515): header, payload, signature."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, texts
from profiles.signed_content import canonical_json, same_json
from profiles.signing_keys import read_certificate, url_bytes
from profiles.strict_json import parse_json
from profiles.xml_signatures import Unsigned, Wrapped

_SECONDS = re.compile(r"[0-9]{1,11}").fullmatch


def read_jose(data: bytes) -> Wrapped | Unsigned:
    """What a token says; Unsigned where it is none."""
    parts = data.decode("ascii", "replace").split(".")
    header, _ = parse_json(url_bytes(parts[0]))
    if len(parts) != 3 or not isinstance(header, dict):
        return Unsigned("The signature is no token of three parts with a header in JSON.")
    faults: list[Fault] = []
    time = _time(header, faults)
    head, payload, signature = parts
    wrapped = Wrapped(
        faults=(),
        time=time,
        canonical=text(header.get("canon")) or None,
        certificate=None,
        key=text(header.get("kid")),
        algorithm=text(header.get("alg")),
        signature=url_bytes(signature),
        payload=url_bytes(payload) if payload else None,
        purpose=_purpose(header),
        tells_certificate=True,
        content=canonical_json,
        signed=lambda content: f"{head}.{_url64(content)}".encode(),
        digest_faults=lambda _: (),
        difference=lambda content: _difference(url_bytes(payload), content),
    )
    chain = texts(header.get("x5c"))
    if chain:
        found = read_certificate(_bytes(chain[0]))
        wrapped = replace(wrapped, certificate=found)
        if found is None:
            faults.append(Fault("signature-certificate", "The certificate in the signature cannot be read.", "invalid"))
    return replace(wrapped, faults=tuple(faults))


def _time(header: dict[str, Any], faults: list[Fault]) -> str | None:
    """The time of signing: sigT, an instant, or iat, seconds since 1970."""
    said, seconds = header.get("sigT"), header.get("iat")
    if said is not None and _SECONDS(str(said)) is not None:
        told = "sigT in the signature must be an instant, and counts seconds."
        faults.append(Fault("signature-time", told, "invalid", Severity.WARNING))
        return _instant(said)
    if said is None and seconds is not None:
        return _instant(seconds)
    return None if said is None else str(said)


def _instant(seconds: Any) -> str:
    if _SECONDS(str(seconds)) is None:
        return str(seconds)
    return datetime.fromtimestamp(int(str(seconds)), UTC).isoformat()


def _purpose(header: dict[str, Any]) -> str:
    return next((text(an_object(one.get("commId")).get("id")) for one in objects(header.get("srCms"))), "")


def _difference(payload: bytes, content: bytes) -> str:
    if same_json(payload, content):
        return "Both say the same, so they differ in how they were made canonical alone."
    return "They do not say the same: the content was changed after it was signed."


def _bytes(text_: str) -> bytes:
    try:
        return base64.b64decode(text_, validate=False)
    except (binascii.Error, ValueError):
        return b""


def _url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
