"""SMART Health Cards (spec.smarthealth.cards): signed cards with a Bundle inside, as a QR code's text, a bare token, or
a file of verifiable credentials. What is found is placed in the decoded payload."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from profiles.issue import Issue, error, warning
from profiles.limits import DEFAULT_LIMITS, Limits
from profiles.signing_keys import is_verified, key_of, url_bytes
from profiles.strict_json import parse_json

_QR = "shc:/"
_LONGEST = 1195
_TOKEN = re.compile(r"[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*").fullmatch
_CARD = "https://smarthealth.cards#health-card"
_LAB, _COVID, _SHOT = (f"https://smarthealth.cards#{one}" for one in ("laboratory", "covid19", "immunization"))
_GUIDE = "http://hl7.org/fhir/uv/shc-vaccination/StructureDefinition/"
_PROFILES = (
    ({_COVID, _SHOT}, "shc-vaccination-bundle-dm"),
    ({_COVID, _LAB}, "shc-covid19-laboratory-bundle-dm"),
    ({_LAB}, "shc-infectious-disease-laboratory-bundle-dm"),
)
_MEANT = {str: "text", dict: "an object", list: "a list", int: "a number"}

Keys = Mapping[str, tuple[dict[str, Any], ...]]
"""Public keys (JSON Web Keys) by issuer."""


@dataclass(frozen=True, slots=True)
class Card:
    """The Bundle of one card. path: its place in the payload; profile: the one its types imply, "" where none."""

    bundle: Any
    path: str
    profile: str

    def placed(self, issue: Issue) -> Issue:
        """A finding about the Bundle, at its place in the payload."""
        return replace(issue, where=self.path + issue.where.removeprefix("Bundle"), line=None, column=None)


class _FaultyError(Exception):
    """What stops the reading of one card; its issue says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issue = issue


def is_card(body: bytes) -> bool:
    """Whether a document looks like a health card: the text of a QR code, a token, or a file of them."""
    start = body.lstrip()[:2000].decode("utf-8", "replace")
    return start.startswith(_QR) or '"verifiableCredential"' in start or _is_token(start)


def _is_token(start: str) -> bool:
    return start.startswith("eyJ") and "{" not in start and "." in start


def read_cards(
    body: bytes, keys: Keys | None = None, limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Card, ...], tuple[Issue, ...]]:
    """The cards of a document, and what is wrong with their wrapping. keys: those signatures are verified with."""
    reader = _Reader(keys or {}, limits)
    text = body.strip().decode("utf-8", "replace")
    tokens = reader.credentials(body) if text.startswith("{") else [("", text)]
    cards: list[Card] = []
    for prefix, token in tokens:
        try:
            cards.append(reader.card(prefix, token))
        except _FaultyError as fault:
            reader.issues.append(fault.issue)
    return tuple(cards), tuple(reader.issues)


@dataclass(slots=True)
class _Reader:
    keys: Keys
    limits: Limits
    issues: list[Issue] = field(default_factory=list)

    def credentials(self, body: bytes) -> Iterator[tuple[str, str]]:
        """The tokens of a file, with where they stand."""
        value, issues = parse_json(body, self.limits)
        self.issues += issues
        listed = value.get("verifiableCredential") if isinstance(value, dict) else None
        if not isinstance(listed, list) and not issues:
            self.issues.append(_wrong("$", "verifiableCredential", list))
        for at, token in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(token, str):
                yield f"verifiableCredential[{at}].", token
            else:
                self.issues.append(_wrong("$", f"verifiableCredential[{at}]", str))

    def card(self, prefix: str, token: str) -> Card:
        if token.startswith(_QR):
            token = self.scanned(token)
        if _TOKEN(token) is None:
            raise _FaultyError(
                error("card-token", f"{prefix}jwt", "This is no signed token of three parts in base64url.")
            )
        head, body, signature = token.split(".")
        header = self.decoded(prefix, url_bytes(head))
        packed = url_bytes(body)
        payload = self.decoded(prefix, self.inflated(packed) if header.get("zip") == "DEF" else packed)
        self.check_issuer(payload, header, token.rpartition(".")[0].encode(), signature)
        return self.opened(f"{prefix}payload", payload)

    def scanned(self, text: str) -> str:
        """The token of a QR code: pairs of digits, each 45 below a character."""
        digits = text.removeprefix(_QR)
        if len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
            text = "A QR code of a single card is shc:/ and pairs of digits; put the parts of a card together first."
            raise _FaultyError(error("card-qr", "jwt", text))
        token = "".join(chr(45 + int(digits[at : at + 2])) for at in range(0, len(digits), 2))
        if len(token) > _LONGEST:
            told = f"A card in one QR code may have {_LONGEST} characters, and this has {len(token)}."
            self.issues.append(error("card-length", "jwt", told, "too-long"))
        return token

    def inflated(self, packed: bytes) -> bytes:
        """The payload unpacked, as far as the limit."""
        try:
            inflater = zlib.decompressobj(-15)
            unpacked = inflater.decompress(packed, self.limits.size)
        except zlib.error as problem:
            raise _FaultyError(
                error("card-token", "jwt", "The payload is not compressed as it says (DEFLATE).")
            ) from problem
        if inflater.unconsumed_tail or not inflater.eof:
            raise _FaultyError(error("card-length", "jwt", "The payload is cut short, or far too large.", "too-long"))
        return unpacked

    def decoded(self, prefix: str, body: bytes) -> dict[str, Any]:
        value, issues = parse_json(body, self.limits)
        if not isinstance(value, dict):
            why = issues[0].text if issues else "It is no object."
            raise _FaultyError(error("card-token", f"{prefix}jwt", f"A part of the token cannot be read. {why}"))
        return value

    def check_issuer(self, payload: dict[str, Any], header: dict[str, Any], signed: bytes, signature: str) -> None:
        """The issuer is named by an https url without / at its end, and one of its keys has signed."""
        issuer = payload.get("iss")
        if not isinstance(issuer, str):
            return
        if not issuer.startswith("https://"):
            self.issues.append(error("card-issuer", "jwt", "The issuer (iss) must be an https url.", "not-found"))
        if issuer.endswith("/"):
            self.issues.append(error("card-issuer", "jwt", "The issuer (iss) must not end in a /.", "not-found"))
        known = [key for key in self.keys.get(issuer.rstrip("/"), ()) if key.get("kid") == header.get("kid")]
        if not known:
            text = "The signature cannot be verified: the key of the issuer that it names is not at hand."
            self.issues.append(error("card-key", "jwt", text, "not-found"))
        elif header.get("alg") != "ES256" or not any(_signed(key, signed, url_bytes(signature)) for key in known):
            self.issues.append(error("card-signature", "jwt", "The signature is not that of the issuer's key (ES256)."))

    def opened(self, path: str, payload: dict[str, Any]) -> Card:
        self.only(payload, path, "iss", "nbf", "vc")
        self.member(payload, path, "iss", str)
        self.member(payload, path, "nbf", int)
        credential = self.needed(payload, path, "vc", dict)
        path = f"{path}.vc"
        self.only(credential, path, "type", "credentialSubject")
        types = {one for one in self.needed(credential, path, "type", list) if isinstance(one, str)}
        if _CARD not in types:
            raise _FaultyError(
                error("card-type", path, f"The types do not say that this is a card: {_CARD}.", "structure")
            )
        subject = self.needed(credential, path, "credentialSubject", dict)
        path = f"{path}.credentialSubject"
        version = self.needed(subject, path, "fhirVersion", str)
        if not version.startswith("4.0"):
            where = f"{path}.fhirVersion"
            raise _FaultyError(
                error("card-version", where, "Only cards of FHIR R4 (4.0.1) are judged here.", "structure")
            )
        return Card(self.needed(subject, path, "fhirBundle", dict), path, _profile(types))

    def only(self, holder: dict[str, Any], path: str, *names: str) -> None:
        if holder.keys() - set(names):
            text = f"Besides {', '.join(names)} nothing is known here, so nobody reads it."
            self.issues.append(warning("card-unknown", path, text, "structure"))

    def member(self, holder: dict[str, Any], path: str, name: str, kind: type) -> Any:
        """A member of the payload; None, and an issue, where it is missing or of another kind."""
        value = holder.get(name)
        fits = isinstance(value, kind) or (kind is int and type(value) not in (type(None), bool, str, dict, list))
        if not fits:
            self.issues.append(_wrong(path, name, kind))
        return value if fits else None

    def needed(self, holder: dict[str, Any], path: str, name: str, kind: type) -> Any:
        value = self.member(holder, path, name, kind)
        if value is None:
            raise _FaultyError(self.issues.pop())
        return value


def _wrong(path: str, name: str, kind: type) -> Issue:
    return error("card-structure", path, f"{name} must be here, and be {_MEANT[kind]}.", "structure")


def _profile(types: set[str]) -> str:
    return next((_GUIDE + name for wanted, name in _PROFILES if wanted <= types), "")


def _signed(key: Mapping[str, Any], signed: bytes, signature: bytes) -> bool:
    """Whether a signature is one of a public key, by ES256: the one algorithm of health cards."""
    found = key_of(key)
    return found is not None and is_verified(found.public, "ES256", signature, signed)
