"""Parts of every outbound FHIR resource: codes, identifiers, money, organisations, texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from profiles.names import BASE, GLN, IV_TYPE_CODES, MUNICIPALITY_CODES, SOR, WEIGHT_CATEGORY_CODES

COUNTRIES = "urn:iso:std:iso:3166"
REGION_CODES = "urn:iso:std:iso:3166:-2"
AGREEMENTS = f"{BASE}/agreement"
AGREEMENT_INPUTS = f"{BASE}/CodeSystem/agreement-input"
CLAIMS = f"{BASE}/claim"
DECISIONS = f"{BASE}/decision"
EPISODES = f"{BASE}/episode"
LINES = f"{BASE}/line"
MESSAGES = f"{BASE}/message"
PAYMENTS = f"{BASE}/payment"
SETTLEMENTS = f"{BASE}/settlement"
CLAIM_ANSWERS_PROFILE = f"{BASE}/StructureDefinition/iv-claim-answers"
CLAIM_BUNDLE_PROFILE = f"{BASE}/StructureDefinition/iv-claim-bundle"
CLAIM_PROFILE = f"{BASE}/StructureDefinition/iv-claim"
CLAIM_RESPONSE_PROFILE = f"{BASE}/StructureDefinition/iv-claim-response"
PAYMENT_PROFILE = f"{BASE}/StructureDefinition/iv-payment"
CONTRACT_PROFILE = f"{BASE}/StructureDefinition/settlement-agreement"
EVIDENCE_PROFILE = f"{BASE}/StructureDefinition/settlement-evidence"
MEASURE_REPORT_PROFILE = f"{BASE}/StructureDefinition/iv-measure-report"
SETTLEMENT_PROFILE = f"{BASE}/StructureDefinition/settlement-invoice"
SETTLEMENT_BUNDLE_PROFILE = f"{BASE}/StructureDefinition/settlement-bundle"
SUBMISSION_PROFILE = f"{BASE}/StructureDefinition/iv-claim-submission"
TARIFF_PROFILE = f"{BASE}/StructureDefinition/settlement-tariff"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation in a document. code: Kommunekode ("0751") or region code ("DK-82"); sor and gln may be ""."""

    code: str
    name: str
    sor: str = ""
    gln: str = ""


def organisation(party: Party, resource_id: str) -> dict[str, Any]:
    """The party as an Organization with every number it has (SOR, GLN, and its municipality or region code).

    Regions are identified by ISO 3166-2 codes, as HL7 Denmark's core profiles do from 3.6.0.
    """
    codes = named(party.code)["identifier"]["system"]
    pairs = ((SOR, party.sor), (GLN[0], party.gln), (codes, party.code))
    return {
        "resourceType": "Organization",
        "id": resource_id,
        "identifier": [{"system": system, "value": value} for system, value in pairs if value],
        "name": party.name or party.code,
    }


def urn(resource: Mapping[str, Any]) -> str:
    """The url by which resources of one bundle name this one."""
    return f"urn:uuid:{resource['id']}"


def money(oere: int) -> dict[str, Any]:
    """FHIR Money in DKK from integer oere, always with two decimals: 120050 is 1200.50."""
    return {"value": Decimal(oere).scaleb(-2), "currency": "DKK"}


def concept(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def identified(system: str, value: str) -> dict[str, Any]:
    """A logical Reference: by identifier, since the thing itself is not in the document."""
    return {"identifier": {"system": system, "value": value}}


def named(code: str) -> dict[str, Any]:
    """A logical Reference to a region ("DK-82"), a municipality ("0751"), or whoever it is in the country ("DK")."""
    system = COUNTRIES if code == "DK" else REGION_CODES if code.startswith("DK-") else MUNICIPALITY_CODES
    return {"type": "Organization", **identified(system, code)}


def treatment(iv_type: str, category: str, otherwise: str) -> dict[str, Any]:
    """IV type and weight category as one CodeableConcept: together they are what is paid for. otherwise: what is paid
    for where neither is stated, as text."""
    codes = ((IV_TYPE_CODES, iv_type), (WEIGHT_CATEGORY_CODES, category))
    coding = [{"system": system, "code": code} for system, code in codes if code]
    return {"coding": coding} if coding else {"text": otherwise}


def translated(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The string element `name` in Danish, its other languages as translation extensions; nothing without a text."""
    if not texts:
        return {}
    first = "da" if "da" in texts else min(texts)
    others = [_translation(language, texts[language]) for language in sorted(texts) if language != first]
    return {name: texts[first], **({f"_{name}": {"extension": others}} if others else {})}


def _translation(language: str, text: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}]
    return {"url": TRANSLATION, "extension": parts}
