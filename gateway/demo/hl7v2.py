"""HL7 v2 messages as one of the demo's hospitals writes them: ADT and REF^I12, with IV type and category in slots."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.demo.cast import Actor, Course
from gateway.demo.fhir_messages import ident, stay_of


def admission(course: Course) -> bytes:
    """ADT^A01: the citizen is admitted."""
    return _adt(course, "A01", course.admitted, [_pv1(course)])


def discharge(course: Course) -> bytes:
    """ADT^A03: the citizen is discharged; IV type and category stand in OBX segments."""
    return _adt(course, "A03", course.discharged, [_pv1(course, course.discharged), *_observations(course)])


def update(course: Course) -> bytes:
    """ADT^A08: what was said of the citizen before is said anew."""
    at = course.admitted + timedelta(hours=2)
    return _adt(course, "A08", at, [_pv1(course)])


def referral(course: Course) -> bytes:
    """REF^I12: treatment goes on in the municipality; IV type, category and planned end stand in ZIV."""
    at = course.discharged
    category = course.category.value if course.category else ""
    ends = _time(at + timedelta(days=10))
    segments = [
        f"RF1|A|R||||{ident('referral', course.number)[:20]}|{_time(at)}",
        f"PRD|RP|^{course.hospital.name}|||||{course.hospital.sor}^SOR",
        f"PRD|RT|^{course.municipality.name}|||||{course.municipality.sor}^SOR",
        _pid(course),
        _pv1(course, at),
        f"ZIV|{course.iv_type.value}|{category}|{ends}",
    ]
    return _message(course, "REF^I12^REF_I12", "I12", at, segments)


def _adt(course: Course, event: str, at: datetime, segments: list[str]) -> bytes:
    structure = {"A01": "ADT_A01", "A03": "ADT_A03", "A08": "ADT_A01"}[event]
    evn = f"EVN|{event}|{_time(at)}||||{_time(at)}"
    return _message(course, f"ADT^{event}^{structure}", event, at, [evn, _pid(course), *segments])


def _message(course: Course, kind: str, event: str, at: datetime, segments: list[str]) -> bytes:
    head = (
        f"MSH|^~\\&|EPJ|{_facility(course.hospital)}|OMSORG|{_facility(course.municipality)}|{_time(at)}||{kind}|"
        f"{event}{course.number:05d}|P|2.5.1||||||UNICODE UTF-8"
    )
    return ("\r".join([head, *segments]) + "\r").encode()


def _facility(actor: Actor) -> str:
    return f"{actor.name}^{actor.sor}^SOR"


def _pid(course: Course) -> str:
    person = course.person
    return f"PID|1||{person.cpr}^^^CPR&1.2.208.176.1.2&ISO^NNDNK||{person.family}^{person.given}"


def _pv1(course: Course, discharged: datetime | None = None) -> str:
    fields = [""] * 46
    fields[0], fields[1], fields[2] = "PV1", "1", "I"
    fields[19] = stay_of(course)
    fields[44] = _time(course.admitted)
    fields[45] = _time(discharged) if discharged else ""
    return "|".join(fields).rstrip("|")


def _observations(course: Course) -> list[str]:
    values = [("IVTYPE", course.iv_type.value)]
    if course.category:
        values.append(("IVCAT", course.category.value))
    return [f"OBX|{place}|CWE|{name}^^99OVG||{code}^^99OVG||||||F" for place, (name, code) in enumerate(values, 1)]


def _time(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S%z")
