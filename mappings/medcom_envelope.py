"""From bytes to a MedCom XML Emessage: bare, or inside a VANS or SBDH envelope.

VANS: `VANSEnvelope/Message/Data` holds the Emessage in base64. SBDH: `StandardBusinessDocument/BinaryContent` does, and
says its encoding, since the payload may have no XML declaration. One message an envelope. What comes out has no
namespaces: the letters have the same structure in all of MedCom's (danish-standards: OIOXML letters).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from lxml import etree

from mappings.reading import Document, Family
from profiles.issue import Issue, fatal
from profiles.limits import Limits
from profiles.safe_xml import parse_xml

MEDCOM_NAMESPACE = re.compile(
    r"http://rep\.oio\.dk/(?:sundcom\.dk/)?medcom\.dk/xml/schemas/[0-9]{4}/[0-9]{2}/[0-9]{2}/?"
    r"|urn:oio:medcom:municipality:1\.[0-9]\.[0-9]"
)
FHIR_NAMESPACE = "http://hl7.org/fhir"
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_LIMITS = Limits(depth=60, nodes=20_000)
_MOST_ATTRIBUTES = 100
_NESTED = 3
_ENVELOPES = {"VANSEnvelope": ("Data", ""), "StandardBusinessDocument": ("BinaryContent", "encoding")}
_TRANSPORT_RECEIPTS = ("ReceiptAcknowledgement", "ReceiptException")


@dataclass(frozen=True, slots=True)
class Emessage:
    """A document that parsed: its root (MedCom namespaces taken off), and the encoding it was written in.

    transport_receipt: it is a receipt of the transport (VANS or SBDH), not a letter. namespace: of the root as it came;
    letter: the Emessage as it came, out of its envelope; hint: the encoding that the envelope says it is in.
    """

    root: etree._Element
    encoding: str
    transport_receipt: bool = False
    namespace: str = ""
    letter: bytes = b""
    hint: str | None = None

    @property
    def name(self) -> str:
        """Local name of the root, "" when it is not one of MedCom's."""
        return self.root.tag if "}" not in self.root.tag else ""


def parse_medcom(body: bytes, media_type: str) -> tuple[Document, tuple[Issue, ...]]:
    """Parse a body of the MedCom XML family; the tree is an Emessage, or None with the reason."""
    if not body.strip():
        return Document(Family.MEDCOM_XML, "xml", None), (fatal("empty", "", "The body is empty: send one Emessage."),)
    charset = _CHARSET.search(media_type)
    tree, issues = _opened(body, charset[1] if charset else None, _NESTED)
    return Document(Family.MEDCOM_XML, "xml", tree), issues


def _opened(body: bytes, hint: str | None, depth: int) -> tuple[Emessage | None, tuple[Issue, ...]]:
    root, issues = parse_xml(body, _LIMITS, hint)
    if root is None:
        return None, issues
    name = etree.QName(root).localname
    if name in _ENVELOPES:
        return _unwrapped(root, body, hint, depth)
    if any(len(element.attrib) > _MOST_ATTRIBUTES for element in root.iter()):
        text = f"An element has more than {_MOST_ATTRIBUTES} attributes: a letter has none."
        return None, (fatal("xml-size", "/", text, "too-long"),)
    namespace = etree.QName(root).namespace or ""
    _take_off_namespaces(root)
    return Emessage(root, encoding_of(body, hint), name in _TRANSPORT_RECEIPTS, namespace, body, hint), issues


def _unwrapped(
    root: etree._Element, body: bytes, hint: str | None, depth: int
) -> tuple[Emessage | None, tuple[Issue, ...]]:
    element, attribute = _ENVELOPES[etree.QName(root).localname]
    payloads = list(root.iter(f"{{*}}{element}"))
    if _is_receipt(root):
        return Emessage(root, encoding_of(body, hint), transport_receipt=True), ()
    if len(payloads) != 1 or depth == 0:
        text = f"The envelope holds {len(payloads)} messages in {element}: send one message in one envelope."
        return None, (fatal("envelope-payload", f"//{element}", text),)
    content = _decoded(payloads[0].text or "")
    if content is None:
        text = f"{element} is not base64 of an XML document: encode the Emessage with base64."
        return None, (fatal("envelope-payload", f"//{element}", text),)
    return _opened(content, payloads[0].get(attribute) if attribute else None, depth - 1)


def _is_receipt(envelope: etree._Element) -> bool:
    """VANS: Receipt stands where Message would. SBDH: the header says what type of document it carries."""
    carried = envelope.findtext("{*}StandardBusinessDocumentHeader/{*}DocumentIdentification/{*}Type")
    return (carried or "").strip() in _TRANSPORT_RECEIPTS or envelope.find("{*}Receipt") is not None


def _decoded(text: str) -> bytes | None:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if b"<" in content[:200] else None


def _take_off_namespaces(root: etree._Element) -> None:
    """Leave local names only on MedCom's elements; what has another namespace keeps it, and is read by nobody."""
    known: dict[str, bool] = {}
    for element in root.iter("{*}*"):
        namespace, _, local = element.tag[1:].rpartition("}")
        if namespace not in known:
            known[namespace] = MEDCOM_NAMESPACE.fullmatch(namespace) is not None
        if known[namespace]:
            element.tag = local
    etree.cleanup_namespaces(root)  # or a letter written with another prefix would look like another letter


def encoding_of(body: bytes, hint: str | None) -> str:
    """The encoding a document was read in, as a name to write the receipt in: what it says, else what it is."""
    declared = _DECLARED.match(body)
    name = declared[1].decode("ascii") if declared else hint
    if name is not None:
        return name.lower()
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"
