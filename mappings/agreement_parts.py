"""What an agreement's Contract and its tariffs' ChargeItemDefinitions share: ids, addresses, periods, codes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from mappings.claim_lines import resource_id
from mappings.outbound import AGREEMENTS
from profiles.names import BASE

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def fhir_id(*names: str) -> str:
    """The id of what these names name: they themselves where R4 takes them as an id, else one made of them."""
    plain = ".".join(names)
    return plain if _ID.fullmatch(plain) else resource_id(*names)


def agreement_url(resource_type: str, *names: str) -> str:
    """The canonical url of an agreement's Contract, or of a tariff's ChargeItemDefinition."""
    return f"{BASE}/{resource_type}/{fhir_id(*names)}"


def agreement_identifier(*names: str) -> dict[str, Any]:
    """The identifier of an agreement, or with the names of clause and version after it, of a part of one."""
    return {"system": AGREEMENTS, "value": "/".join(names)}


def period(valid_from: date, valid_to: date) -> dict[str, str]:
    """The days something is in force as a FHIR Period, both ends included; an open end is left out."""
    start = {} if valid_from == date.min else {"start": valid_from.isoformat()}
    return start if valid_to == date.max else {**start, "end": valid_to.isoformat()}
