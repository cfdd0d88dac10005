"""Things wrong to send, and the words a refusal of each must hold."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gateway.demo import hl7v2, letters
from gateway.demo.cast import course
from gateway.demo.sending import MLLP, as_json, as_xml
from tests.acceptance.house import JSON, MEDCOM, PROCESS, TEXT_XML, XML
from tests.gateway.running import notification, visit

PLAN = course(1)
CPR = PLAN.person.cpr.encode()
NOTIFICATION = as_json(notification(1))
NOTIFICATION_XML = as_xml(notification(1))
LETTER = letters.letter(PLAN, "xdis18", letters.sent_at(PLAN))
ADT = hl7v2.admission(PLAN)
VISIT = as_json(visit(0))


@dataclass(frozen=True)
class Bad:
    """Something wrong to send. says: words the answer must hold, so that the sender knows what to mend."""

    body: bytes
    says: str
    door: str = PROCESS
    media_type: str = JSON


def fhir(old: str, new: str, says: str) -> Bad:
    """A notification with a piece of it replaced."""
    text = json.dumps(notification(1), separators=(",", ":"), ensure_ascii=False)
    assert old in text, old
    return Bad(text.replace(old, new, 1).encode(), says)


def xml(old: bytes, new: bytes, says: str) -> Bad:
    assert old in NOTIFICATION_XML, old
    return Bad(NOTIFICATION_XML.replace(old, new, 1), says, media_type=XML)


def letter(old: bytes, new: bytes, says: str) -> Bad:
    assert old in LETTER, old
    return Bad(LETTER.replace(old, new), says, MEDCOM, TEXT_XML)


def adt(old: bytes, new: bytes, says: str) -> Bad:
    assert old in ADT, old
    return Bad(ADT.replace(old, new), says, MLLP, "")


BILLION = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

BAD: dict[str, Bad] = {
    "FHIR: nothing": Bad(b"", "empty"),
    "FHIR: white space": Bad(b" \n ", "empty"),
    "FHIR: truncated": Bad(NOTIFICATION[:-200], "JSON"),
    "FHIR: two documents": Bad(NOTIFICATION + NOTIFICATION, "JSON"),
    "FHIR: UTF-16": Bad(NOTIFICATION.decode().encode("utf-16"), "UTF-8"),
    "FHIR: windows-1252": Bad(NOTIFICATION.decode().encode("windows-1252"), "UTF-8"),
    "FHIR: 10,000 deep": Bad(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "inside each other"),
    "FHIR: 10,000 deep within": Bad(
        NOTIFICATION[:-1] + b',"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "inside each other"
    ),
    "FHIR: a key twice": fhir('"type":"message"', '"type":"message","type":"message"', "twice"),
    "FHIR: a key twice, one escaped": fhir('"type":"message"', '"type":"message","t\\u0079pe":"message"', "twice"),
    "FHIR: NaN": fhir('"type":"message"', '"type":"message","total":NaN', "JSON"),
    "FHIR: Infinity": fhir('"type":"message"', '"type":"message","total":-Infinity', "JSON"),
    "FHIR: a huge number": fhir('"type":"message"', '"type":"message","total":' + "9" * 10_000, "number"),
    "FHIR: a huge exponent": fhir('"type":"message"', '"type":"message","total":1e999999999', "number"),
    "FHIR: a comment": fhir('"type":"message"', '/* x */"type":"message"', "JSON"),
    "FHIR: a trailing comma": Bad(NOTIFICATION[:-1] + b",}", "JSON"),
    "FHIR: half a surrogate pair": fhir('"type":"message"', '"type":"message","language":"\\ud800"', "surrogate"),
    "FHIR: NUL": fhir('"type":"message"', '"type":"message","language":"\\u0000"', "NUL"),
    "FHIR: an array": Bad(b"[" + NOTIFICATION + b"]", "resourceType"),
    "FHIR: another resource": Bad(b'{"resourceType":"Patient"}', "Patient"),
    "FHIR: no resource": Bad(b'{"hello":"world"}', "resourceType"),
    "FHIR: a Bundle without entries": Bad(b'{"resourceType":"Bundle","type":"message"}', "MessageHeader"),
    "FHIR: entry is a text": Bad(b'{"resourceType":"Bundle","type":"message","entry":"x"}', "MessageHeader"),
    "FHIR: an unknown event": fhir("hospital-notification-message", "hospital-notificatoin-message", "Supported"),
    "FHIR: an unknown activity": fhir("admit-inpatient", "admit-to-the-moon", "activity"),
    "FHIR: an unknown code": fhir('"status":"in-progress"', '"status":"in-orbit"', "status"),
    "FHIR: wrong CPR": fhir(PLAN.person.cpr, "3213401234", "CPR"),
    "FHIR: CPR too short": fhir(PLAN.person.cpr, "010140123", "CPR"),
    "FHIR: an element R4 has not": fhir('"status":"in-progress"', '"status":"in-progress","colour":"red"', "colour"),
    "FHIR: an impossible date": fhir('"start":"2026', '"start":"2026-02-30T08:00:00Z","end":"2027', "period.start"),
    "XML: truncated": Bad(NOTIFICATION_XML[:-20], "XML", media_type=XML),
    "XML: nothing": Bad(b"", "empty", media_type=XML),
    "XML: billion laughs": Bad(BILLION + b"<x>&c;</x>", "DOCTYPE", media_type=XML),
    "XML: an outside entity": Bad(OUTSIDE + b"<x>&a;</x>", "DOCTYPE", media_type=XML),
    "XML: 10,000 deep": Bad(b"<a>" * 10_000 + b"</a>" * 10_000, "XML", media_type=XML),
    "XML: another namespace": xml(b"http://hl7.org/fhir", b"http://example.org/fhir", "FHIR"),
    "XML: an attribute R4 has not": xml(b"<type value=", b'<type colour="red" value=', "attribute"),
    "letter: nothing": Bad(b"", "empty", MEDCOM, TEXT_XML),
    "letter: truncated": Bad(LETTER[:-30], "XML", MEDCOM, TEXT_XML),
    "letter: another charset than it says": Bad(
        LETTER.replace(b"windows-1252", b"utf-8", 1), "utf-8", MEDCOM, TEXT_XML
    ),
    "letter: a charset nobody knows": letter(b"windows-1252", b"klingon-8", "encoding"),
    "letter: billion laughs": letter(b"?>", b"?>" + BILLION, "DOCTYPE"),
    "letter: an outside entity": letter(b"?>", b"?>" + OUTSIDE, "DOCTYPE"),
    "letter: 10,000 deep": Bad(b"<a>" * 10_000 + b"</a>" * 10_000, "XML", MEDCOM, TEXT_XML),
    "letter: an unknown kind": letter(b"XD1834C", b"XD9934C", "XD9934C"),
    "letter: another namespace": letter(b"http://rep.oio.dk/", b"http://rep.example.org/", "namespace"),
    "letter: wrong CPR": letter(CPR, b"3213401234", "CPR"),
    "letter: an unknown IV code": letter(b"<TreatmentCode>IVK", b"<TreatmentCode>IVK9", "IVK"),
    "letter: an impossible date": letter(b"<Discharge><Date>2026", b"<Discharge><Date>2026-99", "value of its type"),
    "letter: hello": Bad(b"<hello/>", "Emessage", MEDCOM, TEXT_XML),
    "HL7 v2: nothing": Bad(b"", "MSH", MLLP, ""),
    "HL7 v2: no MSH": Bad(b"PID|1||x", "MSH", MLLP, ""),
    "HL7 v2: truncated": Bad(ADT[:70], "MSH", MLLP, ""),
    "HL7 v2: an unknown type": adt(b"ADT^A01^ADT_A01", b"XYZ^A01^XYZ_A01", "Supported"),
    "HL7 v2: an unknown event": adt(b"ADT^A01^ADT_A01", b"ADT^A60^ADT_A60", "Supported"),
    "HL7 v2: an unknown version": adt(b"|2.5.1|", b"|9.9|", "version"),
    "HL7 v2: wrong CPR": adt(CPR, b"3213401234", "CPR"),
    "HL7 v2: no PID": Bad(ADT.replace(b"\rPID|", b"\rNTE|"), "PID", MLLP, ""),
    "HL7 v2: not its character set": Bad(ADT.decode().encode("windows-1252"), "character set", MLLP, ""),
    "HL7 v2: an impossible time": adt(b"EVN|A01|2026", b"EVN|A01|2026999999", "EVN"),
    "HL7 v2: an HTTP request": Bad(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "MSH", MLLP, ""),
}
