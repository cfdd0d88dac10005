"""KL Gateway delivery reports: what a municipality did for one citizen, daily, as a collection Bundle.

Every Encounter that has taken place is a visit; minutes are end minus start (`length` is forbidden). Its intervention
is found through BasedOnInterventionExtension and the CarePlan it points to. The municipality is the SOR number of
Patient.managingOrganization. An incremental delivery wraps reports in one more Bundle; all of them must be of one
citizen, since a message here is about one. The letter id is Bundle.id; a changed report has a new id.

Source: kl.dk.fhir.gateway 1.2.0 (klgateway-care-delivery-report, -general-encounter, -citizen,
-planned-intervention) and kl.dk.fhir.term 2.3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mappings.codes import translate
from mappings.fhir_common import Contents, Entry, Resource, codings, contents, items, moment, node, text, texts
from mappings.fhir_message_reading import letter_hash
from mappings.fhir_outcome import outcome_receipt
from mappings.fhir_parties import citizen, citizen_issues, organisation
from mappings.fhir_visits import intervention, visit_action, visit_kind, visit_times
from mappings.reading import NOWHERE, Citizen, Document, Family, Reading, Receipt, Stamp, Verdict
from profiles.issue import Issue, error, refuses, warning
from profiles.structure import check_structure
from settlement.records import Encounter, Organisation

BASED_ON = "http://fhir.kl.dk/gateway/StructureDefinition/BasedOnInterventionExtension"
_PROFILES = "http://fhir.kl.dk/gateway/StructureDefinition/"
_FORBIDDEN = ("length", "participant", "episodeOfCare", "basedOn", "serviceType", "serviceProvider", "location")
_DEPTH = 4
"""Deliveries are nested once; deeper than this no report is looked for."""


class KlGateway:
    """A municipality's report of visits."""

    name = "kl-gateway"
    title = "KL Gateway delivery report"
    family = Family.FHIR

    def recognises(self, document: Document) -> bool:
        """A collection Bundle with a profile of KL Gateway on itself or on one of its resources."""
        tree = document.tree
        if text(tree, "resourceType") != "Bundle" or text(tree, "type") != "collection":
            return False
        parts = (tree, *(node(entry, "resource") for entry in items(tree, "entry")))
        return any(profile.startswith(_PROFILES) for part in parts for profile in texts(part, "meta", "profile"))

    def read(self, document: Document) -> Reading:
        """One Encounter record a visit."""
        bundle = document.tree
        reports = [_report(found, where) for found, where in _leaves(bundle, "Bundle", _DEPTH)]
        issues = [*check_structure(bundle), *_delivery_issues(bundle, reports)]
        issues += [issue for report in reports for issue in _report_issues(report)]
        records: tuple[Encounter, ...] = ()
        if not refuses(issues):
            visits = [_visit(report, entry) for report in reports for entry in report.parts.all("Encounter")]
            issues += [issue for _, found in visits for issue in found]
            records = tuple(record for record, _ in visits if record is not None)
        return Reading(
            format=self.name,
            family=Family.FHIR,
            event="delivery-report",
            letter_id=text(bundle, "id"),
            letter_hash=letter_hash(bundle),
            sender=reports[0].municipality if reports else NOWHERE,
            sent_at=moment(text(bundle, "timestamp")),
            citizen=reports[0].citizen if reports else None,
            records=() if refuses(issues) else records,
            issues=tuple(issues),
            fields={"syntax": document.syntax},
        )

    def receipt(self, reading: Reading, verdict: Verdict, stamp: Stamp) -> Receipt:
        """An OperationOutcome."""
        return outcome_receipt(reading, verdict, stamp)


@dataclass(frozen=True, slots=True)
class _Report:
    """One report about one citizen, taken apart. where: its address in the document."""

    where: str
    parts: Contents
    patient: Entry | None
    citizen: Citizen | None
    municipality: Organisation
    stated_at: datetime | None


def _leaves(bundle: Resource, where: str, depth: int) -> Iterator[tuple[Resource, str]]:
    """The Bundles that hold no Bundle, with their addresses."""
    resources = [node(entry, "resource") for entry in items(bundle, "entry")]
    nested = [(place, found) for place, found in enumerate(resources) if text(found, "resourceType") == "Bundle"]
    if not nested or depth == 0:
        yield bundle, where
    for place, found in nested if depth else ():
        yield from _leaves(found, f"{where}.entry[{place}].resource", depth - 1)


def _report(bundle: Resource, where: str) -> _Report:
    parts = contents(bundle, where)
    patient = next(iter(parts.all("Patient")), None)
    return _Report(
        where=where,
        parts=parts,
        patient=patient,
        citizen=citizen(patient.resource) if patient else None,
        municipality=_municipality(patient.resource) if patient else NOWHERE,
        stated_at=moment(text(bundle, "timestamp")),
    )


def _municipality(patient: Resource) -> Organisation:
    identifier = node(patient, "managingOrganization", "identifier")
    return organisation({"identifier": [identifier], "name": text(patient, "managingOrganization", "display")})


def _delivery_issues(bundle: Resource, reports: list[_Report]) -> list[Issue]:
    issues = []
    if not text(bundle, "id"):
        issues.append(error("letter-id", "Bundle.id", "Give the delivery an id of its own.", "required"))
    if len({report.citizen.identifier for report in reports if report.citizen}) > 1:
        advice = "The delivery is about several citizens; send one delivery for each of them."
        issues.append(error("several-citizens", "Bundle.entry", advice, "not-supported"))
    return issues


def _report_issues(report: _Report) -> list[Issue]:
    patients = report.parts.all("Patient")
    if len(patients) != 1:
        advice = "A report is about exactly one citizen; give one Patient."
        return [error("patient-count", f"{report.where}.entry", advice, "structure")]
    issues = citizen_issues(patients[0])
    if report.stated_at is None:
        advice = "Give the time of the report with its time zone."
        issues.append(error("sent-time", f"{report.where}.timestamp", advice, "required"))
    if not report.municipality.sor:
        where = f"{patients[0].where}.managingOrganization.identifier"
        issues.append(error("municipality-missing", where, "Name the municipality by its SOR number.", "required"))
    for entry in report.parts.all("Encounter"):
        issues += _encounter_issues(report, entry)
    return issues


def _encounter_issues(report: _Report, entry: Entry) -> list[Issue]:
    issues = [
        error(
            "not-allowed", f"{entry.where}.{name}", f"Encounter.{name} has no place in a delivery report.", "structure"
        )
        for name in _FORBIDDEN
        if name in entry.resource
    ]
    if not text(entry.resource, "id"):
        advice = "Give the visit an id that stays the same in later reports."
        issues.append(error("visit-id", f"{entry.where}.id", advice, "required"))
    if report.parts.find(text(entry.resource, "subject", "reference")) is not report.patient:
        advice = "The visit is of the citizen of the report; refer to the Patient in the Bundle."
        issues.append(error("subject", f"{entry.where}.subject", advice, "not-found"))
    codes = [code for concept in items(entry.resource, "type") for _, code in codings(concept)]
    if not codes:
        advice = "Say what kind of visit it is (KLEncounterTypes)."
        issues.append(error("visit-type", f"{entry.where}.type", advice, "required"))
    for code in codes:
        issues += translate("encounter-kinds", code, f"{entry.where}.type.coding.code")[1]
    return issues


def _visit(report: _Report, entry: Entry) -> tuple[Encounter | None, tuple[Issue, ...]]:
    action, times = visit_action(entry.resource), visit_times(entry.resource, entry.where)
    if action is None or times.at is None or report.stated_at is None:
        return None, times.issues
    concepts, lost = _interventions(report, entry)
    done = intervention(concepts)
    record = Encounter(
        citizen="",
        key=f"kl:{report.municipality.sor}:{text(entry.resource, 'id')}",
        at=times.at,
        stated_at=report.stated_at,
        message="",
        action=action,
        municipality=report.municipality,
        end=times.end,
        kind=visit_kind(entry.resource),
        intervention=done.code,
        iv=done.iv,
    )
    return record, (*times.issues, *lost)


def _interventions(report: _Report, entry: Entry) -> tuple[list[Resource], tuple[Issue, ...]]:
    """The codes of the interventions a visit is based on, and those that cannot be found."""
    based_on = [item for item in items(entry.resource, "extension") if text(item, "url") == BASED_ON]
    plans = [report.parts.find(text(item, "valueReference", "reference")) for item in based_on]
    concepts = [node(plan.resource, "activity", "detail", "code") for plan in plans if plan]
    if all(plans):
        return concepts, ()
    advice = "The visit is based on an intervention that is not in the report; add its CarePlan."
    return concepts, (warning("intervention-missing", f"{entry.where}.extension('{BASED_ON}')", advice, "not-found"),)
