"""A claim bundle made ready for R4's Claim/$submit: a Bundle of its Claims alone, each of which stands by itself.

The operation takes "a Bundle containing a batch of Claim resources" and takes it apart, so nothing in a claim may name
what else stood in the bundle: parties are named by identifier. The claim bundle stays the document that is kept; this
is derived from it and never stored, and the same bundle gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mappings.canonical_json import canonical_json, sealed
from mappings.claim_lines import resource_id
from mappings.outbound import SUBMISSION_PROFILE

SUBMIT = "Claim/$submit"
_PARTIES = ("insurer", "provider")


def submission(body: bytes) -> bytes:
    """What is posted to Claim/$submit for a claim bundle of ours (its bytes); b"" where it has no lines."""
    bundle = json.loads(body, parse_float=Decimal)
    resources = {entry["fullUrl"]: entry["resource"] for entry in bundle.get("entry", ())}
    claims = {url: found for url, found in resources.items() if found["resourceType"] == "Claim"}
    if not claims:
        return b""
    entries = [{"fullUrl": url, "resource": _alone(claim, resources)} for url, claim in claims.items()]
    made = {
        "resourceType": "Bundle",
        "id": resource_id("submission", bundle["id"]),
        "meta": {"profile": [SUBMISSION_PROFILE]},
        "type": "collection",
        "entry": entries,
    }
    return canonical_json(sealed(made))


def _alone(claim: dict[str, Any], resources: Mapping[str, Any]) -> dict[str, Any]:
    """The claim with its parties by identifier."""
    parties = {name: _named(claim[name], resources) for name in _PARTIES}
    return {**claim, **parties, "payee": {**claim["payee"], "party": _named(claim["payee"]["party"], resources)}}


def _named(reference: Mapping[str, str], resources: Mapping[str, Any]) -> dict[str, Any]:
    """A reference by the organisation's last identifier: its municipality or region code."""
    found = resources[reference["reference"]]
    return {"type": "Organization", "identifier": found["identifier"][-1], "display": found["name"]}
