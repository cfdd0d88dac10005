"""Documents of ours verified: does the content hash hold, and does the signature of a Bundle?"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mappings.canonical_json import CONTENT_HASH, content_hash
from mappings.fhir_common import items, node, text
from mappings.signing import JOSE, METHOD, read_pem_certificate, signed_content
from profiles.issue import Issue, Severity, error, warning
from profiles.jose_signatures import read_jose
from profiles.signing_keys import PublicKey, is_verified, read_certificate
from profiles.xml_signatures import Unsigned, Wrapped


def verify(document: dict[str, Any], certificate: bytes | None) -> tuple[Issue, ...]:
    """What is found when a document is verified: its content hash, and the signature of a Bundle; others have none.

    certificate: PEM, that it must be signed with; None verifies by the one the signature brings, which proves that
    nothing was changed, not who signed. Raises ValueError when the certificate cannot be read.
    """
    trusted = read_pem_certificate(certificate) if certificate is not None else None
    return (*_hash_issues(document), *_signature_issues(document, trusted))


def _hash_issues(bundle: dict[str, Any]) -> Iterator[Issue]:
    told = [text(tag, "code") for tag in items(bundle, "meta", "tag") if text(tag, "system") == CONTENT_HASH]
    if not told:
        yield error("hash-missing", "meta.tag", "The document carries no content hash, so it is none of ours.")
    elif told != [content_hash(bundle)]:
        yield error("hash-wrong", "meta.tag", "The content is not what its hash says: it was changed. Fetch it again.")
    else:
        yield _note("hash-right", "meta.tag", f"The content is what its hash says: {told[0]}.")


def _signature_issues(bundle: dict[str, Any], trusted: x509.Certificate | None) -> Iterator[Issue]:
    signature = node(bundle, "signature")
    if not signature:
        yield _unsigned(bundle)
        return
    wrapped = _wrapped(signature)
    if isinstance(wrapped, Unsigned):
        yield error("signature-unreadable", "signature.data", wrapped.why)
        return
    public, name = _signed_by(wrapped, trusted)
    if public is None:
        yield error("signature-key", "signature.data", "The signature brings no certificate; give --certificate.")
        return
    method = wrapped.canonical or METHOD
    content = signed_content(bundle) if method == METHOD else wrapped.content(bundle, method)
    if not is_verified(public, wrapped.algorithm, wrapped.signature, wrapped.signed(content)):
        why = "The signature does not hold: the content was changed after it was signed, or another key signed it."
        yield error("signature-broken", "signature.data", why)
        return
    yield _note("signature-holds", "signature.data", f"The signature holds: {name}, {wrapped.time}.")
    if trusted is None:
        told = "Nothing says whether its certificate is to be trusted; give --certificate to know who signed."
        yield warning("signature-trust", "signature.data", told)


def _wrapped(signature: dict[str, Any]) -> Wrapped | Unsigned:
    if text(signature, "sigFormat") != JOSE:
        return Unsigned(f"Signatures are verified here where their sigFormat is {JOSE}.")
    try:
        return read_jose(base64.b64decode(text(signature, "data"), validate=True))
    except ValueError:
        return Unsigned("The data of the signature is not base64.")


def _signed_by(wrapped: Wrapped, trusted: x509.Certificate | None) -> tuple[PublicKey | None, str]:
    """The key to verify with, and whose it is."""
    known = read_certificate(trusted.public_bytes(Encoding.DER)) if trusted is not None else wrapped.certificate
    if known is None:
        return None, ""
    return known.public, trusted.subject.rfc4514_string() if trusted is not None else min(known.names)


def _unsigned(document: dict[str, Any]) -> Issue:
    if document.get("resourceType") != "Bundle":
        return warning("signature-none", "signature", "Only a Bundle can be signed; its hash alone is verified.")
    return error("signature-missing", "signature", "The Bundle is not signed. Ask its sender for a signed one.")


def _note(code: str, where: str, told: str) -> Issue:
    return Issue(Severity.INFORMATION, code, where, told)
