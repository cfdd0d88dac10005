"""Keys and certificates that signatures are verified with, and the algorithms of JOSE (RFC 7518) by name."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
)
_CURVES: Mapping[str, ec.EllipticCurve] = MappingProxyType(
    {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by the name signatures call it."""

    name: str
    public: PublicKey = field(hash=False)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is asked of a certificate. names: the ways its subject may be called."""

    public: PublicKey
    names: frozenset[str]
    number: str
    fingerprint: str
    until: str


def read_key(text: str | bytes) -> Key | None:
    """A JSON Web Key (RFC 7517), its public half; None where it is none we know."""
    try:
        jwk: Any = json.loads(text)
    except ValueError:
        return None
    return key_of(jwk) if isinstance(jwk, dict) else None


def key_of(jwk: Mapping[str, Any]) -> Key | None:
    """The public key of a JSON Web Key; None where it is none we know."""
    make = {"RSA": _rsa_key, "EC": _ec_key}.get(str(jwk.get("kty", "EC")))
    try:
        return Key(str(jwk.get("kid", "")), make(jwk)) if make is not None else None
    except (ValueError, KeyError):
        return None


def _rsa_key(jwk: Mapping[str, Any]) -> PublicKey:
    return rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()


def _ec_key(jwk: Mapping[str, Any]) -> PublicKey:
    curve = _CURVES[str(jwk["crv"])]
    return ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), curve).public_key()


def _number(text: Any) -> int:
    return int.from_bytes(url_bytes(str(text)), "big")


def url_bytes(text: str) -> bytes:
    """The bytes of base64url without padding; none where it is not."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def read_certificate(body: bytes) -> Certificate | None:
    """An X.509 certificate in DER; None where it is none, or its key is of a kind we do not know."""
    try:
        found = x509.load_der_x509_certificate(body)
        public = found.public_key()
        names = frozenset({found.subject.rfc4514_string(), *_other_names(found)})
    except (ValueError, TypeError):
        return None
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return None
    until = found.not_valid_after_utc.date().isoformat()
    return Certificate(public, names, f"{found.serial_number:X}", found.fingerprint(hashes.SHA256()).hex(), until)


def _other_names(found: x509.Certificate) -> set[str]:
    """The subject's alternative names that are texts; of names of a kind of their own, the text inside."""
    try:
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.UnsupportedGeneralNameType, ValueError):
        return set()  # some issuers' certificates have extensions that are not quite right
    others = (one.value.decode("utf-8", "replace")[2:] for one in extension.value if isinstance(one, x509.OtherName))
    urls = extension.value.get_values_for_type(x509.UniformResourceIdentifier)
    return {*others, *urls}


def is_verified(public: PublicKey, algorithm: str, signature: bytes, signed: bytes) -> bool:
    """Whether a signature by an algorithm of JOSE ("RS256", "PS384", "ES256") is one of this key over these bytes."""
    family, digest = algorithm[:2], _HASHES.get(algorithm[2:])
    check = _FAMILIES.get(family)
    if check is None or digest is None:
        return False
    try:
        return check(public, signature, signed, digest)
    except (InvalidSignature, ValueError):
        return False


def _rsa(public: PublicKey, signature: bytes, signed: bytes, digest: hashes.HashAlgorithm) -> bool:
    return _by_rsa(public, signature, signed, digest, padding.PKCS1v15())


def _pss(public: PublicKey, signature: bytes, signed: bytes, digest: hashes.HashAlgorithm) -> bool:
    return _by_rsa(public, signature, signed, digest, padding.PSS(padding.MGF1(digest), digest.digest_size))


def _by_rsa(
    public: PublicKey, signature: bytes, signed: bytes, digest: hashes.HashAlgorithm, how: padding.AsymmetricPadding
) -> bool:
    if not isinstance(public, rsa.RSAPublicKey):
        return False
    public.verify(signature, signed, how, digest)
    return True


def _ecdsa(public: PublicKey, signature: bytes, signed: bytes, digest: hashes.HashAlgorithm) -> bool:
    """JOSE and XML write r and s one after the other."""
    if not isinstance(public, ec.EllipticCurvePublicKey) or len(signature) != 2 * ((public.key_size + 7) // 8):
        return False
    half = len(signature) // 2
    pair = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    public.verify(encode_dss_signature(*pair), signed, ec.ECDSA(digest))
    return True


_FAMILIES: Mapping[str, Callable[[PublicKey, bytes, bytes, hashes.HashAlgorithm], bool]] = MappingProxyType(
    {"RS": _rsa, "PS": _pss, "ES": _ecdsa}
)
