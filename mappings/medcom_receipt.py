"""XCTL receipts: what a sender of MedCom XML letters is answered (2005/08/07 edition, the only one there is).

XCTL03 PositiveReceipt for a letter taken in, XCTL02 NegativeReceipt for one refused, XCTL01 NegativeVansReceipt for
what held no letter that could be read. Every letter is answered, also where the envelope says minuspositivkvitt: an
HTTP answer has to say something, and a sender that did not ask may leave it unread.
"""

from __future__ import annotations

import hashlib
from typing import Any
from xml.sax.saxutils import escape

from mappings.danish_time import DANISH
from mappings.reading import Outcome, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, Severity

NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/"
MAX_TEXTS = 20
"""A receipt names this many findings; more would help nobody."""

_KINDS = {
    "XCTL01": ("NegativeVansReceipt", "XC0130Q"),
    "XCTL02": ("NegativeReceipt", "XC0230Q"),
    "XCTL03": ("PositiveReceipt", "XC0330Q"),
}
_REFUSE_CODES = {
    "medcom-version": "problem_med_version",
    "medcom-unsupported": "problem_med_version",
    "medcom-schema": "syntaksfejl",
    "medcom-no-letter": "syntaksfejl",
    "medcom-letters": "syntaksfejl",
    "empty": "syntaksfejl",
    "envelope-payload": "syntaksfejl",
    "sender-not-authorised": "ukendt_lokationsnummer",
}
_UNKNOWN = "ukendt"


def receipt(reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
    """The XCTL letter for a verdict, in the encoding the letter came in. Same verdict and stamp, same bytes."""
    encoding = reading.fields.get("encoding", "utf-8")
    kind = _kind(reading, verdict)
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{_emessage(kind, reading, verdict, stamp)}\n'
    return Receipt(text.encode(encoding, "xmlcharrefreplace"), f"application/xml; charset={encoding}")


def _kind(reading: Reading, verdict: Verdict) -> str:
    if verdict.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS, Outcome.DUPLICATE):
        return "XCTL03"
    return "XCTL02" if reading.fields.get("letter") else "XCTL01"


def _emessage(kind: str, reading: Reading, verdict: Verdict, stamp: Stamp) -> str:
    root, version = _KINDS[kind]
    at = stamp.at.astimezone(DANISH)
    sent = f"<Sent><Date>{at:%Y-%m-%d}</Date><Time>{at:%H:%M}</Time></Sent>"
    acknowledgement = "<AcknowledgementCode>minuspositivkvitt</AcknowledgementCode>"
    envelope = f"<Envelope>{sent}<Identifier>{short_id(stamp.envelope_id)}</Identifier>{acknowledgement}</Envelope>"
    head = _element("Identifier", short_id(stamp.letter_id)) + _element("VersionCode", version)
    letter = f"<Letter>{head}{_element('StatisticalCode', kind)}</Letter>"
    fields = reading.fields
    parties = _party("Sender", fields, "receiver_ean") + _party("Receiver", fields, "sender_ean")
    original = _original(kind, reading, verdict)
    return f'<Emessage xmlns="{NAMESPACE}">{envelope}<{root}>{letter}{parties}{original}</{root}></Emessage>'


def short_id(identifier: str) -> str:
    """An id of ours in the 14 characters that envelopes and letters have room for."""
    return hashlib.sha256(identifier.encode()).hexdigest()[:14]


def _original(kind: str, reading: Reading, verdict: Verdict) -> str:
    fields = reading.fields
    parties = _party("OriginalSender", fields, "sender_ean") + _party("OriginalReceiver", fields, "receiver_ean")
    refusal = "" if kind == "XCTL03" else _refusal(verdict)
    envelope = _element("OriginalEnvelopeIdentifier", str(fields.get("envelope") or _UNKNOWN))
    letter = ""
    if fields.get("letter"):
        version = _element("OriginalVersionCode", str(fields.get("version") or _UNKNOWN))
        identifier = _element("OriginalLetterIdentifier", str(fields["letter"]))
        letter = f"<OriginalLetter>{identifier}{version}{refusal}</OriginalLetter>"
    return f"<OriginalEmessage>{envelope}{parties}{'' if letter else refusal}{letter}</OriginalEmessage>"


def _refusal(verdict: Verdict) -> str:
    reasons = [issue for issue in verdict.issues if issue.severity in (Severity.FATAL, Severity.ERROR)][:MAX_TEXTS]
    code = _refuse_code(reasons[0]) if reasons else "ikke_specificeret"
    text = "".join(f"{escape(_told(issue))}<Break/>" for issue in reasons)
    return f"{_element('RefuseCode', code)}<RefuseText>{text}</RefuseText>"


def _refuse_code(issue: Issue) -> str:
    return "syntaksfejl" if issue.code.startswith("xml-") else _REFUSE_CODES.get(issue.code, "ikke_specificeret")


def _told(issue: Issue) -> str:
    place = f" ({issue.where}{f', line {issue.line}' if issue.line else ''})" if issue.where else ""
    return f"{issue.code}: {issue.text}{place}"


def _party(name: str, fields: dict[str, Any], key: str) -> str:
    return f"<{name}>{_element('EANIdentifier', str(fields.get(key) or _UNKNOWN))}</{name}>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
