"""Signed Bundles: what is signed holds, what is changed does not, and the contents keep their hash."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from mappings.canonical_json import CONTENT_HASH, canonical_json, content_hash
from mappings.signing import METHOD, Signer, read_signer, signed, signed_content, signed_document, unsigned
from mappings.verifying import verify
from profiles.scope import open_scope
from profiles.signatures import signature_check
from profiles.signed_content import canonical_json as validated_content
from tests.mappings.judging import findings, tree
from tests.mappings.test_claims import AT, written

Keys = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
DOCUMENT = written()


def pem(key: Keys) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate(key: Keys, name: str = "Aarhus Kommune") -> bytes:
    """A certificate of a key by itself, PEM."""
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
    dated = builder.serial_number(7).not_valid_before(AT).not_valid_after(AT + timedelta(days=900))
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return dated.sign(key, algorithm).public_bytes(Encoding.PEM)


@cache
def pair(kind: str) -> tuple[bytes, bytes]:
    """A key and its certificate, PEM."""
    key = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ES256"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    return pem(key), certificate(key)


def signer(kind: str) -> Signer:
    return read_signer(*pair(kind))


def codes(bundle: Any, trusted: bytes | None = None) -> list[str]:
    return [issue.code for issue in verify(bundle, trusted)]


@pytest.mark.parametrize("kind", ["ES256", "RS256"])
def test_what_is_signed_holds_by_the_certificate_and_by_our_validator(kind: str) -> None:
    document = signed_document(DOCUMENT, signer(kind))
    bundle = tree(document.body)
    assert codes(bundle, pair(kind)[1]) == ["hash-right", "signature-holds"]
    assert codes(bundle) == ["hash-right", "signature-holds", "signature-trust"]
    assert findings(bundle) == []
    told = [fault.code for fault in signature_check(())(bundle, open_scope(bundle)) or ()]
    assert "signature-verified" in told
    assert header(bundle)["alg"] == kind


def header(bundle: Any) -> Any:
    token = base64.b64decode(bundle["signature"]["data"]).decode()
    head, payload, _ = token.split(".")
    assert payload == ""
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), TREES, max_size=5))
def test_what_is_signed_is_what_our_validator_verifies(bundle: dict[str, Any]) -> None:
    assert signed_content({**bundle, "signature": {}}) == validated_content(bundle, METHOD)


@pytest.mark.parametrize("kind", ["ES256", "RS256"])
def test_signing_again_gives_the_same_bytes(kind: str) -> None:
    document = signed_document(DOCUMENT, signer(kind))
    assert document.body == signed_document(DOCUMENT, signer(kind)).body
    assert signed_document(document, signer(kind)).body == document.body
    assert document.body == canonical_json(tree(document.body))


def test_the_content_keeps_its_hash_and_its_bytes() -> None:
    document = signed_document(DOCUMENT, signer("ES256"))
    assert content_hash(tree(document.body)) == content_hash(tree(DOCUMENT.body))
    assert unsigned(document.body) == DOCUMENT.body
    assert unsigned(DOCUMENT.body) == DOCUMENT.body
    assert document.sha256 != DOCUMENT.sha256


def test_a_changed_amount_breaks_hash_and_signature() -> None:
    body = signed_document(DOCUMENT, signer("ES256")).body.replace(b"4500.50", b"4500.51")
    assert codes(tree(body), pair("ES256")[1]) == ["hash-wrong", "signature-broken"]


def test_a_changed_hash_breaks_the_signature() -> None:
    """Who changes contents and hash alike is found by the signature."""
    bundle = tree(signed_document(DOCUMENT, signer("ES256")).body.replace(b"4500.50", b"4500.51"))
    bundle["meta"]["tag"] = [{"system": CONTENT_HASH, "code": content_hash(bundle)}]
    assert codes(bundle, pair("ES256")[1]) == ["hash-right", "signature-broken"]


def test_another_certificate_does_not_do_and_says_so() -> None:
    bundle = tree(signed_document(DOCUMENT, signer("ES256")).body)
    for kind, trusted in (("other", certificate(ec.generate_private_key(ec.SECP256R1()))), ("rsa", pair("RS256")[1])):
        assert codes(bundle, trusted) == ["hash-right", "signature-broken"], kind


def test_a_time_of_signing_is_signed() -> None:
    bundle = signed(tree(DOCUMENT.body), signer("RS256"), AT)
    assert header(bundle)["sigT"] == bundle["signature"]["when"] == "2026-11-02T08:00:00+00:00"
    assert bundle["signature"]["who"]["identifier"]["value"] == "CN=Aarhus Kommune"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"data": "%"}, "signature-unreadable"),
        ({"data": base64.b64encode(b"a.b").decode()}, "signature-unreadable"),
        ({"sigFormat": "image/png"}, "signature-unreadable"),
        ({"data": base64.b64encode(b"eyJhbGciOiJub25lIn0..").decode()}, "signature-key"),
        ({"data": 4}, "signature-unreadable"),
    ],
)
def test_what_is_no_signature_is_said(change: dict[str, Any], code: str) -> None:
    bundle = tree(signed_document(DOCUMENT, signer("ES256")).body)
    bundle["signature"] |= change
    assert codes(bundle) == ["hash-right", code]


def test_the_algorithm_none_never_holds() -> None:
    bundle = tree(signed_document(DOCUMENT, signer("ES256")).body)
    bundle["signature"]["data"] = base64.b64encode(b"eyJhbGciOiJub25lIn0..").decode()
    assert codes(bundle, pair("ES256")[1]) == ["hash-right", "signature-broken"]


def test_what_is_not_signed_and_not_ours_is_said() -> None:
    assert codes(tree(DOCUMENT.body)) == ["hash-right", "signature-missing"]
    assert codes({"resourceType": "Bundle"}) == ["hash-missing", "signature-missing"]
    assert codes({"resourceType": "MeasureReport"}) == ["hash-missing", "signature-none"]


def test_keys_that_will_not_do_are_refused_without_telling_them() -> None:
    key, named = pair("ES256")
    odd = ed25519.Ed25519PrivateKey.generate()
    wide = ec.generate_private_key(ec.SECP384R1())
    wrong = [
        (b"no key", named, "cannot be read"),
        (key, b"no certificate", "certificate cannot be read"),
        (key, pair("RS256")[1], "not of the signing key"),
        (pem(odd), certificate(odd), "another kind"),
        (pem(wide), certificate(wide), "another kind"),
    ]
    for private, public, told in wrong:
        with pytest.raises(ValueError, match=told):
            read_signer(private, public)
    with pytest.raises(ValueError, match="certificate cannot be read"):
        verify(tree(DOCUMENT.body), b"no certificate")
