"""Signed Bundles: a detached JSON Web Signature as `Bundle.signature` (R4, Digital Signatures; RFC 7515, appendix F).

What is signed is the whole Bundle without the signature, as canonical JSON; identifier and content hash are therefore
signed, and the hash is that of the contents, signed or not. Keys are RSA (RS256) or P-256 (ES256, RFC 6979), both of
which give the same signature every time.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from mappings.canonical_json import canonical_json
from profiles.signed_content import CANONICAL
from settlement.lines import Document

METHOD = f"{CANONICAL}json"
_SIGNATURE = ("signature", "_signature")
JOSE = "application/jose"
_SIGNED_BY_ORIGINATOR = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}
_HALF = 32
"""Bytes of each number of a P-256 signature."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, and the certificate that says whose it is."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def read_signer(key: bytes, certificate: bytes) -> Signer:
    """A signer from a private key and its certificate, both PEM.

    Raises ValueError, with what to do, when one cannot be read, they do not belong together, or the key is of a kind
    that is not signed with here. Nothing of the key is in the text.
    """
    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError):
        raise ValueError("The signing key cannot be read; give an unencrypted private key as PEM.") from None
    named = read_pem_certificate(certificate)
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or (
        isinstance(private, ec.EllipticCurvePrivateKey) and not isinstance(private.curve, ec.SECP256R1)
    ):
        raise ValueError("The signing key is of another kind than RSA or P-256; make one of those.")
    if private.public_key() != named.public_key():
        raise ValueError("The certificate is not of the signing key; give the one that was issued for it.")
    return Signer(private, named)


def read_pem_certificate(body: bytes) -> x509.Certificate:
    """A certificate in PEM. Raises ValueError, with what to give, when it cannot be read."""
    try:
        return x509.load_pem_x509_certificate(body)
    except ValueError:
        raise ValueError("The certificate cannot be read; give an X.509 certificate as PEM.") from None


def signed_document(document: Document, signer: Signer) -> Document:
    """A document that holds a Bundle, signed as of the time it was made."""
    bundle = json.loads(document.body, parse_float=Decimal)
    body = canonical_json(signed(bundle, signer, document.created_at))
    return replace(document, body=body, sha256=hashlib.sha256(body).hexdigest())


def signed(bundle: dict[str, Any], signer: Signer, when: datetime) -> dict[str, Any]:
    """The Bundle with a signature of everything else in it; one it had is replaced. when: the time of signing."""
    at = when.astimezone(UTC).isoformat(timespec="seconds")
    chain = [base64.b64encode(signer.certificate.public_bytes(Encoding.DER)).decode()]
    is_rsa = isinstance(signer.key, rsa.RSAPrivateKey)
    header = canonical_json({"alg": "RS256" if is_rsa else "ES256", "canon": METHOD, "sigT": at, "x5c": chain}).strip()
    head = _url64(header)
    made = _sign(signer, f"{head}.{_url64(signed_content(bundle))}".encode())
    signature = {
        "type": [_SIGNED_BY_ORIGINATOR],
        "when": at,
        "who": {"type": "Organization", "identifier": {"value": signer.certificate.subject.rfc4514_string()}},
        "targetFormat": f"application/fhir+json;canonicalization={METHOD}",
        "sigFormat": JOSE,
        "data": base64.b64encode(f"{head}..{_url64(made)}".encode()).decode(),
    }
    return {**bundle, "signature": signature}


def signed_content(bundle: dict[str, Any]) -> bytes:
    """What is signed of a Bundle by METHOD; the same bytes as profiles.signed_content makes, for large Bundles."""
    return canonical_json({name: value for name, value in bundle.items() if name not in _SIGNATURE}).removesuffix(b"\n")


def _sign(signer: Signer, content: bytes) -> bytes:
    if isinstance(signer.key, rsa.RSAPrivateKey):
        return signer.key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    pair = decode_dss_signature(signer.key.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return b"".join(number.to_bytes(_HALF, "big") for number in pair)


def _url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(body: bytes) -> bytes:
    """The bytes of a document of ours as they were before it was signed."""
    if b'"signature":' not in body:
        return body
    resource = json.loads(body, parse_float=Decimal)
    return canonical_json({name: value for name, value in resource.items() if name != "signature"})
