"""What a period agreement was settled from, as a FHIR R4 MeasureReport: the evidence of its invoice.

The report holds its own Measure, since every agreement has its own inputs: a group for each, with its title. An amount
or a number is a score; what is given by key is a stratifier with a stratum for each key, and a score of them all is
written where they may be summed. A text or a day is a stratum; it counts as one. A yes is 1 and a no is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from mappings.agreement_parts import agreement_url
from mappings.claim_lines import resource_id
from mappings.measure_parts import CURRENCIES, UCUM, population_code
from mappings.outbound import AGREEMENT_INPUTS, EVIDENCE_PROFILE, TERMINOLOGY, concept, named, translated
from settlement.agreements import Agreement
from settlement.clauses.sheet import Fact
from settlement.inputs import Input

_MEASURE = "inputs"


def evidence_report(
    agreement: Agreement, facts: Mapping[str, Fact], reporter: str, on: date, name: str
) -> dict[str, Any]:
    """The inputs a period was settled from, as a summary MeasureReport.

    facts: by input id; what was not given is not in it. reporter: code of the organisation that gave them ("DK-82",
    "0751"). on: the day it was settled as of. name: id of the invoice it is the evidence of.
    """
    given = [(one, facts[one.id]) for one in agreement.inputs if one.id in facts]
    report = {
        "resourceType": "MeasureReport",
        "id": resource_id("evidence", name),
        "meta": {"profile": [EVIDENCE_PROFILE]},
        "contained": [_measure(agreement, given)],
        "status": "complete",
        "type": "summary",
        "measure": f"#{_MEASURE}",
        "date": on.isoformat(),
        "reporter": named(reporter),
        "period": {"start": max(agreement.valid_from, date(on.year, 1, 1)).isoformat(), "end": on.isoformat()},
        "group": [_group(agreement, one, fact) for one, fact in given],
    }
    return {name: value for name, value in report.items() if value != []}


def _measure(agreement: Agreement, given: Iterable[tuple[Input, Fact]]) -> dict[str, Any]:
    measure = {
        "resourceType": "Measure",
        "id": _MEASURE,
        **translated("title", agreement.title),
        "status": "active",
        "relatedArtifact": [{"type": "derived-from", "resource": agreement_url("Contract", agreement.id)}],
        "scoring": concept(f"{TERMINOLOGY}/measure-scoring", "continuous-variable"),
        "group": [_definition(agreement, one, fact) for one, fact in given],
    }
    return {name: value for name, value in measure.items() if value != []}


def _definition(agreement: Agreement, one: Input, fact: Fact) -> dict[str, Any]:
    every = {"language": "text/fhirpath", "expression": "true"}
    name = _stratified(fact)
    return {
        "code": _code(agreement, one),
        **translated("description", one.title),
        "population": [{"code": population_code("measure-population"), "criteria": every}],
        **({"stratifier": [{"code": name}]} if name else {}),
    }


def _code(agreement: Agreement, one: Input) -> dict[str, Any]:
    return concept(AGREEMENT_INPUTS, f"{agreement.id}/{one.id}")


def _stratified(fact: Fact) -> dict[str, str]:
    """What an input's strata are of; {} where it has none."""
    if isinstance(fact, Mapping):
        return {"text": "key"} if fact else {}
    return {} if isinstance(fact, Fraction | bool) else {"text": "value"}


def _group(agreement: Agreement, one: Input, fact: Fact) -> dict[str, Any]:
    quantity = _amount if one.kind in ("amount", "amounts") else _number
    strata = _strata(fact, quantity)
    count = max(1, len(strata))
    return {
        "code": _code(agreement, one),
        "population": [{"code": population_code("measure-population"), "count": count}],
        "measureScore": _score(fact, quantity),
        **({"stratifier": [{"code": [_stratified(fact)], "stratum": strata}]} if strata else {}),
    }


Write: TypeAlias = Callable[[Fraction], dict[str, Any]]


def _score(fact: Fact, quantity: Write) -> dict[str, Any]:
    if isinstance(fact, Mapping):
        return quantity(sum(fact.values(), Fraction()))
    return quantity(Fraction(fact)) if isinstance(fact, Fraction | bool) else _number(Fraction(1))


def _strata(fact: Fact, quantity: Write) -> list[dict[str, Any]]:
    if isinstance(fact, Mapping):
        return [_stratum(key, quantity(number)) for key, number in sorted(fact.items())]
    if isinstance(fact, Fraction | bool):
        return []
    return [_stratum(fact.isoformat() if isinstance(fact, date) else fact, _number(Fraction(1)))]


def _stratum(text: str, score: dict[str, Any]) -> dict[str, Any]:
    population = [{"code": population_code("measure-population"), "count": 1}]
    return {"value": {"text": text}, "population": population, "measureScore": score}


def _amount(oere: Fraction) -> dict[str, Any]:
    return {"value": Decimal(int(oere)).scaleb(-2), "unit": "DKK", "system": CURRENCIES, "code": "DKK"}


def _number(number: Fraction) -> dict[str, Any]:
    """A number as it was given: inputs are decimals, so the division ends."""
    value = Decimal(number.numerator) / Decimal(number.denominator)
    return {"value": value, "unit": "1", "system": UCUM, "code": "1"}
