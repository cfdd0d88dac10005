"""Judges the checks of the suite with our validator, in the context each case names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from profiles.context import Context, open_store
from profiles.core import NAME as CORE
from profiles.entry_profiles import EntryProfile
from profiles.fhir_xml import from_xml
from profiles.health_cards import is_card, read_cards
from profiles.issue import Issue, Severity
from profiles.lenient_json import read_json
from profiles.matchetypes import check_matchetype
from profiles.ndjson import read_lines
from profiles.packages import Package, PackageStore
from profiles.recorded_answers import RecordedAnswers
from profiles.review import Review
from profiles.safe_xml import parse_xml
from profiles.signing_keys import Key, read_key
from profiles.terminology import Terminology
from profiles.validator import Options, Validator
from tests.conformance.advisor import read_advisor
from tests.conformance.suite import Check, Finding, Json

_ALWAYS = ("hl7.fhir.uv.extensions.r4", "hl7.terminology.r4")
_EXAMPLES = ("example.org", "acme.com", "nema.org", "http://hl7.org/fhir/tools/StructureDefinition/")
_MUST_EXIST = ("CHECK_EXISTS", "CHECK_EXISTS_AND_TYPE")
"""What such references lead to is there or is not; those of CHECK_VALID lead to files that lie in no folder."""
_ERRORS = {"security-checks": "text-html", "noHtmlInMarkdown": "markdown-html"}
_SNOMED = "http://snomed.info/sct"
_EDITIONS = {
    "au": "32506021000036107",
    "ca": "20611000087101",
    "dk": "554471000005108",
    "intl": "900000000000207008",
    "nl": "11000146104",
    "se": "45991000052106",
    "uk": "999000041000000102",
    "us": "731000124108",
}
"""Editions of SNOMED CT by the names a case gives them; the numbers are those of their modules."""
_NOW = datetime(2025, 6, 1, tzinfo=UTC)


class Judge:
    """Judges checks. folder: the suite; packages: folders of FHIR packages."""

    def __init__(self, folder: Path, packages: Iterable[Path]) -> None:
        self._folder = folder
        self._store = open_store((*packages, folder / "packages"))
        self._sources: dict[str, tuple[RecordedAnswers, ...]] = {}
        self._validators: dict[tuple[Any, ...], Validator] = {}

    def judge(self, check: Check) -> tuple[Finding, ...]:
        """What our validator finds."""
        if is_card(body := check.file.read_bytes()):
            return self._judge_cards(check, body)
        resources, issues = self._read(check.file, comments="allow-comments" in check.options)
        if check.kind == "matchetype":
            pattern = self._supporting(str(check.said.get("source", "")))
            return tuple(_finding(issue) for one in resources for issue in check_matchetype(one, pattern))
        validator, profiles = self._validator(check)
        found = list(issues)
        for resource in resources:
            found += validator.validate(resource, profiles)
        return tuple(map(_finding, self._review(check.options).apply(found, _NOW.date()).issues))

    def _review(self, said: Json) -> Review:
        """What a case wants to be silent about."""
        path = self._folder / str(said.get("advisor"))
        return read_advisor(json.loads(path.read_bytes())) if path.is_file() else Review()

    def _judge_cards(self, check: Check, body: bytes) -> tuple[Finding, ...]:
        cards, issues = read_cards(body)
        found = list(issues)
        validator, profiles = self._validator(check)
        for card in cards:
            implied = (card.profile,) if validator.root(card.profile) is not None else ()
            found += map(card.placed, validator.validate(card.bundle, (*profiles, *implied)))
        return tuple(map(_finding, dict.fromkeys(found)))

    def _read(self, path: Path, *, comments: bool = False) -> tuple[list[Any], list[Issue]]:
        body = path.read_bytes()
        if path.suffix == ".xml" or body.lstrip()[:1] == b"<":
            root, issues = parse_xml(body)
            if root is None:  # the Java validator names no place in what is no XML
                return [], [replace(one, where="") for one in issues]
            resource, found = from_xml(root)
            return [resource] if resource is not None else [], [*issues, *found]
        if path.suffix == ".ndjson":
            lines = list(read_lines(body))
            return [one.value for one in lines if one.value is not None], [
                found for one in lines for found in one.issues
            ]
        value, bad = read_json(body, comments=comments)
        return ([value] if value is not None else []), list(bad)

    def _validator(self, check: Check) -> tuple[Validator, tuple[str, ...]]:
        said = check.said
        names = [*check.options.get("supporting", ()), *check.options.get("profiles", ()), *said.get("supporting", ())]
        source = said.get("source") if check.kind == "profile" else None
        packages = (*check.options.get("packages", ()), *said.get("packages", ()))
        given = [self._supporting(name) for name in (*names, *((source,) if source else ()))]
        resources = [one for one in given if one is not None]
        options = self._options(check.options)
        edition = str(check.options.get("sct", ""))
        key = (tuple(names), source, packages, options, edition)
        if key not in self._validators:
            context = self._context(packages)
            whole = context.adding(resources) if resources else context
            self._validators[key] = Validator(whole, Terminology(whole, self._answers(edition)), options)
        profile = str(resources[-1].get("url")) if source and resources else ""
        if check.kind == "logical":
            profile = str(said.get("format", ""))
        return self._validators[key], (profile,) if profile else ()

    def _options(self, said: Json) -> Options:
        """How a case wants to be judged."""
        entry = said.get("bundle-param")
        return Options(
            unknown_profile=Severity.WARNING,
            now=_NOW,
            advice="best-practice" in said,
            tolerated=(*_EXAMPLES, *_domains(said), *self._not_here(said.get("packages", ()))),
            fetch=self._fetch if said.get("validateReference", "IGNORE") != "IGNORE" else None,
            trail=said.get("crumb-trail") is True,
            must_resolve=said.get("validateReference") in _MUST_EXIST,
            entries=(EntryProfile(entry["rule"], entry["profile"]),) if entry else (),
            patterns=said.get("matchetype") is True,
            publishing=said.get("for-publication") is True,
            stable=said.get("no-experimental-content") is True,
            keys=self._keys(said.get("certificate")),
            errors=frozenset(code for option, code in _ERRORS.items() if said.get(option)),
            warnings=frozenset(("coding-display",) if said.get("wrong-displays") == "warning" else ()),
        )

    def _not_here(self, names: Iterable[str]) -> Iterator[str]:
        """Where HL7's packages that a case names define what they do, as far as they lie nowhere; what they define
        cannot be held against a resource."""
        for name in names:
            label = name.partition("#")[0]
            if label.startswith("hl7.fhir.") and not self._packages(name):
                yield f"http://hl7.org/fhir/{label.removeprefix('hl7.fhir.').replace('.', '/')}/"

    def _keys(self, name: str | None) -> tuple[Key, ...]:
        path = self._folder / name if name else None
        key = read_key(path.read_bytes()) if path is not None and path.is_file() else None
        return (key,) if key is not None else ()

    def _fetch(self, reference: str) -> Json | None:
        """A resource that lies in the suite's folder under its type and id, or its id."""
        names = (reference.replace("/", "-").lower(), reference.rpartition("/")[2])
        found = (self._folder / f"{name}{ending}" for name in names for ending in (".json", ".xml"))
        return next((self._supporting(path.name) for path in found if path.is_file()), None)

    def _supporting(self, name: str) -> Json | None:
        path = self._folder / name
        if not path.is_file():
            return None
        resources, _ = self._read(path)
        return resources[0] if resources else None

    def _answers(self, edition: str) -> tuple[RecordedAnswers, ...]:
        """The recorded answers for an edition of SNOMED CT; "" for those of no edition in particular."""
        folder = self._folder / "txcache-r4"
        if edition not in self._sources:
            pinned = [f"{_SNOMED}|{_SNOMED}/{_EDITIONS[edition]}"] if edition in _EDITIONS else []
            self._sources[edition] = (RecordedAnswers.of_folder(folder, pinned),) if folder.is_dir() else ()
        return self._sources[edition]

    def _context(self, packages: tuple[str, ...]) -> Context:
        if not packages:
            return self._plain
        found: list[Package] = []
        for name in packages:
            found += self._packages(name)
        return Context.of(dict.fromkeys((*found, *self._plain.packages)))

    def _packages(self, name: str) -> list[Package]:
        """The packages a case names: of the suite's folder, or by name and version."""
        store = self._store
        if name.endswith(".tgz"):
            path = self._folder / name
            store = PackageStore((path.parent, *([self._folder] if path.parent != self._folder else [])))
        label, _, version = Path(name).name.removesuffix(".tgz").partition("#")
        return [one for one in Context.load(store, label, version or "latest").packages if one.name != CORE]

    @cached_property
    def _plain(self) -> Context:
        found = [self._store.find(name).package for name in (*_ALWAYS, CORE)]
        return Context.of(package for package in found if package is not None)


def _domains(said: Json) -> Iterator[str]:
    """Whose extensions a case lets be, whoever defines them."""
    for name in ("allowed-extension-domain", "allowed-extension-domains"):
        domains = said.get(name, ())
        yield from [domains] if isinstance(domains, str) else domains


def _finding(issue: Issue) -> Finding:
    return Finding(str(issue.severity), issue.kind, issue.where, issue.line, issue.column, issue.text)
