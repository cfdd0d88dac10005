"""Organisations and citizens as FHIR resources of Danish messages name them."""

from __future__ import annotations

from mappings.danish_ids import D_ECPR, X_ECPR, check_citizen, citizen_system, is_gln, is_sor, municipality_code
from mappings.fhir_common import Entry, Resource, items, text, texts
from mappings.reading import Citizen
from profiles.issue import Issue, error, warning
from profiles.names import CPR, GLN, MUNICIPALITY_CODES, SOR
from settlement.records import Organisation


def organisation(resource: Resource) -> Organisation:
    """An Organization resource (or an element with identifiers) as an organisation."""
    said = {text(item, "system"): text(item, "value") for item in reversed(items(resource, "identifier"))}
    return Organisation(
        sor=said.get(SOR, ""),
        gln=next((said[system] for system in GLN if system in said), ""),
        name=text(resource, "name"),
        municipality=municipality_code(said.get(MUNICIPALITY_CODES, "")),
    )


def organisation_issues(entry: Entry) -> list[Issue]:
    """What a MedCom message's organisation must have: one GLN and one SOR number that can be right.

    Source: medcom-messaging-organization (EAN-ID 1..1, SOR-ID 1..1); dk-core `gln-modulus-10` and `min-digits-sor`,
    as intended: the packages that messages name do not enforce them.
    """
    found = organisation(entry.resource)
    where = f"{entry.where}.identifier"
    issues: list[Issue] = []
    if not found.gln:
        issues.append(error("gln-missing", where, "Give the organisation's GLN (13 digits, https://www.gs1.org/gln)."))
    elif not is_gln(found.gln):
        issues.append(error("gln-check-digit", where, "The GLN is not 13 digits with a valid check digit; correct it."))
    if not found.sor:
        issues.append(error("sor-missing", where, f"Give the organisation's SOR number ({SOR})."))
    elif not is_sor(found.sor):
        issues.append(error("sor-digits", where, "A SOR number is eleven digits or more; correct it."))
    return issues


def citizen(patient: Resource) -> Citizen | None:
    """A Patient resource as a citizen: by CPR number, else by a replacement number; None when it has neither."""
    known = {text(item, "system"): text(item, "value") for item in items(patient, "identifier")}
    system = next((system for system in sorted(known, key=_preference) if _preference(system) < _NO_CITIZEN), "")
    if not known.get(system):
        return None
    name = _official_name(patient)
    return Citizen(known[system], system, text(name, "family"), " ".join(texts(name, "given")))


def citizen_issues(entry: Entry) -> list[Issue]:
    """Findings about a Patient's identifiers (dk-core: cpr, x-ecpr, d-ecpr), the date rule hard, modulus 11 soft."""
    issues: list[Issue] = []
    for place, item in enumerate(items(entry.resource, "identifier")):
        if _preference(text(item, "system")) < _NO_CITIZEN:
            where = f"{entry.where}.identifier[{place}].value"
            issues += _number_issues(text(item, "system"), text(item, "value"), where)
    if citizen(entry.resource) is None:
        where = f"{entry.where}.identifier"
        advice = f"Identify the citizen by a CPR number ({CPR}) or a replacement number ({X_ECPR}, {D_ECPR})."
        issues.append(error("citizen-missing", where, advice, "required"))
    return issues


def _number_issues(system: str, value: str, where: str) -> tuple[Issue, ...]:
    if system == CPR and not value.isdigit():
        return (error("cpr-date", where, "A CPR number is ten digits that begin with a date of birth; correct it."),)
    issues = check_citizen(value, where)
    found = citizen_system(value)
    if found and _preference(found) != _preference(system):
        text_ = "The number is of another kind than its identifier system says; correct the one or the other."
        return (*issues, error("citizen-system", where, text_))
    return issues


_NO_CITIZEN = 3


def _preference(system: str) -> int:
    """Which identifier names the citizen best; the regions' D-eCPR systems are D-eCPR with one arc more."""
    if system == CPR:
        return 0
    if system == X_ECPR:
        return 1
    return 2 if system == D_ECPR or system.startswith(f"{D_ECPR}.") else _NO_CITIZEN


def _official_name(patient: Resource) -> Resource:
    names = items(patient, "name")
    return next((name for name in names if text(name, "use") == "official"), names[0] if names else {})


def endpoint_issues(endpoint: str, entry: Entry | None, where: str) -> list[Issue]:
    """A header endpoint (https://sor2.sum.dsdn.dk/#id=<SOR>) should name the organisation it stands beside."""
    sor = organisation(entry.resource).sor if entry else ""
    named = endpoint.rpartition("#id=")[2] if "#id=" in endpoint else ""
    if not named or not sor or named == sor:
        return []
    return [warning("endpoint-sor", where, "The endpoint names another SOR number than its organisation.")]
