"""Bindings: whether codes are of the value sets an element asks for (ElementDefinition.binding, R4).

required: an error; extensible: a warning; preferred: a note; example: nothing. What the terminology at hand cannot
decide is a warning that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from profiles.additional_bindings import Usage, additional_of
from profiles.codings import CodingJudge, codings_of
from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.issue import About, Severity
from profiles.membership import Coded, Membership, Verdict, no
from profiles.memo import Memo
from profiles.plans import Check, Definitions, all_of
from profiles.primitives import PRIMITIVES
from profiles.remarks import refuses, remark_faults
from profiles.scope import Scope
from profiles.terminology import Terminology

_STRENGTHS = ("example", "preferred", "extensible", "widest", "required")
_TEXT_OR_NONE = frozenset({str, type(None)})
_MOST_RIGHT = 2_000
_SEVERITIES = {
    "preferred": Severity.INFORMATION,
    "extensible": Severity.WARNING,
    "widest": Severity.ERROR,
    "required": Severity.ERROR,
}
_MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_MIME_TYPES = "http://hl7.org/fhir/ValueSet/mimetypes"
_KNOWN_AS = {
    "http://www.rfc-editor.org/bcp/bcp13.txt": _MIME_TYPES,
    "http://hl7.org/fhir/ValueSet/expression-language": _MIME_TYPES,
}
"""Value sets that mean another one: the first by its old name, the second as all its codes are MIME types and R4 lets
others be used (Expression.language)."""
_SHORT_FORMATS = frozenset({"json", "xml", "ttl"})
"""Names of formats that R4 lets stand for their MIME types (3.1.0.1.11)."""
_SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
"""Definitions name FHIRPath's own types where R4's value sets have FHIR types only."""
_LOOSER = ("http://hl7.org/fhir/ValueSet/ucum-vitals-common",)
"""Value sets that R4's vital signs bind as required to more than the standard's text requires; judged as extensible."""
_NO_SYSTEM = no("No code says its system.")
_CODES = ("code", "string", "uri", "canonical", "url", "oid", "id", "markdown")
"""Primitive types a binding means something for."""
_OPEN = ("StructureDefinition.type",)
"""Elements whose binding names the types of R4, and which may name others."""
_CODED = ("Coding", "CodeableConcept", "Quantity")


class BindingJudge:
    """Judges codes in one context. Without terminology it says nothing."""

    def __init__(self, terminology: Terminology | None, find: Callable[[str], dict[str, Any] | None]) -> None:
        """find: the resource of a code system."""
        self._terminology = terminology
        self._codings = CodingJudge(terminology, find) if terminology is not None else None

    def checks(self, definitions: Definitions, code: str) -> list[Check]:
        """The checks of an element of a type: each code in its own system, then in the value sets bound to it."""
        if self._terminology is None or self._codings is None:
            return []
        if any(one.path in _OPEN for one in definitions):
            return []
        more = _additional(definitions)
        bounds = [*_bound(definitions), *(bound for bound, usages in more if not usages)]
        if code in PRIMITIVES and code not in _CODES:
            return []
        if code not in _CODED and code not in PRIMITIVES:
            return []
        if any(one.path == "CodeableConcept.coding" for one in definitions):
            return []
        limited = [_where(usages, self._check(code, [bound])) for bound, usages in more if usages]
        return [self._check(code, bounds), *limited] if bounds or code in _CODED else limited

    def _check(self, code: str, bounds: list[_Bound]) -> Check:
        """The check of an element of a type against value sets."""
        if self._terminology is None or self._codings is None:
            return lambda _, __: None
        if code in PRIMITIVES:
            return all_of([_code_check(self._terminology, one.strength, one.value_set, one.source) for one in bounds])
        return _remembering_right(_concept_check(self._terminology, self._codings, code, bounds), code)

    def member(self, value: Any, value_set: str) -> bool | None:
        """Whether a code, Coding or CodeableConcept is in a value set; None where that cannot be told."""
        if self._terminology is None:
            return None
        if isinstance(value, str):
            answer = self._terminology.member(Coded("", value), value_set)
        else:
            answer = self._terminology.any_member(codings_of(value), value_set)
        return None if answer.verdict is Verdict.UNKNOWN else answer.verdict is Verdict.YES


def _code_check(terminology: Terminology, strength: str, value_set: str, source: str) -> Check:
    ask = _remembering(terminology, value_set)
    severity = _SEVERITIES[strength]
    is_mime = value_set.partition("|")[0] == _MIME_TYPES

    def check(value: Any, _: Scope) -> Found:
        if type(value) is not str or value.startswith(_SYSTEM_TYPE) or (is_mime and value in _SHORT_FORMATS):
            return None
        answer = ask(value)
        if answer is None or answer.verdict is Verdict.YES:
            return None
        if answer.verdict is Verdict.UNKNOWN:
            return [_undecided(value_set, answer)]
        faults = []
        if strength == "required":
            text = f"No code system of value set {value_set} has this code."
            faults.append(Fault("binding-system", text, "not-found"))
        text = f"The code is not in value set {value_set} ({strength}; profile {source})."
        about = About(profile=source, value_set=value_set)
        return [*faults, Fault(f"binding-{strength}", text, "code-invalid", severity, about=about)]

    return check


def _remembering(terminology: Terminology, value_set: str) -> Callable[[str], Membership | None]:
    """Asks whether a bare code is in a value set; None for a plain yes."""
    quick: list[frozenset[str]] = []

    def ask(code: str) -> Membership | None:
        if not quick:
            listed = terminology.codes_of(value_set)
            quick.append(frozenset(one for _, one in listed) if listed is not None else frozenset())
        return None if code in quick[0] else terminology.member(Coded("", code), value_set)

    return ask


@dataclass(frozen=True, slots=True)
class _Bound:
    """A value set an element is bound to."""

    strength: str
    value_set: str
    source: str

    def fault(self, answer: Membership) -> Fault:
        """What to say of codes that are not in it."""
        text = (
            f"None of the codes is in value set {self.value_set} ({self.strength}; profile {self.source}). {answer.why}"
        )
        return Fault(f"binding-{self.strength}", text, "code-invalid", _SEVERITIES[self.strength], about=self.about)

    @property
    def about(self) -> About:
        """What a finding of it rests on."""
        return About(profile=self.source, value_set=self.value_set)


def _concept_check(terminology: Terminology, judge: CodingJudge, code: str, bounds: list[_Bound]) -> Check:
    """The check of a Coding, CodeableConcept or Quantity: its codes in their own systems, then in each value set."""
    sets = _Sets(terminology, bounds)

    def check(value: Any, scope: Scope) -> Found:
        if type(value) is not dict or (code == "Quantity" and "code" not in value):
            return None
        codings = codings_of(value)
        if not codings:
            return [fault for one in bounds for fault in _no_code(one)] if code == "CodeableConcept" else None
        language = scope.language()
        whole = _Whole(terminology, codings, code, language, bool(bounds)) if code != "Quantity" else None
        asked = whole.answers(bounds) if whole is not None else None
        if whole is not None and asked is not None:
            faults, left = whole.faults(asked), [one for one in bounds if one not in asked]
        else:
            faults, left = judge.faults(value, code, language, sets.states, is_bound=bool(bounds)), bounds
        for one in left:
            if sets.have(one.value_set, codings):
                continue
            named = tuple(coded for coded in codings if coded.system)
            answer = terminology.any_member(named, one.value_set, language) if named else _NO_SYSTEM
            faults = _after(faults, one, answer, code)
        return faults or None

    return check


def _remembering_right(check: Check, code: str) -> Check:
    """The check, which remembers single codings that it found nothing to say of: system, code, display, version and
    language are all it depends on."""
    right: Memo[Any, bool] = Memo(_MOST_RIGHT)

    def quick(value: Any, scope: Scope) -> Found:
        one = _single(value, code)
        if one is None:
            return check(value, scope)
        get = one.get
        key = (get("system"), get("code"), get("display"), get("version"), scope.language())
        if type(key[1]) is not str or not _TEXT_OR_NONE.issuperset(map(type, key)):
            return check(value, scope)
        if key in right:
            return None
        found = check(value, scope)
        if found is None:
            right[key] = True
        return found

    return quick


def _single(value: Any, code: str) -> dict[str, Any] | None:
    """The only coding of a value; None where it has others, or none."""
    if type(value) is not dict:
        return None
    inner = value.get("coding")
    if code != "CodeableConcept":
        return value if inner is None else None
    return inner[0] if type(inner) is list and len(inner) == 1 and type(inner[0]) is dict else None


class _Sets:
    """The value sets of an element's bindings, each listed at most once."""

    def __init__(self, terminology: Terminology, bounds: list[_Bound]) -> None:
        self._terminology, self._bounds = terminology, bounds
        self._quick: dict[str, frozenset[tuple[str, str]]] = {}

    def have(self, value_set: str, codings: tuple[Coded, ...]) -> bool:
        """Whether a value set that can be listed has one of the codings."""
        if value_set not in self._quick:
            self._quick[value_set] = self._terminology.codes_of(value_set) or frozenset()
        listed = self._quick[value_set]
        return any((coded.system, coded.code) in listed for coded in codings)

    @cached_property
    def states(self) -> frozenset[str]:
        """What the value sets are that are not meant for use yet: draft, experimental."""
        found = [self._terminology.value_set(one.value_set) or {} for one in self._bounds]
        draft = {"draft" for one in found if one.get("status") == "draft"}
        return frozenset(draft | {"experimental" for one in found if one.get("experimental") is True})


@dataclass(frozen=True, slots=True)
class _Whole:
    """Codings of which the packages do not know one: sources are asked about all of them together, as only they can
    tell how the whole is to be read."""

    terminology: Terminology
    codings: tuple[Coded, ...]
    type_name: str
    language: str
    is_bound: bool

    def answers(self, bounds: list[_Bound]) -> dict[_Bound | None, Membership] | None:
        """The answers of sources by value set, and by None of the codes in their own systems; None where all is known
        here, or no source answers."""
        if all(map(self.terminology.is_known_here, self.codings)):
            return None
        asked = {one: self.terminology.asked(self.codings, one.value_set, self.language) for one in bounds}
        found: dict[_Bound | None, Membership] = {one: answer for one, answer in asked.items() if answer is not None}
        alone = self.terminology.asked(self.codings, "", self.language)
        if alone is not None and (self.type_name == "Coding" or not found):
            found = {None: alone, **found}
        return found or None

    def faults(self, answers: dict[_Bound | None, Membership]) -> list[Fault]:
        """What the answers mean for the element. A Coding that nothing is bound to may be of any system."""
        faults: list[Fault] = []
        for bound, answer in answers.items():
            told = [one for one in remark_faults(answer, self.type_name) if not _is_told(one, faults)]
            if self.type_name == "Coding" and not self.is_bound:
                told = [one for one in told if one.code != "coding-undecided"]
            faults += told
            if bound is not None and bound.strength != "preferred" and refuses(answer, self.type_name):
                faults.append(bound.fault(answer))
        return faults


def _after(faults: list[Fault], bound: _Bound, answer: Membership, type_name: str) -> list[Fault]:
    """The findings so far with those of one value set. Who knows of the value set knew of the codes too."""
    undecided = [fault for fault in faults if fault.code in ("coding-undecided", "coding-fragment")]
    if answer.verdict is Verdict.UNKNOWN:
        return faults if undecided else [*faults, _undecided(bound.value_set, answer)]
    known = [fault for fault in faults if fault not in undecided] if answer.remarks or not answer.why else faults
    known = [*known, *(fault for fault in remark_faults(answer, type_name) if not _is_told(fault, known))]
    return known if answer.verdict is Verdict.YES or bound.strength == "preferred" else [*known, bound.fault(answer)]


def _is_told(fault: Fault, faults: list[Fault]) -> bool:
    return any((one.kind, one.steps) == (fault.kind, fault.steps) for one in faults)


def _bound(definitions: Definitions) -> list[_Bound]:
    """Each binding that counts: the last one, and every required one before it."""
    found: dict[str, _Bound] = {}
    last = ""
    for definition in definitions:
        for strength, given in (definition.binding, ("widest", _widest(definition))):
            value_set = _KNOWN_AS.get(given, given)
            if value_set.partition("|")[0] in _LOOSER:
                strength = "extensible"
            if value_set and strength in _STRENGTHS:
                known = found.get(value_set)
                if known is None or _STRENGTHS.index(known.strength) < _STRENGTHS.index(strength):
                    found[value_set] = _Bound(strength, value_set, definition.source)
                last = value_set if definition.binding[1] == given else last
    return [
        one
        for one in found.values()
        if one.strength in ("required", "widest") or (one.value_set == last and one.strength != "example")
    ]


def _additional(definitions: Definitions) -> list[tuple[_Bound, tuple[Usage, ...]]]:
    """Each additional binding, with what says for which resources it counts."""
    found = [(one, definition.source) for definition in definitions for one in additional_of(definition)]
    bound = {one: (_Bound(one.strength, one.value_set, source), one.usages) for one, source in reversed(found)}
    return list(bound.values())


def _where(usages: tuple[Usage, ...], check: Check) -> Check:
    """The check, of resources all usages fit."""
    return lambda value, scope: check(value, scope) if all(one.fits(scope.resource) for one in usages) else None


def _widest(definition: Definition) -> str:
    """The value set that even an extensible binding must stay within."""
    extensions = definition.element.get("binding", {}).get("extension", ())
    found = (one for one in extensions if one.get("url") == _MAX_VALUE_SET)
    return next((str(one.get("valueCanonical", one.get("valueUri", ""))) for one in found), "")


def _no_code(bound: _Bound) -> list[Fault]:
    if bound.strength != "required":
        return []
    text = f"There is no code, and one from value set {bound.value_set} is required (profile {bound.source})."
    return [Fault("binding-required", text, "code-invalid", about=bound.about)]


def _undecided(value_set: str, answer: Membership) -> Fault:
    text = f"Whether the code is in value set {value_set} cannot be decided here: {answer.why}"
    return Fault("binding-undecided", text, "code-invalid", Severity.WARNING)
