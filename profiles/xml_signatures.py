"""XML signatures in Signature.data (XML Signature 1.1, with XAdES): one reference to the content, one to the properties
that say when it was signed."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from profiles.faults import Fault
from profiles.issue import Severity
from profiles.safe_xml import parse_xml
from profiles.signed_content import canonical_xml, xml_bytes
from profiles.signing_keys import Certificate, read_certificate

_NAMES = {"d": "http://www.w3.org/2000/09/xmldsig#", "x": "http://uri.etsi.org/01903/v1.3.2#"}
_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_ALGORITHMS = {"rsa-sha256": "RS256", "rsa-sha384": "RS384", "rsa-sha512": "RS512", "ecdsa-sha256": "ES256"}


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Data that is no signature, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What a signature says of itself, whatever its form.

    canonical: how the content was made bytes; key: the name of its key; payload: what it signs, where it brings it;
    content: the bytes of a Bundle to be signed; signed: those the signature is over; difference: why payload and
    content differ; digest_faults: what its digests say of the content.
    """

    faults: tuple[Fault, ...]
    time: str | None
    canonical: str | None
    certificate: Certificate | None
    key: str
    algorithm: str
    signature: bytes
    payload: bytes | None
    purpose: str
    tells_certificate: bool
    content: Callable[[dict[str, Any], str], bytes]
    signed: Callable[[bytes], bytes]
    digest_faults: Callable[[bytes], Iterable[Fault]]
    difference: Callable[[bytes], str]


def read_xml_signature(data: bytes) -> Wrapped | Unsigned:
    """What an XML signature says; Unsigned where it is none."""
    root, _ = parse_xml(data)
    info = None if root is None else root.find("d:SignedInfo", _NAMES)
    if root is None or info is None:
        return Unsigned("The signature is no XML signature with a SignedInfo.")
    references = info.findall("d:Reference", _NAMES)
    certificate, faults = _certificate(root)
    faults += _reference_faults(references)
    properties = root.find(".//x:SignedProperties", _NAMES)
    algorithm = _attribute(info, "d:SignatureMethod").rpartition("#")[2]
    return Wrapped(
        faults=tuple(faults),
        time=_text(root, ".//x:SigningTime") or _text(root, ".//d:SigningTime"),
        canonical=_attribute(info, "d:Reference/d:Transforms/d:Transform") or None,
        certificate=certificate,
        key="",
        algorithm=_ALGORITHMS.get(algorithm, algorithm),
        signature=_bytes(_text(root, "d:SignatureValue")),
        payload=None,
        purpose="",
        tells_certificate=False,
        content=canonical_xml,
        signed=lambda _: xml_bytes(info),
        digest_faults=lambda content: _digest_faults(references, content, properties),
        difference=lambda _: "",
    )


def _certificate(root: etree._Element) -> tuple[Certificate | None, list[Fault]]:
    written = _text(root, "d:KeyInfo/d:X509Data/d:X509Certificate")
    found = read_certificate(_bytes(written)) if written else None
    broken = Fault("signature-certificate", "The certificate in the signature cannot be read.", "invalid")
    return found, [broken] if written and found is None else []


def _reference_faults(references: list[etree._Element]) -> list[Fault]:
    if len(references) not in (1, 2):
        told = f"There are {len(references)} references; one to the content is understood, and one to the properties."
        return [Fault("signature-references", told, "not-supported")]
    faults = []
    if references[0].get("URI") != "#":
        faults.append(Fault("signature-references", 'The reference to the content must have URI="#".', "not-supported"))
    if len(references) == 2 and references[1].get("Type") != _PROPERTIES:
        told = f"The second reference must be of type {_PROPERTIES}."
        faults.append(Fault("signature-references", told, "not-supported"))
    return faults


def _digest_faults(
    references: list[etree._Element], content: bytes, properties: etree._Element | None
) -> Iterable[Fault]:
    """The digests in the signature are those of the content and of the properties."""
    if references and not _is_digest(references[0], content):
        yield Fault("signature-content", "The content is not what was signed: its digest is another one.", "value")
    if len(references) == 2:
        signed = b"" if properties is None else xml_bytes(properties, exclusive=True)
        if not _is_digest(references[1], signed):
            told = "The properties of the signature are not those that were signed: their digest is another one."
            yield Fault("signature-properties", told, "value", Severity.ERROR)


def _is_digest(reference: etree._Element, content: bytes) -> bool:
    method = _attribute(reference, "d:DigestMethod").rpartition("#")[2]
    if method not in ("sha256", "sha384", "sha512"):
        return False
    return hashlib.new(method, content).digest() == _bytes(_text(reference, "d:DigestValue"))


def _text(node: etree._Element, path: str) -> str:
    return (node.findtext(path, "", _NAMES) or "").strip()


def _attribute(node: etree._Element, path: str) -> str:
    found = node.find(path, _NAMES)
    return str(found.get("Algorithm") or "") if found is not None else ""


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
