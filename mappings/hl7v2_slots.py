"""Where HL7 v2 messages say IV type and weight category: a Z-segment, observations, or procedure codes.

1. `ZIV|<IV type>|<weight category>|<planned end>|<valid from>`. Types: antibiotic, fluid, nutrition, medicine,
   chemotherapy. Categories: 1, 2, 3, 4, chemotherapy. The two times are DTM.
2. OBX with OBX-3 `IVTYPE^^99OVG` or `IVCAT^^99OVG` and the code in OBX-5.1; `IVEND^^99OVG` and `IVFROM^^99OVG` hold the
   two times.
3. In referrals also procedure codes: OBR-4, PR1-3 and OBX-3 with a code of ours (`IVTFLUID^^99OVG`, `IVK2^^99OVG`) or
   an SKS code (coding system SKS) that `codes/iv-treatment-slots.csv` lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mappings.hl7v2_segments import Er7, Segment
from mappings.hl7v2_values import moment
from mappings.iv_slots import NOTHING, OWN, SKS, Slot, codes_of, slot_of
from profiles.issue import Issue, error

CARRIER_ZIV = "HL7 v2 ZIV"
CARRIER_OBX = "HL7 v2 OBX"
CARRIER_CODE = "HL7 v2 procedure code"
_PLACES = ((1, "IVTYPE"), (2, "IVCAT"))
_MAX_ISSUES = 20
_SKS_SYSTEMS = ("SKS", "1.2.208.176.2.4")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a message says about IV treatment, where it says it, and what is wrong with it."""

    slot: Slot = NOTHING
    ends_at: datetime | None = None
    valid_from: datetime | None = None
    carrier: str = ""
    issues: tuple[Issue, ...] = ()


def read_statement(tree: Er7, *, procedures: bool) -> Statement:
    """The IV statement of a message. procedures: whether procedure codes are read too."""
    statement = _from_segment(tree, tree.first("ZIV")) if tree.first("ZIV") else Statement()
    statement = _with_observations(tree, statement)
    return _with_procedures(tree, statement) if procedures else statement


def _from_segment(tree: Er7, segment: Segment) -> Statement:
    statement = Statement(carrier=CARRIER_ZIV)
    for number, system in _PLACES:
        statement = _with_code(statement, system, tree.value(segment, number), f"ZIV-{number}", CARRIER_ZIV)
    statement = _with_time(statement, "IVEND", tree.value(segment, 3), "ZIV-3")
    return _with_time(statement, "IVFROM", tree.value(segment, 4), "ZIV-4")


def _with_observations(tree: Er7, statement: Statement) -> Statement:
    for place, segment in enumerate(tree.every("OBX"), 1):
        if tree.value(segment, 3, 3) != OWN:
            continue
        name, text = tree.value(segment, 3), tree.value(segment, 5)
        if name in ("IVTYPE", "IVCAT"):
            statement = _with_code(statement, name, text, f"OBX[{place}]-5", CARRIER_OBX)
        elif name in ("IVEND", "IVFROM"):
            statement = _with_time(statement, name, text, f"OBX[{place}]-5")
    return statement


def _with_procedures(tree: Er7, statement: Statement) -> Statement:
    for name, number in (("OBR", 4), ("PR1", 3), ("OBX", 3)):
        for segment in tree.every(name):
            system = tree.value(segment, number, 3)
            if system not in (OWN, *_SKS_SYSTEMS):
                continue
            found = slot_of(OWN if system == OWN else SKS, tree.value(segment, number))
            if found is not None:
                statement = _joined(statement, found, f"{name}-{number}", CARRIER_CODE)
    return statement


def _with_code(statement: Statement, system: str, code: str, where: str, carrier: str) -> Statement:
    if not code:
        return statement
    found = slot_of(system, code)
    if found is not None:
        return _joined(statement, found, where, carrier)
    text = f"The code is not one of the {system} codes. Use one of: {codes_of(system).lower()}."
    return _with_issue(statement, error("iv-code-unknown", where, text, "code-invalid"))


def _joined(statement: Statement, slot: Slot, where: str, carrier: str) -> Statement:
    if statement.slot.contradicts(slot):
        text = "The message says IV type or weight category twice, and not the same: say it once."
        return _with_issue(statement, error("iv-code-contradicts", where, text, "business-rule"))
    joined = statement.slot.joined(slot)
    return Statement(joined, statement.ends_at, statement.valid_from, statement.carrier or carrier, statement.issues)


def _with_time(statement: Statement, name: str, text: str, where: str) -> Statement:
    if not text:
        return statement
    found = moment(text)
    if found is None:
        problem = f"{where} is no time: write YYYYMMDD[HHMM[SS]][+ZZZZ]."
        return _with_issue(statement, error("hl7-time", where, problem, "value"))
    ends_at = found.at if name == "IVEND" else statement.ends_at
    valid_from = found.at if name == "IVFROM" else statement.valid_from
    return Statement(statement.slot, ends_at, valid_from, statement.carrier or CARRIER_OBX, statement.issues)


def _with_issue(statement: Statement, issue: Issue) -> Statement:
    if len(statement.issues) >= _MAX_ISSUES:
        return statement
    issues = (*statement.issues, issue)
    return Statement(statement.slot, statement.ends_at, statement.valid_from, statement.carrier, issues)
