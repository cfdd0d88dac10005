"""Terminology of a context: value sets and code systems from its packages, grammars, and sources plugged in.

Asked first is what the packages hold, then what a grammar decides, then each source in turn; what nobody knows is
unknown, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable

from profiles.code_systems import CodeSystem, Concept, displays_of, read_code_system
from profiles.context import Context
from profiles.json_shapes import an_object, objects, text
from profiles.local_codes import decided_locally
from profiles.membership import (
    YES,
    Coded,
    Membership,
    Question,
    TerminologySource,
    Verdict,
    composed,
    either,
    no,
    unknown,
)
from profiles.memo import Memo
from profiles.packages import Json
from profiles.value_sets import Codes, ValueSets

_MOST_SYSTEMS = 4_000
"""Code systems remembered, those nobody knows among them: messages may name any."""
_LONGEST_URL = 1_000
_HELD = ("complete", "fragment", "example")


class Terminology:
    """What answers about codes within a context. Answers are remembered; threads may share it."""

    def __init__(self, context: Context, sources: Iterable[TerminologySource] = ()) -> None:
        """context: whose packages are asked. sources: asked in order about what the packages do not know."""
        self._context = context
        self._sources = tuple(sources)
        self._systems: Memo[tuple[str, str], tuple[CodeSystem | None]] = Memo(_MOST_SYSTEMS)
        self._names: dict[str, tuple[str, str]] = {}
        self._sets = ValueSets(self.value_set, self.code_system, self._in_system)

    def codes_of(self, value_set: str) -> Codes | None:
        """All (system, code) of a value set, for quick yes; None where they cannot be listed.

        A code that is not among them may still be a member in another case: ask `member` before refusing it.
        """
        return self._sets.codes_of(value_set)

    def member(self, coded: Coded, value_set: str, language: str = "") -> Membership:
        """Whether a code is in a value set (`url` or `url|version`); no system means any the value set draws from."""
        return self.any_member((coded,), value_set, language)

    def any_member(self, codings: tuple[Coded, ...], value_set: str, language: str = "") -> Membership:
        """Whether one of the codings of a CodeableConcept is in a value set. language: of displays, "" for any."""
        local = no("None of the codes is in the value set.")
        for coded in codings:
            local = either(local, self._sets.member(value_set, coded.system, coded.code))
        return self._or_sources(local, codings, value_set, language)

    def asked(self, codings: tuple[Coded, ...], value_set: str = "", language: str = "") -> Membership | None:
        """What the sources say of codings as a whole, in a value set or ("") in their own code systems; None where no
        source knows."""
        answer = self._told(codings, value_set, language)
        return None if answer is None or answer.silent else answer

    @property
    def asks_others(self) -> bool:
        """Whether sources are asked, which may know tomorrow what they do not know today."""
        return bool(self._sources)

    def _told(self, codings: tuple[Coded, ...], value_set: str, language: str) -> Membership | None:
        """What the first source that knows says; else why one of them was silent."""
        if not self._sources:
            return None
        url, compose = self._named(value_set)
        question = Question(codings, url, language, compose)
        silent: Membership | None = None
        for source in self._sources:
            answer = source.answer(question)
            if answer is not None and not answer.silent:
                return answer
            silent = silent or answer
        return silent

    def surely(self, coded: Coded) -> Membership | None:
        """Whether a code is of its system, as the packages or a source know; None where nobody was there to ask."""
        local = self._of_its_system_here(coded)
        return self.asked((coded,)) if local.verdict is Verdict.UNKNOWN else local

    def is_known_here(self, coded: Coded) -> bool:
        """Whether the packages or a grammar decide if the code is of its system; nothing is to be decided of none."""
        return not coded.system or self._of_its_system_here(coded).verdict is not Verdict.UNKNOWN

    def of_its_system(self, coded: Coded, language: str = "") -> Membership:
        """Whether a code is of the code system it names."""
        return self._or_sources(self._of_its_system_here(coded), (coded,), "", language)

    def _of_its_system_here(self, coded: Coded) -> Membership:
        found = self._context.resolve(f"{coded.system}|{coded.version}", "CodeSystem") if coded.version else None
        if found is not None and found.note is not None:
            return unknown(f"Version {coded.version} of {coded.system} is not in the packages.")
        return self._in_system(coded.system, coded.code, coded.version)

    def displays(self, system: str, code: str, language: str = "") -> tuple[str, ...]:
        """The displays known of a code, the main one first; of one language, with those of no stated language."""
        found = self.code_system(system)
        concept = found.find(code) if found else None
        if concept is None:
            return ()
        stem = language.lower().partition("-")[0]
        fits = (text for of, text in concept.displays if not stem or of.lower().partition("-")[0] in ("", stem))
        return tuple(dict.fromkeys(fits))

    def right_display(self, coded: Coded, value_set: str = "") -> Membership:
        """Whether the display is one of the code's, in any language, ignoring case and spaces."""
        known = {*self.displays(coded.system, coded.code), *self._local_displays(coded, value_set)}
        if not known:
            return unknown(f"No display is known for this code of {coded.system}.")
        right = {_plain(text) for text in known}
        return YES if _plain(coded.display) in right else no("It is not a display of this code.")

    def concept(self, system: str, code: str) -> Concept | None:
        """What the packages hold of a code."""
        found = self.code_system(system)
        return found.find(code) if found else None

    def value_set(self, canonical: str) -> Json | None:
        """The resource of a value set."""
        found = self._context.resolve(canonical, "ValueSet")
        return found.resource if found else None

    def code_system(self, url: str, version: str = "") -> CodeSystem | None:
        """A code system with its supplements; a version nobody has means the one there is. One that holds codes is
        preferred to one that only says that it exists. None where the context has none."""
        key = (url, version)
        known = self._systems.get(key)
        if known is not None:
            return known[0]
        if len(url) + len(version) > _LONGEST_URL:
            return None
        found = self._read(url, version)
        self._systems[key] = (found,)
        return found

    def _read(self, url: str, version: str) -> CodeSystem | None:
        first = self._context.resolve(f"{url}|{version}" if version else url, "CodeSystem")
        if first is None:
            return None
        held = (one.resource for one in self._context.all_of(url, "CodeSystem") if one.resource.get("content") in _HELD)
        resource = first.resource if first.resource.get("content") in _HELD else next(held, first.resource)
        return read_code_system(resource, (one.resource for one in self._context.supplements(url)))

    def _in_system(self, system: str, code: str, version: str) -> Membership:
        """Whether the packages or a grammar know a code to be of a system."""
        found = self.code_system(system, version)
        if found is not None and found.find(code) is not None:
            return YES
        if found is not None and found.complete:
            return no(f"The code system {system} has no such code.")
        decided = decided_locally(system, code)
        if decided is not None:
            return decided
        if found is not None and found.content in _HELD:
            return unknown(f"The packages hold only part of the code system {system}.")
        if found is None and self.value_set(system) is not None:
            return no(f"{system} names a value set, not a code system.")
        return unknown(f"The codes of {system} are not in the packages.")

    def _or_sources(self, local: Membership, codings: tuple[Coded, ...], value_set: str, language: str) -> Membership:
        if local.verdict is not Verdict.UNKNOWN:
            return local
        answer = self._told(codings, value_set, language)
        if answer is not None and answer.silent:
            return unknown(f"{local.why} {answer.why}")
        return local if answer is None else answer

    def _named(self, canonical: str) -> tuple[str, str]:
        """A value set as sources are asked of it: `url|version`, with the version there is, and its composition."""
        if canonical not in self._names:
            resource = self.value_set(canonical) if canonical else None
            url, _, version = canonical.partition("|")
            version = version if resource is None else text(resource.get("version"))
            self._names[canonical] = (f"{url}|{version}" if version else url, composed(resource or {}))
        return self._names[canonical]

    def _local_displays(self, coded: Coded, value_set: str) -> Iterable[str]:
        """Displays a value set itself gives to a code."""
        resource = self.value_set(value_set) if value_set else None
        for include in objects(an_object((resource or {}).get("compose")).get("include")):
            if include.get("system") == coded.system:
                for concept in objects(include.get("concept")):
                    if concept.get("code") == coded.code:
                        yield from (display for _, display in displays_of(concept))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
