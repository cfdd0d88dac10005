"""Messages of our own for a first visit to the workbench: one that is right, and one of each kind with mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway.demo import hl7v2, letters
from gateway.demo.cast import course
from gateway.demo.fhir_messages import hospital_notification, referral
from profiles.names import BASE, SOR


def _notification() -> str:
    plan = course(900)
    period = {"period": {"start": plan.admitted.isoformat()}}
    message = hospital_notification(plan, (("admit-inpatient", plan.admitted),), "in-progress", period)
    text = json.dumps(message, indent=2, ensure_ascii=False)
    return text.replace('"in-progress"', '"in-progres"', 1).replace(f'"{SOR}"', f'"{SOR}.9"', 1)


def _referral() -> str:
    plan = course(901)
    return json.dumps(referral(plan, plan.discharged), indent=2, ensure_ascii=False)


def _patient() -> str:
    return f"""<Patient xmlns="http://hl7.org/fhir">
  <meta>
    <profile value="{BASE}/StructureDefinition/not-published"/>
  </meta>
  <name>
    <family value="Eksempel"/>
  </name>
  <gender value="many"/>
  <birthDate value="1980-02-30"/>
  <contact>
    <gender value="female"/>
  </contact>
</Patient>"""


def _letter() -> str:
    plan = course(903)
    letter = letters.letter(plan, "xdis18", letters.sent_at(plan)).decode("windows-1252").replace("><", ">\n<")
    return re.sub("IVK[1-4]", "IVK9", letter, count=1).replace("kommunenummer", "kommune")


def _adt() -> str:
    """An admission of a citizen whose number holds no date, by an event of no time."""
    plan = course(904)
    message = hl7v2.admission(plan).decode().replace("\r", "\n").replace(plan.person.cpr, "9913551234")
    return re.sub(r"^(EVN\|[^|]*\|).*$", r"\1", message, flags=re.MULTILINE).strip()


EXAMPLES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "notification": _notification,
        "patient": _patient,
        "letter": _letter,
        "adt": _adt,
        "referral": _referral,
    }
)
"""Name -> the message's text."""


def example(name: str) -> str:
    """The text of an example; that of the first one for a name that is none."""
    return EXAMPLES.get(name, _notification)()
