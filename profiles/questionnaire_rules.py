"""Questionnaires in themselves and against those they are derived from (R4, Questionnaire; SDC, derivationType)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.questions import extension_values
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
Find: TypeAlias = Callable[[str], Json | None]

_WARN = Severity.WARNING
_NOTE = Severity.INFORMATION
_KINDS = "http://hl7.org/fhir/questionnaire-derivationType"
_OPTION_KEYS = ("valueInteger", "valueDate", "valueTime", "valueString", "valueCoding", "valueReference")


def questionnaire_check(find: Find) -> Callable[[Any, Scope], Found]:
    """The check of a Questionnaire. find: another by its canonical."""

    def check(questionnaire: Any, _: Scope) -> Found:
        faults = [*_conditions(questionnaire)]
        for index, canonical in enumerate(_list(questionnaire.get("derivedFrom"))):
            base = find(canonical) if type(canonical) is str else None
            extensions = _list(questionnaire.get("_derivedFrom"))
            beside = extensions[index] if index < len(extensions) else None
            kind, said = _derivation(beside if type(beside) is dict else {}, base)
            faults += [placed(fault, "derivedFrom", index) for fault in said]
            if base is not None and kind in ("extends", "compliesWith"):
                faults += _derived(questionnaire, base, kind)
        return faults or None

    return check


def _conditions(questionnaire: Json) -> Iterator[Fault]:
    """enableWhen refers to questions that are there, outside the item, and before it."""
    order = {str(item.get("linkId")): index for index, (_, item) in enumerate(_items(questionnaire, ()))}
    for path, item in _items(questionnaire, ()):
        inner = {str(one.get("linkId")) for _, one in _items(item, ())}
        for condition in _dicts(item.get("enableWhen")):
            target = condition.get("question")
            if type(target) is not str:
                continue
            if target in inner or target == item.get("linkId"):
                text = "A question cannot be enabled by itself, nor by one inside it."
                yield placed(Fault("enable-inner", text, "business-rule"), *path)
            elif target not in order:
                text = "A question is enabled by one that is not in the questionnaire."
                yield placed(Fault("enable-unknown", text, "business-rule"), *path)
            elif order[target] > order[str(item.get("linkId"))]:
                text = "A question is enabled by one that comes later."
                yield placed(Fault("enable-later", text, "business-rule", _WARN), *path)


def _derivation(beside: Json, base: Json | None) -> tuple[str, list[Fault]]:
    """How a questionnaire is derived from another, and what is to be said about that."""
    if base is None:
        text = "The questionnaire this one is derived from is not known, so it is not held against it."
        return "", [Fault("derivation-unknown", text, "business-rule", _WARN)]
    said = extension_values(beside).get("derivationType")
    if said is None:
        text = "How this is derived is not said by the extension questionnaire-derivationType, so it is not judged."
        return "", [Fault("derivation-type", text, "business-rule", _WARN)]
    coding = said[0]
    if not isinstance(coding, dict):
        text = "The extension questionnaire-derivationType has no Coding."
        return "", [placed(Fault("derivation-type", text, "business-rule", _WARN), "extension", 0)]
    kind = str(coding.get("code")) if coding.get("system") == _KINDS else ""
    if kind in ("extends", "compliesWith"):
        return kind, []
    text = "This kind of derivation is not judged."
    severity = _NOTE if kind == "inspiredBy" else _WARN
    fault = Fault("derivation-type", text, "business-rule", severity)
    return "", [placed(fault, "extension", 0, "value.ofType(Coding)")]


def _derived(questionnaire: Json, base: Json, kind: str) -> Iterator[Fault]:
    """The items against those of the same linkId that they are derived from."""
    known = {str(item.get("linkId")): item for _, item in _items(base, ())}
    for path, item in _items(questionnaire, ()):
        origin = known.get(str(item.get("linkId")))
        if origin is not None:
            yield from (placed(fault, *path) for fault in (*_narrowed(item, origin), *_offered(item, origin)))
        elif kind == "compliesWith":
            text = "The questionnaire that this one complies with has no item of this linkId."
            yield placed(Fault("derivation-item", text, "not-found"), *path)


def _narrowed(item: Json, origin: Json) -> Iterator[Fault]:
    """A derived item may ask for no other or less than its origin."""
    if "type" in origin and item.get("type", origin["type"]) != origin["type"]:
        yield _rule(f"The origin of this item is of type {origin['type']}; that cannot change.", "type")
    if origin.get("repeats") is not True and item.get("repeats") is True:
        yield _rule("The origin of this item does not repeat, so it cannot either.", "repeats")
    if origin.get("required") is True and item.get("required", True) is not True:
        yield _rule("The origin of this item is required, so it must be too.", "required")
    if "definition" in origin and item.get("definition") != origin["definition"]:
        text = "The origin of this item has a definition, which is usually repeated."
        yield Fault("derivation-definition", text, "business-rule", _NOTE)
    most = origin.get("maxLength")
    if isinstance(most, int) and not isinstance(item.get("maxLength"), int):
        yield _rule(f"The origin of this item has the maxLength {most}, so this must have one too.")
    elif isinstance(most, int) and item["maxLength"] > most:
        yield _rule(f"The origin of this item has the maxLength {most}; it cannot become longer.", "maxLength")


def _offered(item: Json, origin: Json) -> Iterator[Fault]:
    """A derived item may offer no other answers than its origin."""
    offered = _dicts(origin.get("answerOption"))
    if (offered and "answerValueSet" in item) or ("answerValueSet" in origin and "answerOption" in item):
        yield _rule("This item and its origin offer answers in different ways, an option list and a value set.")
        return
    if "answerValueSet" in origin:
        text = "Whether the value set of this item is within that of its origin is not judged."
        yield Fault("derivation-options", text, "business-rule", _WARN)
    if offered and not _dicts(item.get("answerOption")):
        yield _rule("The origin of this item has answer options, so this must have some too.")
    known = {_option(one) for one in offered}
    for index, option in enumerate(_list(item.get("answerOption"))):
        if offered and type(option) is dict and _option(option) not in known:
            yield placed(_rule("The origin of this item has no such answer option."), "answerOption", index)


def _option(option: Json) -> tuple[str, ...]:
    """What an answer option means, to compare by."""
    key = next((key for key in _OPTION_KEYS if key in option), "")
    value = option.get(key)
    if isinstance(value, dict):
        return (key, *(str(value.get(name, "")) for name in ("system", "version", "code", "reference")))
    return (key, str(value))


def _rule(text: str, step: str = "") -> Fault:
    return Fault("derivation-item", text, "business-rule", step=step)


def _items(holder: Any, path: Path) -> Iterator[tuple[Path, Json]]:
    for index, item in enumerate(_list(holder.get("item"))):
        if type(item) is dict:
            place = (*path, "item", index)
            yield place, item
            yield from _items(item, place)


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _dicts(value: Any) -> list[Json]:
    return [one for one in _list(value) if type(one) is dict]
