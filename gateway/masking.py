"""Masking: texts that people write or messages hold, without the CPR numbers in them."""

from __future__ import annotations

import re

_CPR = re.compile(r"(?<!\d)((?:[0-2]\d|3[01]|[6-8]\d|9[01])(?:0[1-9]|1[0-2])\d\d)([- ]?)\d{4}(?!\d)")


def masked_text(text: str) -> str:
    """A text with everything that could be a CPR number masked: six digits that are a date, and four more."""
    return _CPR.sub(r"\1\2xxxx", text)
