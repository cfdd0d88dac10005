"""Signatures of Bundles (R4, Signature and Digital Signatures): JSON (JOSE) and XML ones, verified with the certificate
they bring or a key that is given. Whether that certificate is to be trusted is not asked.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.jose_signatures import read_jose
from profiles.json_shapes import an_object, objects, text
from profiles.plans import Check
from profiles.scope import Scope
from profiles.signed_content import CANONICAL
from profiles.signing_keys import Certificate, Key, PublicKey, is_verified
from profiles.xml_signatures import Unsigned, Wrapped, read_xml_signature

_JOSE, _XML = "application/jose", "application/pkcs7-signature"
_IMAGES = ("image/", "application/pdf")
_PURPOSES: Mapping[str, str] = MappingProxyType({"1": "author", "5": "verification", "12": "modification"})
_CANONICAL = re.compile(r"""canonicalization\s*=\s*"?([^";\s]+)""")
_TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What was found, and whether the signature holds."""

    faults: tuple[Fault, ...]
    holds: bool


def signature_check(keys: tuple[Key, ...]) -> Check:
    """The check of a Bundle's signature. keys: public keys that signatures may name."""

    def check(bundle: Any, _: Scope) -> Found:
        signature = bundle.get("signature")
        return list(_faults(bundle, signature, keys)) or None if isinstance(signature, dict) else None

    return check


def _faults(bundle: dict[str, Any], signature: dict[str, Any], keys: tuple[Key, ...]) -> Iterator[Fault]:
    data, form = signature.get("data"), text(signature.get("sigFormat"))
    if not form.strip():
        yield _note(
            "signature-format", "The signature has no sigFormat, so what it is must be guessed.", "not-supported"
        )
        form = _guess(text(data))
        if form:
            yield _note("signature-format", f"It looks like {form} and is judged as that.", "not-supported")
    if not form or form.startswith(_IMAGES):
        return
    if form not in (_JOSE, _XML):
        yield _note("signature-format", f"Signatures are judged where they are {_JOSE} or {_XML}.", "not-supported")
    elif not isinstance(data, str):
        yield _note("signature-data", "The signature has no data, so it cannot be judged.", "not-found")
    else:
        decoded = _decoded(data)
        if decoded is None:
            yield from _not_base64(data, form)
            decoded = data.encode() if form == _JOSE and data.count(".") == 2 else None
        if decoded is not None:
            yield _note(
                "signature-trust",
                "The signature is checked by itself; whether its certificate is to be trusted is not.",
            )
            yield from _judge(bundle, signature, _READERS[form](decoded), keys)


def _guess(data: str) -> str:
    return _JOSE if (_decoded(data) or b"").startswith(b"eyJ") else ""


def _decoded(data: str) -> bytes | None:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _not_base64(data: str, form: str) -> Iterator[Fault]:
    severity = Severity.WARNING if form == _XML else Severity.ERROR
    told = "is judged as it stands" if form == _JOSE and data.count(".") == 2 else "cannot be judged"
    yield Fault("signature-data", f"The data of the signature is not base64, and {told}.", "invalid", severity)


_READERS = MappingProxyType({_JOSE: read_jose, _XML: read_xml_signature})


def _judge(
    bundle: dict[str, Any], signature: dict[str, Any], wrapped: Wrapped | Unsigned, keys: tuple[Key, ...]
) -> Iterator[Fault]:
    if isinstance(wrapped, Unsigned):
        yield Fault("signature-data", wrapped.why, "invalid")
        return
    yield from wrapped.faults
    yield from _times(wrapped.time, signature.get("when"))
    canonical, told = _canonicalization(bundle, signature, wrapped)
    yield from told
    public = wrapped.certificate.public if wrapped.certificate is not None else _named(wrapped, keys)
    if public is None:
        yield _keyless(wrapped)
    yield from _signer(wrapped.certificate, signature.get("who"))
    if wrapped.payload is not None:
        told_payload = "The signature brings what it signs; it should be detached, without a payload."
        yield Fault("signature-payload", told_payload, "value", Severity.WARNING)
    if public is not None:
        verdict = _verify(bundle, wrapped, canonical, public)
        yield from verdict.faults
        yield from _claims(signature, wrapped, holds=verdict.holds)


def _named(wrapped: Wrapped, keys: tuple[Key, ...]) -> PublicKey | None:
    return next((key.public for key in keys if wrapped.key and key.name == wrapped.key), None)


def _keyless(wrapped: Wrapped) -> Fault:
    missing = "names a key that is not at hand" if wrapped.key else "brings no certificate and names no key"
    told = f"The signature {missing}, so it cannot be verified."
    return Fault("signature-key", told, "not-found", Severity.WARNING)


def _times(signed: str | None, when: Any) -> Iterator[Fault]:
    """Signature.when is the time that is in the signature."""
    if signed is None:
        told = "The signature does not say, signed, when it was made (sigT, iat or SigningTime)."
        yield Fault("signature-time", told, "not-found", Severity.WARNING)
    if not isinstance(when, str):
        yield Fault("signature-when", "Signature.when says when it was signed; it is missing.", "not-found")
        return
    moments = [_moment(one) for one in (signed, when) if one is not None]
    if None in moments:
        yield Fault(
            "signature-time", "A time of the signature is no instant, so the two cannot be compared.", "invalid"
        )
    elif len(moments) == 2 and abs((moments[0] - moments[1]).total_seconds()) > _TOLERANCE:  # type: ignore[operator]
        yield Fault("signature-when", "Signature.when is not the time that is in the signature.", "value")


def _moment(one: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(one)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _canonicalization(
    bundle: dict[str, Any], signature: dict[str, Any], wrapped: Wrapped
) -> tuple[str, tuple[Fault, ...]]:
    """How the content was made bytes, by the signature and by Signature.targetFormat."""
    target = text(signature.get("targetFormat"))
    found = _CANONICAL.search(target)
    said, own = found[1] if found else None, wrapped.canonical
    if said is None and own is None:
        form = "xml" if "xml" in target else "json"
        default = f"{CANONICAL}{form}{'#document' if bundle.get('type') == 'document' else ''}"
        told = f"The signature does not say how its content was made canonical; {default} is taken."
        return default, (_note("signature-canonical", told),)
    if said is not None and own is not None and said != own:
        differ = "The signature and its targetFormat name different canonical forms."
        return own, (Fault("signature-canonical", differ, "not-found", Severity.WARNING),)
    return own or said or "", ()


def _signer(certificate: Certificate | None, who: Any) -> Iterator[Fault]:
    """Signature.who names the subject of the certificate."""
    value = an_object(an_object(who).get("identifier")).get("value")
    if certificate is None and who is None:
        yield _note("signature-who", "Nothing says who signed: neither a certificate nor Signature.who.")
    elif certificate is None:
        yield _note("signature-who", "Signature.who is not confirmed by the signature, which brings no certificate.")
    elif value is None:
        yield _note("signature-who", "Signature.who.identifier should name the subject of the certificate.")
    elif not isinstance(value, str) or value not in certificate.names:
        yield _note("signature-who", "Signature.who.identifier is not the subject of the certificate.")


def _verify(bundle: dict[str, Any], wrapped: Wrapped, canonical: str, public: PublicKey) -> _Verdict:
    content = wrapped.content(bundle, canonical)
    faults = list(wrapped.digest_faults(content))
    holds = not faults and is_verified(public, wrapped.algorithm, wrapped.signature, wrapped.signed(content))
    if holds:
        return _Verdict((_note("signature-verified", "The signature holds."),), holds=True)
    faults.insert(
        0, Fault("signature-broken", "The signature does not hold for this content and certificate.", "value")
    )
    if wrapped.payload is not None and wrapped.payload != content:
        told = (
            f"The content has {len(content)} bytes in canonical form; {len(wrapped.payload)} other bytes were signed."
        )
        faults.append(Fault("signature-content", told, "value"))
        faults.append(_note("signature-content", wrapped.difference(content)))
    return _Verdict(tuple(faults), holds=False)


def _claims(signature: dict[str, Any], wrapped: Wrapped, *, holds: bool) -> Iterator[Fault]:
    """What the signature says of itself, and whether that is proven."""
    proven = "; the signature proves it" if holds else "; nothing proves it"
    if wrapped.certificate is not None:
        yield _note("signature-signer", f"It says, by its certificate, who signed{proven}.")
    if wrapped.time is not None:
        yield _note("signature-signed", f"It says when it was signed{proven}.")
    purpose = wrapped.purpose or next((text(one.get("code")) for one in objects(signature.get("type"))), "")
    if purpose:
        yield _note("signature-purpose", f"It says what it was signed for: {_purpose(purpose)}{proven}.")
    if wrapped.certificate is not None and wrapped.tells_certificate:
        one = wrapped.certificate
        yield _note("signature-certificate", f"Its certificate has number {one.number} and is valid until {one.until}.")
        yield _note("signature-certificate", f"The SHA-256 fingerprint of its certificate is {one.fingerprint}.")


def _purpose(code: str) -> str:
    return (
        _PURPOSES.get(code.rpartition(".")[2], "a purpose of its own") if code.startswith("1.2.840") else "its purpose"
    )


def _note(code: str, told: str, kind: str = "informational") -> Fault:
    return Fault(code, told, kind, Severity.INFORMATION)
