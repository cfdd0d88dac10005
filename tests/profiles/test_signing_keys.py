"""Keys, certificates and algorithms of signatures."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from profiles.signing_keys import is_verified, key_of, read_certificate, read_key, url_bytes

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def url64(number: int, size: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(size, "big")).rstrip(b"=").decode()


def rsa_jwk() -> dict[str, Any]:
    numbers = RSA.public_key().public_numbers()
    return {"kty": "RSA", "kid": "r", "n": url64(numbers.n, 256), "e": url64(numbers.e, 3)}


def ec_signature(content: bytes) -> bytes:
    r, s = decode_dss_signature(EC.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_keys_are_read() -> None:
    key = read_key(json.dumps(rsa_jwk()))
    assert key is not None
    assert (key.name, key.public.public_numbers()) == ("r", RSA.public_key().public_numbers())
    numbers = EC.public_key().public_numbers()
    point = {"kty": "EC", "crv": "P-256", "x": url64(numbers.x, 32), "y": url64(numbers.y, 32)}
    found = key_of(point)
    assert found is not None
    assert found.public.public_numbers() == numbers


@pytest.mark.parametrize(
    "text", ["", "5", "{", '{"kty": "oct"}', '{"kty": "RSA"}', '{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}']
)
def test_what_is_no_key(text: str) -> None:
    assert read_key(text) is None


def test_signatures_by_algorithm() -> None:
    public = RSA.public_key()
    plain = RSA.sign(b"a", padding.PKCS1v15(), hashes.SHA384())
    salted = RSA.sign(b"a", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    assert is_verified(public, "RS384", plain, b"a")
    assert is_verified(public, "PS256", salted, b"a")
    assert is_verified(EC.public_key(), "ES256", ec_signature(b"a"), b"a")


def test_what_does_not_hold() -> None:
    plain = RSA.sign(b"a", padding.PKCS1v15(), hashes.SHA256())
    public = RSA.public_key()
    assert not is_verified(public, "RS256", plain, b"b")
    assert not is_verified(public, "RS512", plain, b"a")
    assert not is_verified(public, "ES256", plain, b"a")
    assert not is_verified(public, "none", b"", b"a")
    assert not is_verified(EC.public_key(), "RS256", plain, b"a")
    assert not is_verified(EC.public_key(), "ES256", b"", b"a")
    assert not is_verified(EC.public_key(), "ES256", ec_signature(b"b"), b"a")


def test_what_is_no_certificate_or_base64() -> None:
    assert read_certificate(b"") is None
    assert read_certificate(b"nonsense") is None
    assert url_bytes("A") == b""
    assert url_bytes("_-8") == b"\xff\xef"
