"""Filters of a value set: their property is one of the code system, the operator suits it, and so does the value (R4,
ValueSet.compose.include.filter; properties every code system has are those of CodeSystem.filter and .property)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from profiles.code_systems import code_test
from profiles.expression_constraints import constraint_problem
from profiles.faults import Fault
from profiles.issue import Severity
from profiles.json_shapes import an_object, objects, text, unnumbered
from profiles.membership import Coded, Verdict
from profiles.terminology import Terminology

Json: TypeAlias = dict[str, Any]

_EXPRESSION = "http://hl7.org/fhir/StructureDefinition/cqf-expression"
_OF_EVERY_SYSTEM = MappingProxyType(
    {
        **dict.fromkeys(("concept", "parent", "child", "partOf"), "code"),
        **dict.fromkeys(("code", "display", "definition", "designation", "status", "comment", "synonym"), "string"),
        **dict.fromkeys(("inactive", "notSelectable"), "boolean"),
        **dict.fromkeys(("effectiveDate", "deprecationDate", "retirementDate"), "dateTime"),
        "itemWeight": "decimal",
    }
)
_HIERARCHY = ("is-a", "descendent-of", "is-not-a", "generalizes", "child-of", "descendent-leaf")
_OPERATORS = ("=", "in", "not-in", "exists", "regex", *_HIERARCHY)
_SNOMED = "http://snomed.info/sct"
_OF_SNOMED = MappingProxyType({"constraint": "constraint", "expressions": "boolean", "inactive": "boolean"})
_OWN_RULES = (_SNOMED, "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm")
"""Code systems whose properties are not those of a CodeSystem resource."""
_COMPARED = re.compile(r"(?:eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL).fullmatch
_CODING = re.compile(r"(?P<system>[^#|\s]+)(?:\|(?P<version>[^#|]+))?#(?P<code>\S.*)").fullmatch
_SEARCHED = re.compile(r"[^#|\s]+:[^#|\s]+\|[^#|\s]+").fullmatch
_WRITTEN: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "boolean": re.compile(r"true|false").fullmatch,
        "integer": re.compile(r"[+-]?\d{1,18}").fullmatch,
        "decimal": re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?").fullmatch,
        "dateTime": re.compile(
            r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])"
            r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?"
        ).fullmatch,
    }
)


def filter_faults(item: Json, system: str, resource: Json | None, terminology: Terminology | None) -> list[Fault]:
    """What is wrong with a filter on the codes of a system. resource: the code system, where it is known."""
    return list(_Filter(item, system, resource or {}, terminology).faults())


@dataclass(frozen=True, slots=True)
class _Filter:
    item: Json
    system: str
    resource: Json
    terminology: Terminology | None

    @property
    def name(self) -> str:
        return text(self.item.get("property"))

    @property
    def operator(self) -> str:
        return text(self.item.get("op"))

    def faults(self) -> Iterator[Fault]:
        """Findings on the filter as a whole."""
        value = self.item.get("value")
        yield from self._source(value)
        kind = self._kind()
        if kind is None:
            if self.system not in _OWN_RULES and self.name:
                problem = (
                    f"The system has no property {unnumbered(self.name)} that is known, so others may not know it."
                )
                severity = Severity.WARNING if self.resource else Severity.INFORMATION
                yield Fault("filter-property", problem, "invalid", severity)
            return
        yield from self._suits()
        if type(value) is str:
            yield from self._written(kind, value)

    def _source(self, value: Any) -> Iterator[Fault]:
        """A value, or an expression that gives one."""
        extensions = objects(an_object(self.item.get("_value")).get("extension"))
        expression = next((one for one in extensions if one.get("url") == _EXPRESSION), None)
        if value is None and expression is None:
            yield Fault("filter-value", "A filter needs a value, or an expression that gives one.", "invalid")
        if value is not None and expression is not None:
            yield Fault("filter-value", "A filter has a value or an expression, not both.", "invalid")
        language = an_object((expression or {}).get("valueExpression")).get("language", "text/fhirpath")
        if language != "text/fhirpath":
            yield Fault("filter-value", "The expression of a filter must be in text/fhirpath.", "invalid")

    def _kind(self) -> str | None:
        """The type of the property; None where nobody knows it."""
        defined = {text(one.get("code")): text(one.get("type")) for one in objects(self.resource.get("property"))}
        filters = {text(one.get("code")) for one in objects(self.resource.get("filter"))}
        found = self.system == _SNOMED and _OF_SNOMED.get(self.name)
        found = found or defined.get(self.name) or _OF_EVERY_SYSTEM.get(self.name)
        return found or ("string" if self.name in filters else None)

    def _suits(self) -> Iterator[Fault]:
        """The operator is one the code system allows for this filter, or one such a property can have."""
        filters = (one for one in objects(self.resource.get("filter")) if one.get("code") == self.name)
        allowed = next((one.get("operator") for one in filters), None)
        usual = ("=",) if self.system == _SNOMED and self.name == "constraint" else _OPERATORS
        named = allowed if type(allowed) is list else usual
        if self.operator and self.operator not in named:
            problem = f"The filter does not have this operator; it may be {', '.join(map(str, named))}."
            yield Fault("filter-operator", problem, "invalid")
        if self.operator == "regex" and self.name == "concept":
            yield Fault("filter-operator", "A concept cannot be matched by an expression; use code.", "invalid")

    def _written(self, kind: str, value: str) -> Iterator[Fault]:
        """The value is written as the property's type has it."""
        if self.operator == "regex":
            if code_test("regex", value) is None:
                yield Fault("filter-value", "The value is not a regular expression.", "invalid")
        elif self.operator in ("in", "not-in"):
            for part in value.split(","):
                yield from self._one(kind, part)
        else:
            yield from self._one("boolean" if self.operator == "exists" else kind, value)

    def _one(self, kind: str, value: str) -> Iterator[Fault]:
        written = _WRITTEN.get(kind)
        plain = _COMPARED(value) if kind in ("integer", "decimal", "dateTime") else None
        if written is not None and written(plain[1] if plain else value) is None:
            yield Fault("filter-value", f"The value must be a {kind}, as the property is one.", "invalid")
        if kind == "Coding":
            yield from self._coding(value)
        if kind == "constraint" and (found := constraint_problem(value)):
            yield Fault("filter-value", f"The value is no expression constraint of SNOMED CT; {found}", "invalid")
        if kind == "code" and value != value.strip():
            yield Fault("filter-value", "The value must be a code, without spaces around it.", "invalid")
        elif self.name == "concept" and self.terminology is not None:
            answer = self.terminology.surely(Coded(self.system, value))
            if answer is not None and answer.verdict is Verdict.NO:
                yield Fault("filter-code", unnumbered(f"The value is no code of the system: {answer.why}"), "invalid")

    def _coding(self, value: str) -> Iterator[Fault]:
        match = _CODING(value)
        if match is None:
            searched = _SEARCHED(value) is not None
            problem = "The value must be written system#code or system|version#code, as the property is a Coding."
            yield Fault("filter-value", problem, "invalid", Severity.WARNING if searched else Severity.ERROR)
            return
        coded = Coded(match["system"], match["code"], "", match["version"] or "")
        answer = self.terminology.surely(coded) if self.terminology is not None else None
        if answer is not None and answer.verdict is Verdict.NO:
            yield Fault("filter-code", unnumbered(f"The value is no code of its system: {answer.why}"), "invalid")
