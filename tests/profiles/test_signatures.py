"""Signatures of Bundles: JSON and XML ones of our own making, and each thing that can be wrong with them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from profiles.scope import open_scope
from profiles.signatures import signature_check
from profiles.signed_content import CANONICAL, canonical_json, canonical_xml, xml_bytes
from profiles.signing_keys import Key
from tests.fuzz.mutations import mutate, mutate_bytes

Json = dict[str, Any]
WHEN = "2026-07-01T10:00:00Z"
BUNDLE: Json = {
    "resourceType": "Bundle",
    "type": "collection",
    "timestamp": WHEN,
    "entry": [{"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "active": True}}],
}
DSIG = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
FORMS = {"application/jose": "json", "application/pkcs7-signature": "xml"}


@cache
def pair() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key and a certificate of it, in DER, for "CN=Overgang"."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Overgang")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    )
    made = builder.not_valid_before(start).not_valid_after(start + timedelta(days=900)).sign(key, hashes.SHA256())
    return key, made.public_bytes(Encoding.DER)


def sign(content: bytes) -> bytes:
    return pair()[0].sign(content, padding.PKCS1v15(), hashes.SHA256())


def url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def digest(content: bytes) -> str:
    made = hashes.Hash(hashes.SHA256())
    made.update(content)
    return base64.b64encode(made.finalize()).decode()


def jose(bundle: Json = BUNDLE, *, attached: bool = False, **header: Any) -> bytes:
    said = {"alg": "RS256", "sigT": WHEN, "x5c": [base64.b64encode(pair()[1]).decode()], "canon": f"{CANONICAL}json"}
    head = url64(json.dumps({key: value for key, value in (said | header).items() if value is not None}).encode())
    content = canonical_json(bundle, f"{CANONICAL}json")
    signature = sign(f"{head}.{url64(content)}".encode())
    return f"{head}.{url64(content) if attached else ''}.{url64(signature)}".encode()


def xml(bundle: Json = BUNDLE, time: str = WHEN) -> bytes:
    properties = (
        f'<x:SignedProperties xmlns:x="{XADES}" Id="SignedProperties"><x:SignedSignatureProperties>'
        f"<x:SigningTime>{time}</x:SigningTime></x:SignedSignatureProperties></x:SignedProperties>"
    )
    method = "http://www.w3.org/2001/04/xmlenc#sha256"
    content = canonical_xml(bundle, f"{CANONICAL}xml")
    stamped = digest(xml_bytes(etree.fromstring(properties), exclusive=True))
    info = (
        f'<SignedInfo xmlns="{DSIG}"><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f'<Reference URI="#"><Transforms><Transform Algorithm="{CANONICAL}xml"/></Transforms>'
        f'<DigestMethod Algorithm="{method}"/><DigestValue>{digest(content)}</DigestValue></Reference>'
        f'<Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#SignedProperties">'
        f'<DigestMethod Algorithm="{method}"/><DigestValue>{stamped}</DigestValue></Reference></SignedInfo>'
    )
    value = base64.b64encode(sign(xml_bytes(etree.fromstring(info)))).decode()
    certificate = base64.b64encode(pair()[1]).decode()
    return (
        f'<Signature xmlns="{DSIG}">{info}<SignatureValue>{value}</SignatureValue><KeyInfo><X509Data><X509Certificate>'
        f"{certificate}</X509Certificate></X509Data></KeyInfo><Object>{properties}</Object></Signature>"
    ).encode()


def signed(written: bytes, form: str = "application/jose", bundle: Json = BUNDLE, **more: Any) -> Json:
    said: Json = {
        "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}],
        "when": WHEN,
        "who": {"identifier": {"value": "CN=Overgang"}},
        "targetFormat": f"application/fhir+json;canonicalization={CANONICAL}{FORMS.get(form, 'json')}",
        "sigFormat": form,
        "data": base64.b64encode(written).decode(),
    }
    return {**bundle, "signature": {key: value for key, value in (said | more).items() if value is not None}}


def told(bundle: Json, *keys: Key, notes: bool = False) -> list[str]:
    faults = signature_check(keys)(bundle, open_scope(bundle)) or []
    return [f"{one.severity} {one.code}" for one in faults if notes or one.severity != "information"]


@pytest.mark.parametrize(("form", "make"), [("application/jose", jose), ("application/pkcs7-signature", xml)])
def test_what_is_signed_holds_and_what_is_changed_does_not(form: str, make: Callable[[], bytes]) -> None:
    bundle = signed(make(), form)
    assert told(bundle) == []
    assert "information signature-verified" in told(bundle, notes=True)
    changed = {**bundle, "timestamp": "2026-07-01T10:00:01Z"}
    assert "error signature-broken" in told(changed)


def test_a_bundle_without_signature_is_not_judged() -> None:
    assert told(BUNDLE, notes=True) == []


def test_a_key_by_name_serves_where_there_is_no_certificate() -> None:
    bundle = signed(jose(x5c=None, kid="k"))
    assert told(bundle) == ["warning signature-key"]
    assert told(bundle, Key("k", pair()[0].public_key())) == []
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    assert told(bundle, Key("k", other)) == ["error signature-broken"]


@pytest.mark.parametrize(
    ("bundle", "expected"),
    [
        (signed(jose(attached=True)), ["warning signature-payload"]),
        (signed(jose({**BUNDLE, "type": "document"}, attached=True)),
         ["warning signature-payload", "error signature-broken", "error signature-content"]),
        (signed(jose(sigT=1782900000)), ["warning signature-time"]),
        (signed(jose(sigT=None)), ["warning signature-time"]),
        (signed(jose(sigT=None, iat=1782900000)), []),
        (signed(jose(sigT="soon")), ["error signature-time"]),
        (signed(jose(), when="2026-07-01T12:00:00Z"), ["error signature-when"]),
        (signed(jose(), when=None), ["error signature-when"]),
        (signed(jose(x5c=["AAAA"])), ["error signature-certificate", "warning signature-key"]),
        (signed(jose(canon=f"{CANONICAL}json#document")), ["warning signature-canonical"]),
        (signed(b"nonsense"), ["error signature-data"]),
        (signed(jose(), data="%%%"), ["error signature-data"]),
        (signed(b"<a/>", "application/pkcs7-signature"), ["error signature-data"]),
        (signed(xml(time="2026-07-01T09:00:00Z"), "application/pkcs7-signature"), ["error signature-when"]),
        (signed(xml().replace(WHEN.encode(), b"2026-07-01T10:00:00.5Z"), "application/pkcs7-signature"),
         ["error signature-broken", "error signature-properties"]),
        (signed(b"x", "image/png"), []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_signatures(bundle: Json, expected: list[str]) -> None:
    assert told(bundle) == expected


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"sigFormat": None}, "information signature-format"),
        ({"sigFormat": "application/x"}, "information signature-format"),
        ({"data": None}, "information signature-data"),
        ({"who": None}, "information signature-who"),
        ({"who": {"identifier": {"value": "x"}}}, "information signature-who"),
        ({"who": {"identifier": {"value": {"value": []}}}}, "information signature-who"),
        ({"targetFormat": None}, "information signature-verified"),
    ],
)
def test_what_is_worth_a_note(more: Json, note: str) -> None:
    bundle = signed(jose(), **more)
    assert note in told(bundle, notes=True)
    assert told(bundle) == []


@given(st.randoms(use_true_random=False), st.sampled_from(sorted(FORMS)))
@settings(max_examples=60, deadline=None)
def test_nothing_raises(dice: Random, form: str) -> None:
    written = jose() if form == "application/jose" else xml()
    signature_check(())(bundle := signed(mutate_bytes(written, dice), form), open_scope(bundle))
    mutant = mutate(signed(written, form), dice)
    if isinstance(mutant, dict):
        signature_check(())(mutant, open_scope(mutant))
