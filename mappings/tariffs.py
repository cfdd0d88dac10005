"""A version of a tariff as a FHIR R4 ChargeItemDefinition: when it is in force, what it pays, and to which claims.

Each rate is a property group with its price. Where an agreement is about courses, the group applies to a Claim of ours
by a FHIRPath expression on it, so a region can look up with any FHIRPath engine what a claim is paid by.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from mappings.agreement_parts import agreement_identifier, agreement_url, fhir_id, period
from mappings.claim_lines import COURSE_FACT_CODES
from mappings.outbound import TARIFF_PROFILE, money, translated
from profiles.names import IV_TYPE_CODES, WEIGHT_CATEGORY_CODES
from settlement.agreements import Agreement
from settlement.clauses.kinds import Clause
from settlement.clauses.tariffs import Key, RateVersion, Tariff
from settlement.wording import LANGUAGES, Say, sentences

_CODED = {"iv-type": IV_TYPE_CODES, "category": WEIGHT_CATEGORY_CODES}


def tariff_resources(agreement: Agreement) -> tuple[dict[str, Any], ...]:
    """Every version of every tariff of the agreement, in its order."""
    return tuple(
        _definition(agreement, clause, rule, version, earlier)
        for clause in agreement.clauses
        if isinstance(rule := clause.rule, Tariff)
        for earlier, version in pairwise((None, *rule.version))
        if version is not None
    )


def _definition(
    agreement: Agreement, clause: Clause, rule: Tariff, version: RateVersion, earlier: RateVersion | None
) -> dict[str, Any]:
    names = agreement.id, clause.id, version.id
    before = [f"{agreement_url('ChargeItemDefinition', *names[:2], earlier.id)}|{earlier.id}"] if earlier else []
    resource = {
        "resourceType": "ChargeItemDefinition",
        "id": fhir_id(*names),
        "meta": {"profile": [TARIFF_PROFILE]},
        "url": agreement_url("ChargeItemDefinition", *names),
        "identifier": [agreement_identifier(*names)],
        "version": version.id,
        **translated("title", {one: f"{clause.title[one]}, {version.id}" for one in LANGUAGES}),
        "derivedFromUri": [agreement_url("Contract", agreement.id)],
        "replaces": before,
        "status": "active",
        "experimental": agreement.illustrative,
        **translated("description", {one: _description(Say(one), rule, version) for one in LANGUAGES}),
        "effectivePeriod": period(version.valid_from, version.valid_to),
        "propertyGroup": [_rate(agreement, rule, key, amount) for key, amount in sorted(version.rates.items())],
    }
    return {name: value for name, value in resource.items() if value != []}


def _description(say: Say, rule: Tariff, version: RateVersion) -> str:
    level = say(f"Prisniveau {version.price_level}", f"Price level {version.price_level}")
    return sentences(level, version.legal_reference, " ".join(_multiplied(say, rule)))


def _multiplied(say: Say, rule: Tariff) -> Iterator[str]:
    """What a rate is multiplied by; nothing where it is paid once."""
    if rule.times == 1:
        return
    yield say(f"Ganges med {_number(say, rule.times)}", f"Multiplied by {_number(say, rule.times)}")
    if rule.beyond != 0:
        yield say(f"ud over {_number(say, rule.beyond)}", f"beyond {_number(say, rule.beyond)}")


def _number(say: Say, number: Fraction | str) -> str:
    return number if isinstance(number, str) else say.number(number)


def _rate(agreement: Agreement, rule: Tariff, key: Key, amount: int) -> dict[str, Any]:
    price: dict[str, Any] = {"type": "base"}
    if isinstance(rule.times, str):
        price["code"] = {"text": rule.times}
    elif rule.times != 1:
        price["factor"] = Decimal(rule.times.numerator) / Decimal(rule.times.denominator)
    group: dict[str, Any] = {"priceComponent": [{**price, "amount": money(amount)}]}
    return {"applicability": [_applicability(agreement, rule, key)], **group} if key else group


def _applicability(agreement: Agreement, rule: Tariff, key: Key) -> dict[str, Any]:
    pairs = list(zip(rule.key, key, strict=True))
    described = ", ".join(f"{name} = {value}" for name, value in pairs)
    if agreement.subject != "course":
        return {"description": described, "language": "text/plain", "expression": described}
    expression = " and ".join(_is(name, value) for name, value in pairs)
    return {"description": described, "language": "text/fhirpath", "expression": expression}


def _is(fact: str, value: str) -> str:
    """FHIRPath on a Claim of ours: whether a fact of its course has a value."""
    if fact in _CODED:
        return f"item.productOrService.coding.where(system = {_text(_CODED[fact])}).code = {_text(value)}"
    is_fact = f"code.coding.where(system = {_text(COURSE_FACT_CODES)} and code = {_text(fact)}).exists()"
    return f"supportingInfo.where({is_fact}).value = {_text(value)}"


def _text(value: str) -> str:
    """A FHIRPath string."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
