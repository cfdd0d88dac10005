"""What we write, judged by our own validator against our own guide."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

from profiles.context import Context
from profiles.core import core_package
from profiles.guide import resources
from profiles.terminology import Terminology
from profiles.validator import Validator


@cache
def validator() -> Validator:
    """R4 and our own guide."""
    context = Context.of((core_package(),)).adding(resources())
    return Validator(context, Terminology(context))


def tree(body: bytes) -> Any:
    """A document as the validator reads it: decimals digit for digit."""
    return json.loads(body, parse_float=Decimal)


def findings(resource: Any) -> list[str]:
    """What is wrong with a resource, warnings too: "severity code where: text"."""
    issues = validator().validate(resource)
    return [
        f"{one.severity} {one.code} {one.where}: {one.text}" for one in issues if str(one.severity) != "information"
    ]
