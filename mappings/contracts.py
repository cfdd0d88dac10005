"""An agreement as a FHIR R4 Contract: parties with dated roles, clauses, validity and legal reference.

R4's signers must have signed, which a data file does not prove, and have no dates. So every party is a term of its own
that applies for the days it plays its role. A clause is a term by its kind; each version of a tariff is a term within
it, whose topic is the ChargeItemDefinition with the rates. What a period agreement is given are terms as well.

An agreement whose amounts are examples is `negotiable`: nobody has agreed to it. Every other is `executed`; whether it
is in force on a day is said by `applies`, not by its status.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from mappings.agreement_parts import agreement_identifier, agreement_url, fhir_id, period
from mappings.outbound import CONTRACT_PROFILE, concept, named, translated
from profiles.names import BASE
from settlement.agreements import Agreement
from settlement.clauses.forms import forms_of
from settlement.clauses.kinds import Clause
from settlement.clauses.tariffs import RateVersion, Tariff
from settlement.eligibility import Party
from settlement.inputs import Input
from settlement.wording import LANGUAGES, Say, sentences

TERM_CODES = f"{BASE}/CodeSystem/agreement-term"
ROLE_CODES = f"{BASE}/CodeSystem/agreement-role"
CLAUSE_KIND_CODES = f"{BASE}/CodeSystem/clause-kind"
INPUT_KIND_CODES = f"{BASE}/CodeSystem/input-kind"

_DECISION_REQUIRED = {
    "type": concept(TERM_CODES, "condition"),
    "offer": translated(
        "text",
        {
            "da": "En linje tæller først, når regionen har afgjort den.",
            "en": "A line counts only when the region has decided on it.",
        },
    ),
}
"""Otherwise silence approves."""

MUNICIPALITIES = {"da": "Kommunen, der behandler", "en": "The municipality that treats"}


def contract(agreement: Agreement) -> dict[str, Any]:
    """The agreement as a Contract."""
    return {
        "resourceType": "Contract",
        "id": fhir_id(agreement.id),
        "meta": {"profile": [CONTRACT_PROFILE]},
        "identifier": [agreement_identifier(agreement.id)],
        "url": agreement_url("Contract", agreement.id),
        "status": "negotiable" if agreement.illustrative else "executed",
        "applies": period(agreement.valid_from, agreement.valid_to),
        **translated("title", agreement.title),
        "term": [
            *(_party(party) for party in agreement.parties),
            *([_DECISION_REQUIRED] if agreement.decision_required else []),
            *(_input(agreement, one) for one in agreement.inputs),
            *(_clause(agreement, clause) for clause in agreement.clauses),
        ],
        **({"friendly": list(_notes(agreement))} if agreement.note else {}),
        "legal": [{"contentAttachment": {"language": "da", "title": agreement.legal_reference}}],
    }


def _notes(agreement: Agreement) -> Iterator[dict[str, Any]]:
    for language, text in sorted(agreement.note.items()):
        data = base64.b64encode(text.encode()).decode()
        told = {"contentType": "text/plain; charset=utf-8", "language": language, "data": data}
        yield {"contentAttachment": told}


def _party(party: Party) -> dict[str, Any]:
    who = {"type": "Organization", **translated("display", MUNICIPALITIES)}
    reference = who if party.code == "municipalities" else named(party.code)
    return {
        "applies": period(party.valid_from, party.valid_to),
        "type": concept(TERM_CODES, "party"),
        "offer": {"party": [{"reference": [reference], "role": concept(ROLE_CODES, party.role)}]},
    }


def _input(agreement: Agreement, one: Input) -> dict[str, Any]:
    return {
        "identifier": agreement_identifier(agreement.id, one.id),
        "type": concept(TERM_CODES, "input"),
        "subType": concept(INPUT_KIND_CODES, one.kind),
        "offer": translated("text", one.title),
    }


def _clause(agreement: Agreement, clause: Clause) -> dict[str, Any]:
    applies, written = period(clause.valid_from, clause.valid_to), "; ".join(_written(clause.rule))
    versions = clause.rule.version if isinstance(clause.rule, Tariff) else ()
    term = {
        "identifier": agreement_identifier(agreement.id, clause.id),
        "applies": applies,
        "type": concept(TERM_CODES, "clause" if clause.pays else "condition"),
        "subType": concept(CLAUSE_KIND_CODES, clause.kind),
        "text": written,
        "offer": translated("text", clause.title),
        "group": [_version(agreement, clause, version) for version in versions],
    }
    return {name: value for name, value in term.items() if value}


def _version(agreement: Agreement, clause: Clause, version: RateVersion) -> dict[str, Any]:
    names = agreement.id, clause.id, version.id
    level = {one: _level(Say(one), version) for one in LANGUAGES}
    return {
        "identifier": agreement_identifier(*names),
        "applies": period(version.valid_from, version.valid_to),
        "topicReference": {"reference": f"ChargeItemDefinition/{fhir_id(*names)}"},
        "type": concept(TERM_CODES, "rates"),
        "offer": translated("text", level),
    }


def _level(say: Say, version: RateVersion) -> str:
    return sentences(
        say(f"Prisniveau {version.price_level}", f"Price level {version.price_level}"), version.legal_reference
    )


def _written(rule: object) -> Iterator[str]:
    """The fields of a clause as an agreement's file has them; the versions of a tariff stand by themselves."""
    for name, (form, _) in forms_of(type(rule)).items():
        value = getattr(rule, name)
        if name != "version" and value not in (None, "", ()):
            yield f"{name} = {_value(value, is_money=form.is_money)}"


def _value(value: object, *, is_money: bool) -> str:
    if isinstance(value, Fraction):
        return Say("en").money(value) if is_money else Say("en").number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_value(one, is_money=is_money)}" for name, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(_value(one, is_money=is_money) for one in value)
    return str(value)
