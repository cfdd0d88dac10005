"""The resources of HospitalNotification 3.0.2 against the outcomes its package has from the HL7 Java validator."""

from __future__ import annotations

import tarfile
from typing import Any

import orjson

from profiles.context import Context, open_store
from profiles.core import NAME as CORE
from profiles.issue import Severity
from profiles.terminology import Terminology
from profiles.validator import Options, Validator
from tests.shared import shared_data

GUIDE = "medcom.fhir.dk.hospitalnotification"
BEYOND = ("ImplementationGuide", "StructureDefinition-medcom-hospitalNotification-message")
"""Resources whose recorded errors come from a package that is not at hand, or from compiling their own expressions."""


def _package() -> dict[str, Any]:
    archive = shared_data(f"packages/{GUIDE}-3.0.2.tgz")
    with tarfile.open(archive) as opened:
        members = [one for one in opened.getmembers() if one.name.endswith(".json")]
        found = {one.name: opened.extractfile(one) for one in members}
        return {name: orjson.loads(file.read()) for name, file in found.items() if file is not None}


def _errors(issues: Any) -> int:
    return sum(one in ("error", "fatal") for one in issues)


def test_errors_are_those_the_java_validator_found() -> None:
    files = _package()
    store = open_store((shared_data("packages"),))
    guide = Context.load(store, GUIDE, "3.0.2").packages
    more = [store.find(name).package for name in ("hl7.fhir.uv.extensions.r4", "hl7.terminology.r4", CORE)]
    context = Context.of(dict.fromkeys([*guide[:-1], *(one for one in more if one is not None)]))
    tools = Options(unknown_profile=Severity.WARNING, tolerated=("http://hl7.org/fhir/tools/",))
    validator = Validator(context, Terminology(context), tools)
    resources = {f"{one['resourceType']}-{one['id']}": one for one in files.values() if "id" in one}
    differing = []
    for entry in files["package/other/validation-oo.json"]["entry"]:
        name = entry["resource"]["id"]
        found = _errors(issue.severity for issue in validator.validate(resources[name]))
        recorded = _errors(issue["severity"] for issue in entry["resource"].get("issue", ()))
        if found != recorded and not name.startswith(BEYOND):
            differing.append((name, found, recorded))
    assert differing == []
