"""Codings on their own: a code is of the system it names, and its display is one of that code's (R4, 4.1 Coding)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from profiles.coding_systems import unknown_system
from profiles.faults import Fault, Found, under
from profiles.issue import Severity
from profiles.membership import Coded, Verdict
from profiles.remarks import remark_faults
from profiles.terminology import Terminology

_MOST_REMEMBERED = 20_000


def coded(value: Any) -> Coded:
    """A Coding or Quantity as the terminology asks for it; what is no text is left empty."""
    texts = (value.get(key) for key in ("system", "code", "display", "version"))
    return Coded(*(text if type(text) is str else "" for text in texts))


def codings_of(value: Any) -> tuple[Coded, ...]:
    """The codes of a CodeableConcept, Coding or Quantity."""
    if type(value) is not dict:
        return ()
    inner = value.get("coding")
    members = inner if type(inner) is list else [value] if "code" in value else []
    return tuple(coded(one) for one in members if type(one) is dict and "code" in one)


class CodingJudge:
    """Judges codings by what is known of their code systems. Findings of a coding are remembered."""

    def __init__(self, terminology: Terminology, find: Callable[[str], dict[str, Any] | None]) -> None:
        """find: the resource of a code system."""
        self._terminology = terminology
        self._find = find
        self._states: dict[str, str] = {}
        self._known: dict[tuple[Coded, str], tuple[tuple[str, str, str, Severity, str], ...]] = {}

    def faults(
        self,
        value: dict[str, Any],
        type_name: str,
        language: str = "",
        states: frozenset[str] = frozenset(),
        *,
        is_bound: bool = True,
    ) -> list[Fault]:
        """What is wrong with a Coding, with the codings of a CodeableConcept, or with the code of a Quantity's unit.

        language: of the text around it. states: of the value sets it is bound to, where they are not meant for use yet.
        is_bound: whether it is bound to any.
        """
        if type_name == "Quantity":
            return self._unit(value)
        if type_name == "Coding":
            return self._single(value, language, states, is_bound=is_bound)
        inner = value.get("coding")
        faults: list[Fault] = []
        for index, one in enumerate(inner if type(inner) is list else ()):
            if type(one) is dict:
                found = self._judge(one, "invalid", language, states) or []
                notes = [fault for fault in found if fault.code == "coding-status"]
                faults += under("coding", under(index, [fault for fault in found if fault not in notes]))
                faults += notes
        return faults

    def _unit(self, value: dict[str, Any]) -> list[Fault]:
        answer = self._terminology.of_its_system(coded(value)) if "system" in value else None
        if answer is None or answer.verdict is not Verdict.NO:
            return []
        return [Fault("coding-unknown", answer.why, "code-invalid", step="code")]

    def _single(self, value: dict[str, Any], language: str, states: frozenset[str], *, is_bound: bool) -> list[Fault]:
        """A Coding. One that nothing is bound to may be of any system, but for those that are nearly a known one."""
        found = self._judge(value, "code-invalid", language, states) or []
        decided = [fault for fault in found if fault.code != "coding-undecided"]
        if is_bound or len(decided) == len(found):
            return decided
        told = unknown_system(str(value.get("system")), lambda url: self._terminology.code_system(url) is not None)
        return decided if told is None else [*decided, told]

    def _judge(self, value: dict[str, Any], kind: str, language: str, states: frozenset[str]) -> Found:
        if "code" not in value:
            return None
        if "system" not in value:
            text = "A code without a system means nothing for certain; add the system."
            return [Fault("coding-no-system", text, kind, Severity.WARNING)]
        key = coded(value)
        told = self._known.get((key, language))
        if told is None:
            told = tuple(self._told(key, language))
            if len(self._known) < _MOST_REMEMBERED and not self._may_change(told):
                self._known[key, language] = told
        faults = [Fault(code, text, of, severity, step=step) for code, text, of, severity, step in told]
        return [*faults, *self._status(key, states)] or None

    def _may_change(self, told: Iterable[tuple[str, str, str, Severity, str]]) -> bool:
        return self._terminology.asks_others and any(code == "coding-undecided" for code, *_ in told)

    def _told(self, key: Coded, language: str) -> list[tuple[str, str, str, Severity, str]]:
        if "/ValueSet/" in key.system and self._terminology.value_set(key.system) is not None:
            text = "The system is a value set and no code system; name the code system."
            return [("coding-value-set", text, "invalid", Severity.ERROR, "system")]
        if ":" not in key.system:
            return [
                (
                    "coding-system",
                    "The system of a code must be an absolute url.",
                    "code-invalid",
                    Severity.ERROR,
                    "system",
                )
            ]
        if _supplements(self._find(key.system) or {}):
            text = "The system is a supplement to a code system; name the code system itself."
            return [("coding-supplement", text, "not-found", Severity.ERROR, "system")]
        answer = self._terminology.of_its_system(key, language)
        if answer.remarks:
            return [
                (one.code, one.text, one.kind, one.severity, str(one.steps[0]) if one.steps else "")
                for one in remark_faults(answer, "Coding")
            ]
        found = self._terminology.code_system(key.system)
        if answer.verdict is Verdict.UNKNOWN:
            if found is not None and found.content in ("fragment", "example"):
                text = f"The code is not in the part of {key.system} that is at hand, so it may be right."
                return [("coding-fragment", text, "code-invalid", Severity.WARNING, "code")]
            text = f"The code cannot be judged: {answer.why}"
            return [("coding-undecided", text, "not-found", Severity.WARNING, "system")]
        if answer.verdict is Verdict.NO:
            return [("coding-unknown", answer.why, "code-invalid", Severity.ERROR, "code")]
        return self._display(key)

    def _display(self, key: Coded) -> list[tuple[str, str, str, Severity, str]]:
        if not key.display or self._terminology.right_display(key).verdict is not Verdict.NO:
            return []
        right = " or ".join(f"'{text}'" for text in self._terminology.displays(key.system, key.code)[:3])
        text = f"The display is not one of the code's; it is {right}."
        return [("coding-display", text, "invalid", Severity.ERROR, "display")]

    def _status(self, key: Coded, states: frozenset[str]) -> list[Fault]:
        """Notes on code systems that are not, or no longer, meant for use; told of the whole element. A value set that
        is no further itself may well draw from them."""
        if key.system not in self._states:
            resource = self._find(key.system) or {}
            is_test = resource.get("experimental") is True
            state = str(resource.get("status", "")) if not _supplements(resource) else ""
            self._states[key.system] = state if state in ("draft", "retired") else "experimental" if is_test else ""
        state = self._states[key.system]
        text = f"The code system {key.system} is {state}."
        told = bool(state) and state not in states
        return [Fault("coding-status", text, "business-rule", Severity.INFORMATION)] if told else []


def _supplements(system: dict[str, Any]) -> bool:
    """Whether a code system only adds to another, by its content or because it names what it supplements."""
    return system.get("content") == "supplement" or "supplements" in system
