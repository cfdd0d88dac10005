"""Pricing: one episode under one agreement becomes lines with their explanation, or is withheld with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from settlement.agreements import Agreement
from settlement.clauses.conditions import Eligibility
from settlement.clauses.sheet import Fact, Sheet, Texts
from settlement.course_facts import course_facts, stated
from settlement.eligibility import Case, Reason, Terms, region_pays
from settlement.episodes import Episode
from settlement.evaluating import amounts, evaluated, hashable
from settlement.lines import Line, LineKind, Stated, Withheld
from settlement.money import kroner
from settlement.naming import named
from settlement.organisations import Directory
from settlement.periods import Month, local_day
from settlement.records import StayEvent, StayKind, Treatment
from settlement.wording import LANGUAGES, sentences

NAMESPACE = UUID("c0a5a7a2-4c37-5b0e-8f0e-1d9a54a1e0b7")
"""Line and claim ids are name-based (uuid5) within this namespace."""


def price(episode: Episode, agreement: Agreement, directory: Directory, month: Month) -> tuple[Line, ...] | Withheld:
    """What an episode comes to when a month is closed: its charges in oere by key, or why there are none."""
    return Pricer(agreement, directory, month).price(episode)


@dataclass(frozen=True, slots=True)
class _Due:
    """One amount of an evaluated agreement: which clause and part, how much, by which rate version; and the words for
    it by language."""

    clause: str
    part: str
    amount: int
    version: str
    total: Texts


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """What an agreement comes to on some facts: what is due, the calculation by language, and the facts as stated."""

    due: tuple[_Due, ...]
    steps: Texts
    facts: dict[str, Stated]


@dataclass(frozen=True, slots=True)
class _Place:
    """A municipality on a day: its region, the one that answers for it when the month is closed, and its name."""

    region: str
    payer: str
    payer_name: str


class Pricer:
    """Prices episodes under one agreement when one month is closed.

    The price is that of the course by the facts last known (S0: the hospital sets the category, and the category sets
    the amount); the day the course started under the agreement picks the rate. Visits and days after the month do not
    count yet. What clauses come to depends on day and facts alone, so it is remembered by them: of a million courses
    there are some hundred kinds. Who pays is remembered by municipality and day.
    """

    def __init__(self, agreement: Agreement, directory: Directory, month: Month) -> None:
        self._agreement = agreement
        self._directory = directory
        self._month = str(month)
        self._terms = Terms(agreement.parties, month.last_day, month.end, agreement.valid_from, agreement.valid_to)
        self._asked = [clause for clause in agreement.clauses if isinstance(clause.rule, Eligibility)]
        self._evaluated: dict[tuple[object, ...], _Evaluated | Reason] = {}
        self._places: dict[tuple[str, date], _Place] = {}

    def price(self, episode: Episode) -> tuple[Line, ...] | Withheld:
        """What an episode comes to: its charges in oere by key, or why there are none. Eligibility is asked first."""
        case = self._case(episode)
        outcome = self._ineligible(case) or self._evaluate(case)
        if isinstance(outcome, Reason):
            return self._withheld(case, outcome)
        return self._lines(case, outcome) if outcome.due else self._withheld(case, Reason("nothing-due"))

    def _case(self, episode: Episode) -> Case:
        day = local_day(episode.started_at) if episode.started_at else None
        since = max(day or self._terms.last_day, self._terms.valid_from)
        region, end = self._place(episode.municipality, since).region, self._terms.end
        visits = tuple(visit for visit in episode.encounters if visit.at < end)
        return Case(episode, self._terms, day, since, region, visits)

    def _place(self, municipality: str, day: date) -> _Place:
        """A municipality on a day, and the region that answers for it: the payer, or who took over from it."""
        key = municipality, day
        if key not in self._places:
            region = self._directory.region_of(municipality, day)
            payer = self._directory.successor(region, self._terms.last_day)
            self._places[key] = _Place(region, payer, self._directory.region_name(payer))
        return self._places[key]

    def _ineligible(self, case: Case) -> Reason | None:
        """The first reason, but that the course is another agreement's business comes before any other."""
        for clause in self._asked:
            outcome = clause.apply(Sheet(case.since, {}, case=case))
            if isinstance(outcome, Reason):
                return region_pays(case) if case.region and region_pays(case) else outcome
        return None

    def _evaluate(self, case: Case) -> _Evaluated | Reason:
        facts = course_facts(case, self._agreement.facts)
        key = (case.since, *(hashable(fact) for fact in facts.values()))
        found = self._evaluated.get(key)
        if found is None:
            found = self._evaluated[key] = _evaluate(self._agreement, case.since, facts)
        return found

    def _lines(self, case: Case, outcome: _Evaluated) -> tuple[Line, ...]:
        episode, agreement, inputs = case.episode, self._agreement.id, _inputs(case)
        payer = self._place(episode.municipality, case.since)
        told = _told(case, outcome, payer, inputs)
        found = []
        for due in outcome.due:
            key = f"{agreement}/{due.clause}/{episode.id}/{due.part}".removesuffix("/")
            found.append(
                Line(
                    id=line_id(key, self._month, LineKind.CHARGE),
                    key=key,
                    kind=LineKind.CHARGE,
                    reverses="",
                    month=self._month,
                    agreement=agreement,
                    clause=due.clause,
                    rate_version=due.version,
                    municipality=episode.municipality,
                    region=payer.payer,
                    episode=episode.id,
                    citizen=episode.citizen,
                    service_date=case.since,
                    iv_type=str(episode.iv_type or ""),
                    category=str(episode.category or ""),
                    amount=due.amount,
                    inputs=inputs,
                    explanation={language: f"{told[language]}{due.total[language]}" for language in LANGUAGES},
                    part=due.part,
                    facts=outcome.facts,
                )
            )
        return tuple(found)

    def _withheld(self, case: Case, reason: Reason) -> Withheld:
        return Withheld(
            agreement=self._agreement.id,
            month=self._month,
            municipality=case.episode.municipality,
            region=self._place(case.episode.municipality, case.since).payer,
            episode=case.episode.id,
            citizen=case.episode.citizen,
            reason=reason.code,
            explanation=reason.explanation,
            inputs=_inputs(case),
        )


def _evaluate(agreement: Agreement, on: date, facts: Mapping[str, Fact]) -> _Evaluated | Reason:
    sheet = evaluated(agreement, Sheet(on, facts))
    if isinstance(sheet, Reason):
        return sheet
    due = [
        _Due(clause.id, part, amount, _version(sheet, clause.id), _total(part, amount))
        for clause in agreement.clauses
        if clause.pays and (result := sheet.results.get(clause.id)) and not result.carried
        for part, amount in amounts(result).items()
        if amount
    ]
    told = [result.steps for result in sheet.results.values() if result.steps]
    return _Evaluated(
        tuple(due), {name: sentences(*(step[name] for step in told)) for name in LANGUAGES}, stated(facts)
    )


def worth(agreement: Agreement, on: date, facts: Mapping[str, Fact]) -> int:
    """What an agreement pays for an eligible course of these facts that started on that day, in oere; 0 where its
    clauses give a reason to pay nothing. Eligibility is not asked."""
    found = _evaluate(agreement, on, facts)
    return 0 if isinstance(found, Reason) else sum(due.amount for due in found.due)


def line_id(key: str, month: str, kind: LineKind) -> str:
    """A stable id: a key has at most one charge and one reversal in a month."""
    return named(NAMESPACE, key, month, kind)


def _version(sheet: Sheet, clause: str) -> str:
    """The rate version the amount rests on: the clause's own, else that of the last clause before it that has one."""
    names = list(sheet.results)
    before = names[: names.index(clause) + 1]
    return next((found for name in reversed(before) if (found := sheet.results[name].version)), "")


def _inputs(case: Case) -> tuple[str, ...]:
    """The messages a line rests on: discharge and treatment statements, and the first visit."""
    hospital = [
        record.message
        for record in case.episode.records
        if isinstance(record, Treatment) or (isinstance(record, StayEvent) and record.kind is StayKind.DISCHARGE)
    ]
    return tuple(dict.fromkeys([*hospital, *(visit.message for visit in case.visits[:1])]))


def _told(case: Case, outcome: _Evaluated, payer: _Place, inputs: tuple[str, ...]) -> Texts:
    """The calculation as text but for its total: what, where, on what grounds."""
    episode, steps, messages = case.episode, outcome.steps, ", ".join(inputs)
    kind, category, visits = episode.iv_type or "", episode.category or "", len(case.visits)
    where = f"{case.service_date}, {episode.municipality_name} -> {payer.payer_name}"
    return {
        "da": f"{steps['da']} Forløb begyndt {where}; IV-type {kind}, tyngdekategori {category}; {visits} besøg. "
        f"Meddelelser: {messages}.",
        "en": f"{steps['en']} Course begun {where}; IV type {kind}, weight category {category}; {visits} visit(s). "
        f"Messages: {messages}.",
    }


def _total(part: str, amount: int) -> Texts:
    about = f" for {part}" if part else ""
    return {"da": f" I alt{about} {kroner(amount, 'da')}", "en": f" Total{about} {kroner(amount, 'en')}."}
