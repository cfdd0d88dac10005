"""Rules of a ValueSet: the systems, codes, filters and value sets it is composed of are there (R4,
ValueSet.compose), and its parameters are used (valueset-parameter)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed, under
from profiles.filter_rules import filter_faults
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, texts, unnumbered
from profiles.membership import Coded, Verdict
from profiles.plans import Check
from profiles.scope import Scope
from profiles.terminology import Terminology

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str, str], Json | None]

_PARAMETER = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter"
_USED = re.compile(r"%(?:`([^`]+)`|([A-Za-z_][\w\-]*))").findall
_IMPLICIT = ("http://snomed.info/sct", "http://loinc.org/vs")
_MOST_CODES = 1000
_NOTE, _WARN = Severity.INFORMATION, Severity.WARNING


def value_set_check(find: Find, terminology: Terminology | None) -> Check:
    """The check of a ValueSet. find: a definition by canonical and type."""

    def check(value_set: Any, _: Scope) -> Found:
        compose = an_object(value_set.get("compose"))
        parameters = dict(declared_parameters(value_set))
        faults = [*_named(parameters), *_used(parameters, compose)]
        for name in ("include", "exclude"):
            for index, include in enumerate(objects(compose.get(name))):
                found = _Include(value_set, include, find, terminology, frozenset(parameters)).faults()
                faults += under("compose", under(name, under(index, list(found))))
        return faults or None

    return check


def declared_parameters(value_set: Json) -> Iterator[tuple[str, tuple[int, bool]]]:
    """The parameters a value set declares: name, place among the extensions, and whether they are documented."""
    for index, one in enumerate(objects(value_set.get("extension"))):
        if one.get("url") == _PARAMETER:
            parts = {text(part.get("url")): part for part in objects(one.get("extension"))}
            name = next((value for key, value in parts.get("name", {}).items() if key.startswith("value")), "")
            if isinstance(name, str) and name:
                yield name, (index, "documentation" in parts)


def _named(parameters: dict[str, tuple[int, bool]]) -> Iterator[Fault]:
    for name, (index, documented) in parameters.items():
        if not name.startswith("p-"):
            problem = "The names of parameters of value sets are best started with p-."
            yield placed(Fault("value-set-parameter", problem, "business-rule", _NOTE), "extension", index)
            if not documented:
                problem = "Without documentation few will know how to use the parameter."
                yield placed(Fault("value-set-parameter", problem, "business-rule", _WARN), "extension", index)


def _used(parameters: dict[str, tuple[int, bool]], compose: Json) -> Iterator[Fault]:
    """Each parameter is used by a filter."""
    filters = (one for name in ("include", "exclude") for include in objects(compose.get(name)) for one in [include])
    used = {name for include in filters for item in objects(include.get("filter")) for name in _names_in(item)}
    for name, (index, _) in parameters.items():
        if name not in used:
            problem = "No filter uses this parameter of the value set."
            yield placed(Fault("value-set-parameter", problem, "business-rule", _WARN), "extension", index)


def _names_in(item: Json) -> set[str]:
    expressions = (
        text(an_object(one.get("valueExpression")).get("expression"))
        for one in objects(an_object(item.get("_value")).get("extension"))
    )
    return {quoted or plain for expression in expressions for quoted, plain in _USED(expression)}


@dataclass(frozen=True, slots=True)
class _Include:
    """One include or exclude of a value set."""

    value_set: Json
    include: Json
    find: Find
    terminology: Terminology | None
    parameters: frozenset[str]

    def faults(self) -> Iterator[Fault]:
        """Findings on it, from its place on."""
        yield from self._imports()
        system = text(self.include.get("system"))
        if system:
            yield from self._system(system)
        elif "concept" in self.include or "filter" in self.include:
            problem = "No system is named, so concepts and filters cannot be checked."
            yield Fault("value-set-no-system", problem, "business-rule", _WARN)

    def _imports(self) -> Iterator[Fault]:
        urls = texts(self.include.get("valueSet"))
        for index, url in enumerate(urls):
            if url.startswith(_IMPLICIT) or self.find(url, "ValueSet") is not None:
                continue
            other = self.find(url, "")
            problem = (
                f"The value set {unnumbered(url)} is not known, so it cannot be checked."
                if other is None
                else f"{unnumbered(url)} is a {text(other.get('resourceType'))} and no value set."
            )
            yield placed(Fault("value-set-import", problem, "business-rule", _WARN), "valueSet", index)
        if len(urls) > 1:
            problem = "Only what is in all of the imported value sets is included; some take it for what is in any."
            yield Fault("value-set-imports", problem, "informational", _WARN)

    def _system(self, system: str) -> Iterator[Fault]:
        url, bar, version = system.partition("|")
        if bar:
            problem = "The system is named without its version; that goes into the version beside it."
            yield Fault("value-set-version", problem, "business-rule", Severity.ERROR if version else _WARN)
        if ":" not in url:
            problem = "The system must be an absolute url; a contained code system is named by its url too."
            yield Fault("value-set-system", problem, "invalid")
        if url.startswith("#"):
            yield from self._contained(url)
        resource = self.find(url, "CodeSystem")
        wrong = [*self._known(resource), *self._no_system(url, resource)]
        yield from wrong
        if not any(fault.severity is Severity.ERROR for fault in wrong):
            yield from self._concepts(url)
        for index, item in enumerate(objects(self.include.get("filter"))):
            yield from under("filter", under(index, self._filter(item, url, resource)))

    def _contained(self, url: str) -> Iterator[Fault]:
        found = [one for one in objects(self.value_set.get("contained")) if f"#{one.get('id')}" == url]
        systems = [one for one in found if one.get("resourceType") == "CodeSystem"]
        if found and not systems:
            yield Fault("value-set-system", "What the system names is contained here, but no code system.", "invalid")
        if len(systems) != 1:
            several = (
                "Several contained code systems have that id." if systems else "No code system of that id is here."
            )
            yield Fault("value-set-system", several, "invalid")

    def _known(self, resource: Json | None) -> Iterator[Fault]:
        """What is to be said of the code system that is there."""
        content = text((resource or {}).get("content"))
        if content in ("example", "fragment"):
            problem = f"The code system is only a part of what it stands for ({content})."
            yield Fault("value-set-content", problem, "invalid", _WARN if content == "example" else _NOTE)
        if content == "supplement":
            problem = "The system is a supplement; name the code system it supplements, and the supplement beside it."
            yield Fault("value-set-supplement", problem, "invalid")

    def _no_system(self, url: str, resource: Json | None) -> Iterator[Fault]:
        """A value set named in place of a code system."""
        if resource is None and self.find(url, "ValueSet") is not None:
            problem = f"{unnumbered(url)} is a value set and no code system; import it by valueSet instead."
            yield Fault("value-set-system", problem, "invalid")

    def _concepts(self, system: str) -> Iterator[Fault]:
        """The codes listed are of the system. Of a system nobody knows, the first code says so for all."""
        listed = objects(self.include.get("concept"))
        if len(listed) > _MOST_CODES:
            problem = f"There are more than {_MOST_CODES} codes; they are not checked one by one."
            yield Fault("value-set-many", problem, "business-rule", _NOTE)
            return
        version = text(self.include.get("version"))
        for index, concept in enumerate(listed):
            coded = Coded(system, text(concept.get("code")), "", version)
            answer = self.terminology.surely(coded) if self.terminology is not None and coded.code else None
            if answer is None:
                continue
            if answer.verdict is Verdict.UNKNOWN:
                problem = f"The codes cannot be checked: {answer.why}"
                yield Fault("value-set-unknown", unnumbered(problem), "business-rule", _WARN)
                return
            if answer.verdict is Verdict.NO:
                problem = f"The code is not of its system: {answer.why}"
                yield placed(Fault("value-set-code", unnumbered(problem), "business-rule"), "concept", index)

    def _filter(self, item: Json, system: str, resource: Json | None) -> list[Fault]:
        faults = filter_faults(item, system, resource, self.terminology)
        for number, one in enumerate(objects(an_object(item.get("_value")).get("extension"))):
            expression = text(an_object(one.get("valueExpression")).get("expression"))
            for quoted, plain in _USED(expression):
                if (quoted or plain) not in self.parameters:
                    problem = "The expression uses a parameter that the value set does not declare."
                    fault = Fault("filter-parameter", problem, "exception")
                    faults.append(placed(fault, "value", "extension", number, "value.ofType(Expression)"))
        return faults
