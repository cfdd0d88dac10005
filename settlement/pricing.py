"""Pricing: one episode under one agreement becomes a line with its explanation, or is withheld with the reason."""

from __future__ import annotations

from uuid import UUID, uuid5

from settlement.agreements import Agreement
from settlement.clauses import Draft
from settlement.eligibility import Case, Facts, Reason
from settlement.episodes import Episode
from settlement.lines import Line, LineKind, Withheld
from settlement.money import kroner, rounded
from settlement.organisations import Directory
from settlement.periods import Month
from settlement.records import StayEvent, StayKind, Treatment
from settlement.wording import sentences

NAMESPACE = UUID("c0a5a7a2-4c37-5b0e-8f0e-1d9a54a1e0b7")
"""Line and claim ids are name-based (uuid5) within this namespace."""


def price(episode: Episode, agreement: Agreement, directory: Directory, month: Month) -> Line | Withheld:
    """What an episode comes to when a month is closed: a charge in oere, or why there is none.

    The price is that of the whole course, by the facts last known (S0: the hospital sets the category, and the
    category sets the amount); the day the course started picks the rate. Visits after the month do not count yet.
    """
    case = Case(episode, agreement.parties, directory, month)
    draft = Draft()
    for clause in agreement.clauses:
        outcome = clause.apply(case, draft)
        if isinstance(outcome, Reason):
            return _withheld(case, agreement, outcome)
        draft = outcome
    facts = case.facts
    return _line(case, agreement, draft, facts) if facts else _withheld(case, agreement, Reason("still-admitted"))


def recalculated(line: Line, agreement: Agreement) -> int | None:
    """A written line's amount in oere from the facts it states; None where the agreement no longer has the rate."""
    facts, draft = Facts(line.service_date, line.iv_type, line.category), Draft()
    for clause in agreement.clauses:
        outcome = clause.recalculate(facts, draft)
        if isinstance(outcome, Reason):
            return None
        draft = outcome
    amount = rounded(draft.amount)
    return -amount if line.kind is LineKind.REVERSAL else amount


def line_id(key: str, month: str, kind: LineKind) -> str:
    """A stable id: a key has at most one charge and one reversal in a month."""
    return str(uuid5(NAMESPACE, "\n".join((key, month, kind))))


def payer(case: Case) -> str:
    """The region that answers for the course when the month is closed: the payer, or who took over from it."""
    return case.directory.successor(case.region(), case.month.last_day)


def _line(case: Case, agreement: Agreement, draft: Draft, facts: Facts) -> Line:
    key = "/".join((agreement.id, draft.clause, case.episode.id))
    month = str(case.month)
    amount = rounded(draft.amount)
    inputs = _inputs(case)
    return Line(
        id=line_id(key, month, LineKind.CHARGE),
        key=key,
        kind=LineKind.CHARGE,
        reverses="",
        month=month,
        agreement=agreement.id,
        clause=draft.clause,
        rate_version=draft.rate_version,
        municipality=case.episode.municipality,
        region=payer(case),
        episode=case.episode.id,
        citizen=case.episode.citizen,
        service_date=facts.service_date,
        iv_type=facts.iv_type,
        category=facts.category,
        amount=amount,
        inputs=inputs,
        explanation={language: _explained(case, draft, facts, inputs, language) for language in ("da", "en")},
    )


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


def _explained(case: Case, draft: Draft, facts: Facts, inputs: tuple[str, ...], language: str) -> str:
    """The calculation as text: what, where, on what grounds, how much."""
    total = kroner(rounded(draft.amount), language)
    place = f"{case.episode.municipality_name} -> {case.directory.region_name(payer(case))}"
    visits, messages = len(case.visits), ", ".join(inputs)
    steps = [step[language] for step in draft.steps]
    if language == "da":
        course = (
            f"Forløb begyndt {facts.service_date}, {place}; IV-type {facts.iv_type}, tyngdekategori {facts.category}; "
            f"{visits} besøg"
        )
        return sentences(*steps, course, f"Meddelelser: {messages}", f"I alt {total}")
    course = (
        f"Course begun {facts.service_date}, {place}; IV type {facts.iv_type}, weight category {facts.category}; "
        f"{visits} visit(s)"
    )
    return sentences(*steps, course, f"Messages: {messages}", f"Total {total}")
