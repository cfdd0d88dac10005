"""The HL7 v2 acknowledgement: MSH turned round, MSA, and one ERR for each finding (chapter 2, section 2.9).

When we answer, a message is both stored and processed, so one answer says all: AA, AE or AR. Only a sender that asks
for an accept acknowledgement alone (MSH-15 filled in and not NE, MSH-16 empty or NE) gets CA, CE or CR. An answer is
sent even where both fields say NE: a refusal nobody sees is a lost message.

AR (CR) when the message was not understood: no readable MSH, unsupported type, event, processing id or version; or when
it could not be taken in at all: longer than is read, or nothing can be stored just now.
AE (CE) when its content is refused. ERR is written as in v2.5 for 2.5 and later, and as ERR-1 with its repetitions
before that.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from mappings.reading import Outcome, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, Severity

MEDIA_TYPE = "application/hl7-v2"
MAX_ERRORS = 50
"""An acknowledgement names this many findings; more would help nobody."""

_NOTHING_READ: dict[str, Any] = {
    "separators": "|^~\\&",
    "charset": "ascii",
    "parties": ["", "", "", ""],
    "event": "",
    "control_id": "",
    "processing_id": "P",
    "version": "2.5",
    "accept": "",
    "application": "",
    "declared_charset": "",
}
_CONDITIONS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "207": "Application internal error",
}
"""HL7 table 0357, message error condition codes."""

_CONDITION_OF = {
    "hl7-msh": "100",
    "hl7-segment": "100",
    "hl7-repeats": "102",
    "hl7-required": "101",
    "hl7-no-stay": "101",
    "hl7-time": "102",
    "hl7-length": "102",
    "hl7-charset": "102",
    "hl7-control-character": "102",
    "cpr-date": "102",
    "iv-code-unknown": "103",
    "hl7-type": "200",
    "hl7-event": "201",
    "hl7-processing-id": "202",
    "hl7-version": "203",
    "hl7-no-cpr": "204",
    "letter-id-reused": "205",
    "envelope-id-reused": "205",
}
_REJECTED = ("200", "201", "202", "203")
_NOT_TAKEN = ("hl7-msh", "store-unavailable", "message-too-long")
_SEVERITIES = {Severity.FATAL: "F", Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFORMATION: "I"}
_PLACE = re.compile(r"(?P<segment>[A-Z][A-Z0-9]{2})(?:\[(?P<place>\d+)\])?(?:-(?P<field>\d+)(?:\.(?P<part>\d+))?)?")
_LINE_BREAKS = re.compile(r"[\r\n\x0b\x1c]+")


def acknowledgement(reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
    """The ACK for a verdict, in the sender's separators and character set. Same verdict and stamp, same bytes."""
    quoted = {**_NOTHING_READ, **reading.fields}
    old = _is_old(quoted["version"])
    lines = [_msh(quoted, stamp), _msa(quoted, verdict, old=old)]
    issues = sorted(verdict.issues, key=lambda issue: list(_SEVERITIES).index(issue.severity))[:MAX_ERRORS]
    lines += _old_errors(issues, quoted) if old else [_error(issue, quoted["separators"]) for issue in issues]
    text = "".join(f"{_LINE_BREAKS.sub(' ', line)}\r" for line in lines)
    return Receipt(text.encode(quoted["charset"], "replace"), MEDIA_TYPE)


def _is_old(version: str) -> bool:
    return version in ("2.3", "2.3.1", "2.4")


def _msh(quoted: dict[str, Any], stamp: Stamp) -> str:
    mark = quoted["separators"]
    sending_application, sending_facility, receiving_application, receiving_facility = quoted["parties"]
    named = quoted["event"] and quoted["version"] != "2.3"  # event and structure of an ACK came with v2.3.1
    kind = mark[1].join(("ACK", quoted["event"], "ACK")) if named else "ACK"
    fields = [
        f"MSH{mark[0]}{mark[1:]}",
        receiving_application,
        receiving_facility,
        sending_application,
        sending_facility,
        stamp.at.strftime("%Y%m%d%H%M%S%z"),
        "",
        kind,
        control_id(stamp),
        quoted["processing_id"] or "P",
        quoted["version"] or "2.5",
    ]
    if quoted["declared_charset"]:
        fields += ["", "", "", "", "", quoted["declared_charset"]]
    return str(mark[0].join(fields))


def control_id(stamp: Stamp) -> str:
    """MSH-10 of an acknowledgement: 20 characters, which is all that versions before 2.7 allow."""
    return hashlib.sha256(stamp.letter_id.encode()).hexdigest()[:20]


def _msa(quoted: dict[str, Any], verdict: Verdict, *, old: bool) -> str:
    mark: str = quoted["separators"]
    fields = ["MSA", _code(quoted, verdict), quoted["control_id"]]
    reasons = [issue for issue in verdict.issues if issue.severity in (Severity.FATAL, Severity.ERROR)]
    if old and reasons:
        fields.append(_escaped(reasons[0].text, mark)[:80])
    return mark[0].join(fields)


def _code(quoted: dict[str, Any], verdict: Verdict) -> str:
    accept_only = quoted["accept"] not in ("", "NE") and quoted["application"] in ("", "NE")
    return ("C" if accept_only else "A") + _decision(verdict)


def _decision(verdict: Verdict) -> str:
    if verdict.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS, Outcome.DUPLICATE):
        return "A"
    rejected = any(_condition(issue) in _REJECTED or issue.code in _NOT_TAKEN for issue in verdict.issues)
    return "R" if rejected else "E"


def _condition(issue: Issue) -> str:
    if issue.severity in (Severity.WARNING, Severity.INFORMATION):
        return "0"
    return _CONDITION_OF.get(issue.code, "207")


def _coded(issue: Issue, mark: str, separator: str) -> str:
    condition = _condition(issue)
    return separator.join((condition, _escaped(_CONDITIONS[condition], mark), "HL70357"))


def _error(issue: Issue, mark: str) -> str:
    """ERR as of v2.5: location, condition, severity, our code, then the finding for people."""
    location = mark[1].join(_location(issue.where))
    own = mark[1].join((issue.code, "", "99OVG"))
    severity = _SEVERITIES[issue.severity]
    fields = ("ERR", "", location, _coded(issue, mark, mark[1]), severity, own, "", "", _escaped(issue.text, mark))
    return mark[0].join(fields)


def _old_errors(issues: list[Issue], quoted: dict[str, Any]) -> list[str]:
    """ERR before v2.5: ERR-1 repeats segment, sequence, field and condition. It has no severity, so no warnings."""
    mark: str = quoted["separators"]
    issues = [issue for issue in issues if _condition(issue) != "0"]
    located = (
        mark[1].join((*[*_location(issue.where), "", "", ""][:3], _coded(issue, mark, mark[4]))) for issue in issues
    )
    text = mark[2].join(located)
    return [f"ERR{mark[0]}{text}"] if text else []


def _location(where: str) -> list[str]:
    """ERR-2 of an address like "PID-3" or "OBX[2]-5.1": segment, its sequence, field, repetition, component."""
    match = _PLACE.fullmatch(where)
    if match is None:
        return []
    parts = [
        match["segment"],
        match["place"] or "1",
        match["field"] or "",
        "1" if match["part"] else "",
        match["part"] or "",
    ]
    while len(parts) > 2 and not parts[-1]:
        parts.pop()
    return parts


def _escaped(text: str, mark: str) -> str:
    """Text with separators escaped (chapter 2, section 2.7.1)."""
    for character, name in zip(mark, "FSRET", strict=True):
        text = text.replace(character, f"\0{name}\0")
    return text.replace("\0", mark[3])
