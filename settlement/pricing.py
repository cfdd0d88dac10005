"""Pricing: one episode under one agreement becomes lines with their explanation, or is withheld with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid5

from settlement.agreements import Agreement
from settlement.clauses.kinds import whole_parts
from settlement.clauses.sheet import Sheet, Worked
from settlement.course_facts import course_facts, facts_of, stated
from settlement.eligibility import Case, Reason
from settlement.episodes import Episode
from settlement.lines import Line, LineKind, Withheld
from settlement.money import kroner, rounded
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.records import StayEvent, StayKind, Treatment
from settlement.wording import LANGUAGES, sentences

NAMESPACE = UUID("c0a5a7a2-4c37-5b0e-8f0e-1d9a54a1e0b7")
"""Line and claim ids are name-based (uuid5) within this namespace."""


def price(episode: Episode, agreement: Agreement, directory: Directory, month: Month) -> tuple[Line, ...] | Withheld:
    """What an episode comes to when a month is closed: its charges in oere by key, or why there are none.

    The price is that of the course by the facts last known (S0: the hospital sets the category, and the category sets
    the amount); the day the course started under the agreement
    picks the rate. Visits and days after the month do not count yet.
    """
    case = Case(episode, agreement.parties, directory, month, agreement.valid_from, agreement.valid_to)
    sheet = Sheet(case.since, {}, case=case)
    outcome = evaluated(agreement, replace(sheet, facts=course_facts(case, agreement.facts)))
    if isinstance(outcome, Reason):
        return _withheld(case, agreement, outcome)
    lines = tuple(_lines(case, agreement, outcome))
    return lines or _withheld(case, agreement, Reason("nothing-due"))


def evaluated(agreement: Agreement, sheet: Sheet) -> Sheet | Reason:
    """The sheet with what every clause in force comes to; the first reason why nothing is paid."""
    for clause in agreement.clauses:
        outcome = clause.apply(sheet)
        if isinstance(outcome, Reason):
            return outcome
        if outcome is not None:
            sheet = replace(sheet, results={**sheet.results, clause.id: outcome})
    return sheet


def amounts(result: Worked) -> dict[str, int]:
    """What is paid of a result in whole oere, by part ("" where it is not split); the parts sum to it rounded."""
    whole = rounded(result.amount)
    return whole_parts(result.parts, whole) if result.parts else {"": whole}


def recalculated(line: Line, agreement: Agreement) -> int | None:
    """A written line's amount in oere from the facts it states; None where the agreement no longer has the rate."""
    if line.approved is not None:
        return -line.approved
    outcome = evaluated(agreement, Sheet(line.service_date, facts_of(line)))
    result = None if isinstance(outcome, Reason) else outcome.results.get(line.clause)
    if result is None:
        return None
    amount = amounts(result).get(line.part, 0)
    return -amount if line.kind is LineKind.REVERSAL else amount


def line_id(key: str, month: str, kind: LineKind) -> str:
    """A stable id: a key has at most one charge and one reversal in a month."""
    return str(uuid5(NAMESPACE, "\n".join((key, month, kind))))


def payer(case: Case) -> str:
    """The region that answers for the course when the month is closed: the payer, or who took over from it."""
    return case.directory.successor(case.region(), case.month.last_day)


def _lines(case: Case, agreement: Agreement, sheet: Sheet) -> Iterator[Line]:
    paying = [(clause, sheet.results[clause.id]) for clause in agreement.clauses if clause.id in sheet.results]
    inputs = _inputs(case)
    for clause, result in paying:
        if clause.pays and not result.carried:
            for part, amount in amounts(result).items():
                if amount:
                    yield _line(case, agreement, sheet, clause.id, part, amount, inputs)


def _line(
    case: Case, agreement: Agreement, sheet: Sheet, clause: str, part: str, amount: int, inputs: tuple[str, ...]
) -> Line:
    key = "/".join((agreement.id, clause, case.episode.id, *([part] if part else [])))
    month = str(case.month)
    return Line(
        id=line_id(key, month, LineKind.CHARGE),
        key=key,
        kind=LineKind.CHARGE,
        reverses="",
        month=month,
        agreement=agreement.id,
        clause=clause,
        rate_version=_version(sheet, clause),
        municipality=case.episode.municipality,
        region=payer(case),
        episode=case.episode.id,
        citizen=case.episode.citizen,
        service_date=sheet.on,
        iv_type=str(case.episode.iv_type or ""),
        category=str(case.episode.category or ""),
        amount=amount,
        inputs=inputs,
        explanation={language: _explained(case, sheet, part, amount, inputs, language) for language in LANGUAGES},
        part=part,
        facts=stated(sheet.facts),
    )


def _version(sheet: Sheet, clause: str) -> str:
    """The rate version the amount rests on: the clause's own, else that of the last clause before it that has one."""
    names = list(sheet.results)
    before = names[: names.index(clause) + 1]
    return next((found for name in reversed(before) if (found := sheet.results[name].version)), "")


def _withheld(case: Case, agreement: Agreement, reason: Reason) -> Withheld:
    return Withheld(
        agreement=agreement.id,
        month=str(case.month),
        municipality=case.episode.municipality,
        region=payer(case),
        episode=case.episode.id,
        citizen=case.episode.citizen,
        reason=reason.code,
        explanation=reason.explanation,
        inputs=_inputs(case),
    )


def _inputs(case: Case) -> tuple[str, ...]:
    """The messages a line rests on: discharge and treatment statements, and the first visit."""
    hospital = [
        record.message
        for record in case.episode.records
        if isinstance(record, Treatment) or (isinstance(record, StayEvent) and record.kind is StayKind.DISCHARGE)
    ]
    return tuple(dict.fromkeys([*hospital, *(visit.message for visit in case.visits[:1])]))


def _explained(case: Case, sheet: Sheet, part: str, amount: int, inputs: tuple[str, ...], language: str) -> str:
    """The calculation as text: what, where, on what grounds, how much."""
    total = kroner(amount, language)
    place = f"{case.episode.municipality_name} -> {case.directory.region_name(payer(case))}"
    visits, messages = len(case.visits), ", ".join(inputs)
    steps = [result.steps[language] for result in sheet.results.values() if result.steps]
    told = f"IV-type {sheet.facts.get('iv-type', '')}, tyngdekategori {sheet.facts.get('category', '')}"
    if language == "da":
        course = f"Forløb begyndt {case.service_date}, {place}; {told}; {visits} besøg"
        return sentences(*steps, course, f"Meddelelser: {messages}", f"I alt{f' for {part}' if part else ''} {total}")
    told = f"IV type {sheet.facts.get('iv-type', '')}, weight category {sheet.facts.get('category', '')}"
    course = f"Course begun {case.service_date}, {place}; {told}; {visits} visit(s)"
    return sentences(*steps, course, f"Messages: {messages}", f"Total{f' for {part}' if part else ''} {total}")
