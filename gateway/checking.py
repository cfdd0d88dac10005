"""Checking without taking in: what the command line, $validate and the workbench say of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gateway.places import placed
from mappings.formats import PARSERS, read, recognise, sniff
from mappings.reading import Document, Family, Judged
from profiles.fhir_xml import from_xml
from profiles.health_cards import is_card, read_cards
from profiles.issue import Issue, refuses
from profiles.lenient_json import read_json
from profiles.ndjson import empty_line, numbered
from profiles.review import Review, Reviewed
from profiles.safe_xml import parse_xml

Judge = Callable[[dict[str, Any]], tuple[Issue, ...]]
"""What a guide says of a resource in its JSON form (gateway/guides.py)."""
IntakeJudge = Callable[[str, dict[str, Any]], tuple[str, Reviewed]]
"""What is said of a document of a format when it is taken in: the guide's label, and its findings after review."""
Silenced = tuple[tuple[Issue, str], ...]
NOTHING_REVIEWED = Review()
CARD, EMPTY_LINE = "SMART Health Card", "empty line"
_LINES = (".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a file, or one line of NDJSON, found. format: the message format it is, or the resource type.

    silenced: findings that a reviewed file silences, each with the reason. line: the line of NDJSON it stands on.
    guide: the package that judged a message besides the format's own rules.
    """

    file: str
    format: str
    issues: tuple[Issue, ...]
    silenced: Silenced = ()
    line: int | None = None
    guide: str = ""

    @property
    def valid(self) -> bool:
        """Whether nothing found would refuse it."""
        return not refuses(self.issues)


def own_rules(form: str, tree: dict[str, Any]) -> tuple[str, Reviewed]:  # noqa: ARG001 - the shape of an IntakeJudge
    """The intake judge that leaves messages to the rules of their formats."""
    return "", Reviewed(())


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks documents by one guide. judge: of all FHIR but what intake judges. intake: of messages, as they are
    taken in; None where the judge has them too. letters: the same of MedCom XML. review: of all findings; today: the
    day its entries count on.
    """

    judge: Judge
    intake: IntakeJudge | None = own_rules
    letters: IntakeJudge = own_rules
    review: Review = NOTHING_REVIEWED
    today: date = date.min

    def check_file(self, name: str, body: bytes) -> Iterator[Checked]:
        """Check a file: each line of NDJSON by itself, anything else as a whole."""
        if not is_ndjson(name, body):
            yield self.check(name, body)
            return
        for number, line in numbered(body):
            found = self.check(name, line) if line else Checked(name, EMPTY_LINE, (empty_line(number),))
            yield _on_line(found, number)

    def check(self, name: str, body: bytes, media_type: str = "") -> Checked:
        """Check one document. Messages of XML and HL7 v2 are always judged by the rules they are taken in by."""
        family = sniff(body, media_type)
        document, issues = PARSERS[family](body, media_type)
        if document.tree is not None and (family is not Family.FHIR or self._is_message(document)):
            return self._message(name, body, document, media_type)
        if is_card(body) and not _is_resource(document.tree):
            return self._card(name, body, document)
        tree, issues = readable(document, issues, body)
        if tree is None:
            return self._told(Checked(name, recognise(document).name, issues), body, document)
        found = Checked(name, str(tree.get("resourceType", ""))[:64], issues + self.judge(tree))
        return self._told(found, body, document)

    def _card(self, name: str, body: bytes, document: Document) -> Checked:
        """Health cards: their wrapping, and the Bundle in each. Findings stand in the decoded payload: they have no
        lines."""
        cards, issues = read_cards(body)
        found = (card.placed(issue) for card in cards for issue in self.judge(card.bundle))
        return self._told(Checked(name, CARD, tuple(dict.fromkeys((*issues, *found)))), body, document)

    def _is_message(self, document: Document) -> bool:
        if self.intake is None:
            return False
        reading = recognise(document).read(document)
        return bool(reading.letter_id or reading.records)

    def _message(self, name: str, body: bytes, document: Document, media_type: str) -> Checked:
        silenced: list[tuple[Issue, str]] = []
        by = self.letters if document.family is Family.MEDCOM_XML else self.intake or own_rules

        def judge(form: str, tree: Any) -> Judged:
            label, reviewed = by(form, tree)
            silenced.extend(reviewed.silenced)
            return Judged(label, reviewed.issues)

        _, reading = read(body, document.family, media_type, judge)
        kind = " ".join(filter(None, (reading.format, reading.event)))
        found = Checked(name, kind, reading.issues, tuple(silenced), guide=reading.guide)
        return self._told(found, body, document)

    def _told(self, found: Checked, body: bytes, document: Document) -> Checked:
        """The findings after review, each with its line."""
        reviewed = self.review.apply(found.issues, self.today)
        silenced = (*found.silenced, *reviewed.silenced)
        issues = placed((*reviewed.issues, *(issue for issue, _ in silenced)), body, document)
        told, hushed = issues[: len(reviewed.issues)], issues[len(reviewed.issues) :]
        reasons = [reason for _, reason in silenced]
        return replace(found, issues=told, silenced=tuple(zip(hushed, reasons, strict=True)))


def readable(
    document: Document, issues: tuple[Issue, ...], body: bytes
) -> tuple[dict[str, Any] | None, tuple[Issue, ...]]:
    """The resource in a FHIR document in its JSON form, also where its syntax has slips that keep it from being taken
    in, and all of these: whoever corrects it wants all findings at once.

    issues: what strict reading found. Out: None and those where no resource can be made out.
    """
    if document.tree is not None or document.family is not Family.FHIR:
        found, slips = document.tree, issues
    elif document.syntax == "json":
        found, slips = read_json(body)
    else:
        root = parse_xml(body)[0]
        found, slips = from_xml(root)[0] if root is not None else None, issues
    return (found, slips) if _is_resource(found) else (None, issues)


def _is_resource(tree: Any) -> bool:
    return isinstance(tree, dict) and isinstance(tree.get("resourceType"), str)


def is_ndjson(name: str, body: bytes) -> bool:
    """Whether a file holds a resource a line: by its name, else when its first two lines are objects."""
    if name.endswith(_LINES):
        return True
    first, _, rest = body[:100_000].partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _on_line(found: Checked, number: int) -> Checked:
    issues = tuple(replace(issue, line=number) for issue in found.issues)
    silenced = tuple((replace(issue, line=number), reason) for issue, reason in found.silenced)
    return replace(found, issues=issues, silenced=silenced, line=number)
