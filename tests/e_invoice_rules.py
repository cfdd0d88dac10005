"""The published rules of e-invoices, for tests: python -m tests.e_invoice_rules fetches them into the environment.

They come from Maven Central (com.helger.phive.rules:phive-rules-peppol), at one version with one SHA-256. Tests that
use them skip with a reason where they are not.
"""

from __future__ import annotations

import hashlib
import sys
import urllib.request
from pathlib import Path

import pytest

VERSION = "4.3.7"
SHA256 = "c82aaeda5ca16166034421393d160ec6cf77460b16e027eecc4bb5fe67a552ce"
NAME = f"phive-rules-peppol-{VERSION}.jar"
URL = f"https://repo1.maven.org/maven2/com/helger/phive/rules/phive-rules-peppol/{VERSION}/{NAME}"
PLACE = Path(sys.prefix) / NAME


def published_rules() -> Path:
    """Where the rules lie; skips the calling test where they are not."""
    if not PLACE.exists():
        pytest.skip("the published rules of e-invoices are not here; python -m tests.e_invoice_rules fetches them")
    return PLACE


def fetch() -> str:
    """Fetch the rules unless they are here; what came of it."""
    if PLACE.exists():
        return f"{PLACE} is here"
    try:
        with urllib.request.urlopen(URL, timeout=60) as answer:
            body = answer.read()
    except OSError as problem:
        return f"The published rules of e-invoices cannot be fetched ({problem}); the tests that use them will skip."
    if hashlib.sha256(body).hexdigest() != SHA256:
        return f"{URL} is not what it was; the tests that use it will skip."
    PLACE.write_bytes(body)
    return f"{PLACE} fetched"


if __name__ == "__main__":
    sys.stdout.write(f"{fetch()}\n")
