"""The profile validator: is a resource right by R4, by the profiles it claims, and by those it is asked to follow?

One `Validator` serves one context (the packages of one guide). It compiles what it meets once and may be shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from profiles.bindings import BindingJudge
from profiles.cds_hooks import check_hook, hook_model
from profiles.claims import ClaimJudge
from profiles.compiler import Compiler
from profiles.context import Context
from profiles.definitions import Definition, read_definition
from profiles.discriminators import Finder
from profiles.entry_profiles import EntryProfile, asked_of
from profiles.extension_places import ExtensionPlaces
from profiles.extensions import ExtensionJudge
from profiles.faults import Fault, Found, copied, placed
from profiles.fhir_plan import resource_types
from profiles.held_resources import Held, hold
from profiles.imposed_profiles import ImposedProfiles
from profiles.invariants import Clock, InvariantJudge
from profiles.issue import Issue, Severity, error
from profiles.logical_bodies import as_elements
from profiles.memo import Memo
from profiles.native_rules import Lookup, advice_of, natives_of
from profiles.placeholders import pattern_issues
from profiles.plans import Check, Definitions, ObjectRule, distinct
from profiles.references import ReferenceJudge
from profiles.scope import Claims, Fetch, Scope, open_scope
from profiles.terminology import Terminology
from profiles.told_faults import told

if TYPE_CHECKING:
    from profiles.signing_keys import Key

MOST_ROOTS = 2_000
"""Profiles remembered, those nobody knows among them; guides have some hundred."""
MOST_COMPILED = 3_000
"""Checks of types and sets of profiles remembered; a guide needs some hundred, hostile claims any number."""
MOST_WANTED = 200
"""Sets of profiles of whole resources remembered: each keeps the checks of all its elements, some fifty; messages of a
guide need some dozen."""
_LONGEST_URL = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    """How strictly to judge, and what to tell.

    unknown_profile: how bad a claimed profile is that no package has. advice: whether best practice is judged too.
    now: the time of invariants, or a clock. fetch: finds what references name outside the document. tolerated:
    parts of urls of extensions that need no definition, and of references that need not be found ("example.org").
    must_resolve: whether what references name must be found. trail: whether to tell by which profiles each resource
    is judged. entries: profiles for entries of a Bundle. publishing: whether definitions are judged as what is
    about to be published. errors: codes of findings that are errors here, whatever they are elsewhere ("text-html",
    "markdown-html" where texts are shown as pages). warnings: codes of findings that are no more than warnings here
    ("coding-display"). patterns: whether resources must be matchetypes, which hold placeholders in place of values.
    keys: public keys that signatures of Bundles may name. stable: whether nothing may be there that says it is
    experimental.
    """

    unknown_profile: Severity = Severity.ERROR
    advice: bool = False
    now: datetime | Clock | None = None
    fetch: Fetch | None = None
    tolerated: tuple[str, ...] = ()
    must_resolve: bool = False
    trail: bool = False
    entries: tuple[EntryProfile, ...] = ()
    publishing: bool = False
    errors: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    patterns: bool = False
    keys: tuple[Key, ...] = ()
    stable: bool = False


DEFAULT = Options()


class _Wanted(NamedTuple):
    """What a resource is judged by: the check, its definitions as a key, and what is told of them in any case."""

    check: Check
    key: frozenset[Definition]
    faults: tuple[Fault, ...]


class Validator:
    """Validates resources in their JSON form in one context."""

    def __init__(self, context: Context, terminology: Terminology | None = None, options: Options = DEFAULT) -> None:
        self.context = context
        self.options = options
        self._roots: Memo[str, tuple[Definition | None]] = Memo(MOST_ROOTS)
        self._definitions: dict[tuple[int, str], Definition] = {}
        self._held: Memo[tuple[str, Definitions], Held] = Memo(MOST_ROOTS)
        self._bases: dict[Definition, frozenset[Definition]] = {}
        self._wanted: Memo[tuple[str, Definitions, Definitions], _Wanted] = Memo(MOST_WANTED)
        self._imposed = ImposedProfiles(self._structure, self.root)
        self._claim_judge = ClaimJudge(context, self.root, options.unknown_profile)
        self.finder = Finder(self.root, self._member, self.follows)
        self.extensions = ExtensionJudge(self.root, self._structure, options.tolerated)
        free = options.tolerated if options.must_resolve else None
        self._references = ReferenceJudge(self._type_of, self.follows, self._why_not, free)
        self._bindings = BindingJudge(terminology, self._code_system)
        self._invariants = InvariantJudge(self._member, self.follows, options.now, advice=options.advice)
        self._lookup = Lookup(
            self._resource,
            self._structure,
            self._member,
            self.follows,
            terminology,
            options.publishing,
            options.keys,
            options.stable,
        )
        self.places = ExtensionPlaces(self._structure, self._invariants)
        self._compiler = Compiler(self, MOST_COMPILED)

    def validate(self, resource: Any, profiles: Iterable[str] = ()) -> tuple[Issue, ...]:
        """Findings of R4, of the profiles it claims in meta.profile and of those given here (canonical urls).

        resource: its JSON form, as `profiles.strict_json` or `profiles.fhir_xml` reads it. A profile that is not
        known is an error. `where` of each issue is FHIRPath ("Observation.value.ofType(Quantity).code"). Where a
        profile is a logical model of CDS Hooks, or another one and there is no resourceType, the resource is judged
        as the body that model describes.
        """
        wanted = tuple(profiles)
        body = self._body(resource, wanted) if type(resource) is dict else None
        if body is not None:
            return body
        name = resource.get("resourceType") if isinstance(resource, dict) else None
        if type(name) is not str or name not in resource_types():
            text = "A resource of FHIR R4 must be a JSON object whose resourceType names its type."
            return (error("structure-resource", "$", text, "structure"),)
        unknown = [_unknown_profile(url, name) for url in wanted if self.root(url) is None]
        roots = tuple(root for root in map(self.root, wanted) if root is not None)
        scope = open_scope(resource, self.options.fetch)
        found = [*(self._judge(resource, scope, roots) or ()), *self._entries(resource, scope)]
        issues = (*unknown, *self._issues(name, found))
        return pattern_issues(resource, issues) if self.options.patterns else issues

    def _body(self, value: dict[str, Any], wanted: tuple[str, ...]) -> tuple[Issue, ...] | None:
        """Findings on what is no resource by the logical model it is to follow; None where there is no such model."""
        hook = next(filter(None, map(hook_model, wanted)), "")
        if hook:
            scope = open_scope(value, self.options.fetch)
            return self._issues(hook, check_hook(value, hook, self._any, scope) or [])
        model = next(filter(None, map(self._logical, wanted)), None) if "resourceType" not in value else None
        if model is None:
            return None
        body = as_elements(value, model)
        check = self._compiler.object_check(model.path, (model,))
        return self._issues(model.path, check(body, open_scope(body, self.options.fetch)) or [])

    def _logical(self, canonical: str) -> Definition | None:
        """The logical model a canonical names."""
        found = self._structure(canonical)
        return self.root(canonical) if found is not None and found.get("kind") == "logical" else None

    def _entries(self, bundle: Any, scope: Scope) -> list[Fault]:
        """What is wrong with the entries of a Bundle by the profiles that are asked of them."""
        faults: list[Fault] = []
        for entry, url in asked_of(bundle, self.options.entries):
            root = self.root(url)
            if root is None:
                text = f"Profile {url} is not known, so nothing can be judged by it. Install its package."
                found: Found = [Fault("profile-unknown", text, "not-found")]
            else:
                found = self._judge_by(entry.resource, root, scope)
            faults += (placed(fault, "entry", entry.position, "resource") for fault in found or ())
        return faults

    def _issues(self, name: str, found: list[Fault]) -> tuple[Issue, ...]:
        for fault in found if self.options.errors or self.options.warnings else ():
            if fault.code in self.options.errors:
                fault.severity = Severity.ERROR
            elif fault.code in self.options.warnings and fault.severity is Severity.ERROR:
                fault.severity = Severity.WARNING
        return told(name, found)

    def root(self, canonical: str) -> Definition | None:
        """The definition of a type or profile; None where the context has none."""
        known = self._roots.get(canonical)
        if known is not None:
            return known[0]
        if len(canonical) > _LONGEST_URL:
            return None
        structure = self._structure(canonical)
        found = self._read(structure, canonical.partition("#")[2]) if structure is not None else None
        self._roots[canonical] = (found,)
        return found

    def _read(self, structure: dict[str, Any], element: str) -> Definition | None:
        """The definition of a structure, one however it is called: by url, by url|version, by its type's name."""
        key = (id(structure), element)
        known = self._definitions.get(key)
        found = known if known is not None else read_definition(structure, element)
        if found is not None:
            self._definitions[key] = found
        return found

    def follows(self, value: Any, url: str, scope: Scope) -> bool:
        """Whether a value follows a profile. One that is already being judged, further out, is taken to."""
        key = (id(value), url)
        if key in scope.verdicts:
            return scope.verdicts[key]
        root = self.root(url)
        if root is None or key in scope.active:
            return key in scope.active
        scope.active.add(key)
        verdict = self._is_right_by_claim(value, root, scope) or not _has_error(self._judge_by(value, root, scope))
        scope.active.discard(key)
        scope.verdicts[key] = verdict
        return verdict

    def _is_right_by_claim(self, value: Any, root: Definition, scope: Scope) -> bool:
        """Whether a resource is right by a profile it claims that is derived from this one, and so by this one too."""
        if type(value) is not dict or value.get("resourceType") != root.path:
            return False
        claimed = self._claims(value, scope).roots
        if root in claimed or not any(root in self._derived_from(one) for one in claimed):
            return False
        return not _has_error(self._judge(value, scope, ()))

    def _derived_from(self, definition: Definition) -> frozenset[Definition]:
        """The profiles a profile is a constraint on, up to the type."""
        if definition not in self._bases:
            structure = self._structure(definition.source) or {}
            self._bases[definition] = frozenset()  # where a profile is made from itself
            base = self.root(str(structure.get("baseDefinition")))
            if base is not None and structure.get("derivation") == "constraint":
                self._bases[definition] = frozenset((base, *self._derived_from(base)))
        return self._bases[definition]

    def _why_not(self, value: Any, url: str, scope: Scope) -> str:
        """The first error of a value by a profile, which is known not to follow it."""
        root = self.root(url)
        found = self._judge_by(value, root, scope) if root is not None else None
        first = next((fault for fault in found or () if fault.severity is Severity.ERROR), None)
        return "it is not known." if root is None else "it is part of itself." if first is None else first.text

    def remarks(self, value: Any, url: str, scope: Scope) -> list[Fault]:
        """What a profile that a value follows remarks on it: the repetitions that fit none of its slices."""
        root = self.root(url)
        found = self._judge_by(value, root, scope) if root is not None else None
        return [fault for fault in found or () if fault.code == "slicing-unmatched"]

    def _judge_by(self, value: Any, root: Definition, scope: Scope) -> Found:
        if isinstance(value, dict) and "resourceType" in value:
            if value["resourceType"] != root.path:
                return [Fault("profile-type", f"This must be a {root.path}.")]
            return self._judge(value, scope, (root,))
        return self._compiler.value_check(root.path, (root,))(value, scope)

    def resource(self, value: Any, scope: Scope, definitions: Definitions) -> Found:
        """Judge a resource inside another: contained, in a Bundle's entry or a parameter."""
        name = value.get("resourceType") if type(value) is dict else None
        if type(name) is not str or name not in resource_types():
            return [Fault("structure-resource", "A resource of R4 must stand here, with its resourceType.", "invalid")]
        key = (name, definitions)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = hold(name, definitions, self.root, self._invariants)
        if held.is_silent:
            return self._judge(value, scope, held.definitions)
        faults = copied(held.faults) or []
        for definition, profiles in held.choices:
            if not any(self.follows(value, url, scope) for url in profiles):
                text = f"This follows none of the profiles {definition.path} may have: {', '.join(profiles)}."
                faults.append(Fault("profile-none", text, "structure"))
        found = self._judge(value, scope, held.definitions)
        for rule in held.rules:
            faults += rule(value, scope) or ()
        return [*faults, *(found or ())] or None

    def _claims(self, resource: Any, scope: Scope) -> Claims:
        """The profiles a resource claims, and what is wrong with that; found once in a document."""
        known = scope.claims.get(id(resource))
        if known is None:
            known = scope.claims[id(resource)] = self._claim_judge.claims(resource)
        return known

    def _judge(self, resource: Any, scope: Scope, definitions: Definitions) -> Found:
        """Judge a resource by its type, these definitions, and the profiles it claims. scope: its own, or one around
        it."""
        name = resource["resourceType"]
        claims = self._claims(resource, scope)
        wanted = self._wanted.get((name, definitions, claims.roots)) or self._want(name, definitions, claims.roots)
        key = (id(resource), wanted.key)
        if key in scope.judged:
            known = scope.judged[key]
            return copied(known) if known is not None else None
        inner = scope if resource is scope.resource else scope.inside(resource)
        found = wanted.check(resource, inner)
        if claims.faults or wanted.faults:
            found = [*(found or ()), *(fault.copy() for fault in (*claims.faults, *wanted.faults))]
        scope.judged[key] = copied(found) if found is not None else None
        return found

    def _want(self, name: str, definitions: Definitions, claimed: Definitions) -> _Wanted:
        """What a resource of a type is judged by, all together."""
        together, faults = self._imposed.with_imposed(distinct((*definitions, *claimed)))
        faults += self._claim_judge.trail(name, together) if self.options.trail else []
        found = _Wanted(self._compiler.object_check(name, together), frozenset(together), tuple(faults))
        self._wanted[name, definitions, claimed] = found
        return found

    def bindings(self, definitions: Definitions, code: str) -> list[Check]:
        """The checks of an element's bindings."""
        return self._bindings.checks(definitions, code)

    def references(self, definitions: Definitions) -> list[Check]:
        """The checks of where an element of type Reference may point."""
        return self._references.checks(definitions)

    def invariants(self, definitions: Definitions, code: str) -> list[Check]:
        """The checks of an element's invariants."""
        return self._invariants.checks(definitions, code)

    def object_rules(self, definitions: Definitions, code: str) -> list[ObjectRule]:
        """The invariants of an object, with what is known of where they can fail."""
        return self._invariants.rules(definitions, code)

    def natives(self, code: str) -> list[ObjectRule]:
        """Rules of a type that stand in the text of the standard."""
        return [*natives_of(code, self._lookup), *(advice_of(code) if self.options.advice else ())]

    def _any(self, code: str) -> Check:
        """The check of a value of a type, by that type alone."""
        return self._compiler.value_check(code, ())

    def _member(self, value: Any, value_set: str) -> bool | None:
        return self._bindings.member(value, value_set)

    def _structure(self, url: str) -> dict[str, Any] | None:
        found = self.context.structure(url)
        return found.resource if found is not None else None

    def _code_system(self, url: str) -> dict[str, Any] | None:
        return self._resource(url, "CodeSystem")

    def _resource(self, canonical: str, resource_type: str) -> dict[str, Any] | None:
        found = self.context.resolve(canonical, resource_type)
        return found.resource if found is not None else None

    def _type_of(self, url: str) -> str | None:
        structure = self._structure(url)
        return str(structure.get("type")) if structure is not None else None


def _has_error(found: Found) -> bool:
    return found is not None and any(fault.severity is Severity.ERROR for fault in found)


def _unknown_profile(url: str, name: str) -> Issue:
    text = f"Profile {url} is not known, so nothing can be judged by it. Install its package."
    return error("profile-unknown", name, text, "not-found")
