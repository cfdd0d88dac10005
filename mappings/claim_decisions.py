"""A region's answers to claims: one FHIR R4 ClaimResponse, or a Bundle (collection) of them, an answer to a line each.

`request` names the line by identifier (as the Claim did), and the item's adjudication of category `benefit` is what is
approved of it, with a reason where that is not all that was `submitted`. `created`, with its time zone, says which of
several answers to a line is the latest. The region's own words stand in processNote, else in disposition. Answers that
are no decisions (queued, errors, pre-authorisations, withdrawn ones) are refused: what counts is the latest decision.

Whether there is such a line, and whether the region may decide about it, is not known here (gateway/deciding.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from mappings.claim_responses import DECISION_REASON_CODES, DISPOSITIONS
from mappings.fhir_common import Entry, Resource, codings, contents, items, moment, node, text
from mappings.fhir_message_reading import letter_hash
from mappings.fhir_outcome import outcome_receipt
from mappings.fhir_parties import citizen, organisation
from mappings.fhir_single import key_issues, named_organisation, resource_key, resource_letter_id
from mappings.outbound import LINES, TERMINOLOGY
from mappings.reading import NOWHERE, Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, refuses
from profiles.structure import check_structure
from settlement.decisions import Decision
from settlement.money import oere
from settlement.records import Organisation

ADJUDICATION = f"{TERMINOLOGY}/adjudication"
_DECIDED = ("complete", "partial")
_OUR_WORDS = frozenset(words for texts in DISPOSITIONS.values() for words in texts.values())


class ClaimDecisions:
    """One answer to a claim, or a Bundle of them."""

    name = "claim-response"
    title = "FHIR ClaimResponse: a region's decisions"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A ClaimResponse, or a collection Bundle with one in it."""
        tree = document.tree
        if text(tree, "resourceType") != "Bundle":
            return text(tree, "resourceType") == "ClaimResponse"
        inside = (text(node(entry, "resource"), "resourceType") for entry in items(tree, "entry"))
        return text(tree, "type") == "collection" and "ClaimResponse" in inside

    def read(self, document: Document) -> Reading:
        """One Decision an answer; none at all when one of them is wrong."""
        tree = document.tree
        answers = list(_answers(tree))
        issues = [*check_structure(tree), *key_issues(tree), *(issue for one in answers for issue in one.issues)]
        issues += _repeated(answers)
        is_single = text(tree, "resourceType") == "ClaimResponse"
        return Reading(
            format=self.name,
            family=Family.FHIR,
            event="decision" if is_single else "decisions",
            letter_id=resource_letter_id(tree) if resource_key(tree) else "",
            letter_hash=letter_hash(tree),
            sender=answers[0].insurer,
            sent_at=max((one.decided_at for one in answers if one.decided_at), default=None),
            citizen=citizen({"identifier": [node(tree, "patient", "identifier")]}) if is_single else None,
            decisions=() if refuses(issues) else tuple(one.decision for one in answers if one.decision),
            issues=tuple(issues),
            fields={"syntax": document.syntax},
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


@dataclass(slots=True)
class _Answer:
    """One ClaimResponse as it is read, piece by piece."""

    entry: Entry
    insurer: Organisation
    decided_at: datetime | None = None
    decision: Decision | None = None
    issues: list[Issue] = field(default_factory=list)

    def wrong(self, code: str, element: str, advice: str, kind: str = "invalid") -> None:
        """Note a finding about an element."""
        self.issues.append(error(code, f"{self.entry.where}.{element}", advice, kind))


def _answers(tree: Resource) -> Iterator[_Answer]:
    if text(tree, "resourceType") == "ClaimResponse":
        yield _answer(Entry(tree, "ClaimResponse", "ClaimResponse"), named_organisation(tree, "insurer"))
        return
    parts = contents(tree)
    for entry in parts.all("ClaimResponse"):
        insurer = parts.find(text(entry.resource, "insurer", "reference"))
        yield _answer(
            entry, organisation(insurer.resource) if insurer else named_organisation(entry.resource, "insurer")
        )


def _answer(entry: Entry, insurer: Organisation) -> _Answer:
    found = _Answer(entry, insurer if insurer.sor or insurer.gln else NOWHERE)
    resource = entry.resource
    _check_kind(found, resource)
    line = _line(found, resource)
    found.decided_at = moment(text(resource, "created"))
    if found.decided_at is None:
        found.wrong("decided-at", "created", "Say when it was decided, to the second and with the time zone.")
    benefit = _benefit(found, resource)
    approved = _approved(found, benefit)
    if line and approved is not None and found.decided_at is not None:
        found.decision = Decision(line, approved, _reason(benefit), _words(resource), found.decided_at, "")
    return found


def _check_kind(found: _Answer, resource: Resource) -> None:
    """An answer that is no decision about a claim that was made is told what to send instead."""
    if (use := text(resource, "use")) and use != "claim":
        advice = "Only claims for what was done are answered here (use claim); there is no pre-authorisation."
        found.wrong("use-not-supported", "use", advice, "not-supported")
    if (status := text(resource, "status")) and status != "active":
        advice = "A decision is not withdrawn: send a new, active ClaimResponse with the decision that counts instead."
        found.wrong("status-not-active", "status", advice, "not-supported")
    if (outcome := text(resource, "outcome")) and outcome not in _DECIDED:
        advice = f"Send the answer when it is decided (outcome {' or '.join(_DECIDED)}); a refusal approves 0.00."
        found.wrong("not-decided", "outcome", advice, "not-supported")


def _line(found: _Answer, resource: Resource) -> str:
    identifier = node(resource, "request", "identifier")
    if text(identifier, "system") != LINES or not text(identifier, "value"):
        advice = f"Name the claim that is answered by its identifier, as the claim did (system {LINES})."
        found.wrong("line-missing", "request.identifier", advice, "required")
        return ""
    return text(identifier, "value")


def _benefit(found: _Answer, resource: Resource) -> Resource:
    """The one adjudication that says what is approved; {} and a finding when there is another number of them."""
    lines = items(resource, "item")
    approved = [
        one
        for item in lines
        for one in items(item, "adjudication")
        if (ADJUDICATION, "benefit") in codings(node(one, "category"))
    ]
    if len(lines) == len(approved) == 1:
        return approved[0]
    advice = f"Answer the claim's one item with one adjudication of category benefit ({ADJUDICATION})."
    found.wrong("approval-missing", "item.adjudication", advice, "required")
    return {}


def _approved(found: _Answer, benefit: Resource) -> int | None:
    """The approved amount in oere, or None and a finding."""
    if not benefit:
        return None
    value, currency = node(benefit, "amount").get("value"), text(benefit, "amount", "currency")
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or currency != "DKK":
        advice = "Give the approved amount in kroner (currency DKK); 0.00 where nothing is approved."
        found.wrong("amount", "item.adjudication.amount", advice)
        return None
    try:
        return oere(value)
    except ValueError as problem:
        found.wrong("amount", "item.adjudication.amount.value", f"Correct the approved amount: {problem}.")
        return None


def _reason(benefit: Resource) -> str:
    """The code of why not all is approved: of our own code system if there is one, else the first."""
    codes = list(codings(node(benefit, "reason")))
    ours = [code for system, code in codes if system == DECISION_REASON_CODES]
    return next(iter((*ours, *(code for _, code in codes))), "") or text(benefit, "reason", "text")


def _words(resource: Resource) -> str:
    """What the region says of it in its own words; the words every answer of a kind has are not that."""
    notes = " ".join(text(note, "text") for note in items(resource, "processNote"))
    disposition = text(resource, "disposition")
    return notes.strip() or ("" if disposition in _OUR_WORDS else disposition)


def _repeated(answers: list[_Answer]) -> list[Issue]:
    """One sending decides once about a line."""
    seen: set[str] = set()
    issues = []
    for one in answers:
        line = one.decision.line if one.decision else ""
        if line and line in seen:
            advice = f"Line {line} is answered twice in one sending; send the decision that counts."
            issues.append(error("line-repeated", f"{one.entry.where}.request.identifier", advice, "duplicate"))
        seen.add(line)
    return issues
