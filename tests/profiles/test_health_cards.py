"""SMART Health Cards: wrapping, bounds, signature, places."""

from __future__ import annotations

import base64
import json
import zlib
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.health_cards import is_card, read_cards
from profiles.issue import Issue, error
from profiles.limits import Limits
from tests.fuzz.mutations import mutate_bytes

ISSUER = "https://cards.example"
BUNDLE = {"resourceType": "Bundle", "type": "collection"}
TYPES = [
    "https://smarthealth.cards#health-card",
    "https://smarthealth.cards#covid19",
    "https://smarthealth.cards#immunization",
]
PROFILE = "http://hl7.org/fhir/uv/shc-vaccination/StructureDefinition/shc-vaccination-bundle-dm"


def url64(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def payload(**more: Any) -> dict[str, Any]:
    subject = {"fhirVersion": "4.0.1", "fhirBundle": BUNDLE}
    return {"iss": ISSUER, "nbf": 1620992383.218, "vc": {"type": TYPES, "credentialSubject": subject}, **more}


def token(content: Any, key: EllipticCurvePrivateKey | None = None, packed: bytes | None = None) -> str:
    deflated = zlib.compress(json.dumps(content).encode(), wbits=-15) if packed is None else packed
    head = url64(json.dumps({"zip": "DEF", "alg": "ES256", "kid": "k"}).encode())
    signed = f"{head}.{url64(deflated)}"
    if key is None:
        return f"{signed}."
    r, s = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{url64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def scanned(text: str) -> bytes:
    return ("shc:/" + "".join(f"{ord(one) - 45:02}" for one in text)).encode()


def told(issues: tuple[Issue, ...]) -> list[str]:
    return [f"{one.severity} {one.code} {one.where}" for one in issues]


UNKEYED = "error card-key jwt"


def test_a_card_in_each_of_its_forms() -> None:
    one = token(payload())
    for body, prefix in (
        (one.encode(), ""),
        (scanned(one), ""),
        (json.dumps({"verifiableCredential": [one]}).encode(), "verifiableCredential[0]."),
    ):
        assert is_card(body)
        cards, issues = read_cards(body)
        assert [(card.bundle, card.path, card.profile) for card in cards] == [
            (BUNDLE, f"{prefix}payload.vc.credentialSubject", PROFILE)
        ]
        assert told(issues) == [UNKEYED]
    placed = cards[0].placed(error("x", "Bundle.entry[1].fullUrl", "y"))
    assert placed.where == "verifiableCredential[0].payload.vc.credentialSubject.entry[1].fullUrl"


@pytest.mark.parametrize("body", [b'{"resourceType": "Patient"}', b"<Patient/>", b"", b'[1, "eyJ"]'])
def test_what_is_no_card(body: bytes) -> None:
    assert not is_card(body)


def test_signatures_are_verified_with_the_issuers_key() -> None:
    key = generate_private_key(SECP256R1())
    numbers = key.public_key().public_numbers()
    jwk = {
        "kid": "k",
        "crv": "P-256",
        "x": url64(numbers.x.to_bytes(32, "big")),
        "y": url64(numbers.y.to_bytes(32, "big")),
    }
    right = token(payload(), key)
    assert read_cards(right.encode(), {ISSUER: (jwk,)})[1] == ()
    other = token(payload(), generate_private_key(SECP256R1()))
    assert told(read_cards(other.encode(), {ISSUER: (jwk,)})[1]) == ["error card-signature jwt"]
    assert told(read_cards(right.encode(), {ISSUER: ({**jwk, "x": "AA"},)})[1]) == ["error card-signature jwt"]
    assert told(read_cards(right.encode(), {ISSUER: ({**jwk, "kid": "l"},)})[1]) == [UNKEYED]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (payload(iss="http://cards.example/"), ["error card-issuer jwt", "error card-issuer jwt", UNKEYED]),
        (payload(exp=1), [UNKEYED, "warning card-unknown payload"]),
        (payload(nbf="x"), [UNKEYED, "error card-structure payload"]),
        (payload(iss=5), ["error card-structure payload"]),
        (payload(vc=[]), [UNKEYED, "error card-structure payload"]),
        (payload(vc={"type": "x"}), [UNKEYED, "error card-structure payload.vc"]),
        (payload(vc={"type": ["x"]}), [UNKEYED, "error card-type payload.vc"]),
        (payload(vc={"type": TYPES, "credentialSubject": {"fhirVersion": "3.0.2"}}),
         [UNKEYED, "error card-version payload.vc.credentialSubject.fhirVersion"]),
        (payload(vc={"type": TYPES, "credentialSubject": {"fhirVersion": "4.0.1"}}),
         [UNKEYED, "error card-structure payload.vc.credentialSubject"]),
        ([1], ["error card-token jwt"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_payload(content: Any, expected: list[str]) -> None:
    assert told(read_cards(token(content).encode())[1]) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"shc:/1", ["error card-qr jwt"]),
        (b"shc:/1/2/5676", ["error card-qr jwt"]),
        (b"eyJ.x", ["error card-token jwt"]),
        (b"eyJ.e!J.x", ["error card-token jwt"]),
        (token({}, packed=b"nonsense").encode(), ["error card-token jwt"]),
        (token({}, packed=zlib.compress(b"{}" * 99, wbits=-15)[:-3]).encode(), ["error card-length jwt"]),
        (b'{"verifiableCredential": 1}', ["error card-structure $"]),
        (b'{"verifiableCredential": [1]}', ["error card-structure $"]),
        (b'{"verifiableCredential": ', ["fatal json-syntax verifiableCredential"]),
    ],
)
def test_what_cannot_be_unwrapped(body: bytes, expected: list[str]) -> None:
    cards, issues = read_cards(body)
    assert (cards, told(issues)) == ((), expected)


def test_a_card_that_unpacks_to_very_much_is_refused() -> None:
    bomb = token({}, packed=zlib.compress(b" " * 50_000_000, wbits=-15))
    assert told(read_cards(bomb.encode(), limits=Limits(size=1_000_000))[1]) == ["error card-length jwt"]


def test_one_qr_code_holds_so_much_and_no_more() -> None:
    long = token(payload(vc={"type": [*TYPES, *(f"x{at}" for at in range(1000))], "credentialSubject": {}}))
    assert told(read_cards(scanned(long))[1])[0] == "error card-length jwt"


@given(st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=60, deadline=None)
def test_nothing_raises(dice: Random, as_code: bool) -> None:
    one = token(payload())
    cards, issues = read_cards(mutate_bytes(scanned(one) if as_code else one.encode(), dice))
    assert cards or issues
