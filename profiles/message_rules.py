"""Messages by their definition (R4, 2.4 Messaging and MessageDefinition): the event, and what the message is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from profiles.faults import Fault, Found, placed
from profiles.issue import Severity
from profiles.json_shapes import an_object
from profiles.scope import Scope

Json: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str], Json | None]
Follows: TypeAlias = Callable[[Any, str, Scope], bool]


def header_check(find: Find, follows: Follows) -> Callable[[Any, Scope], Found]:
    """The check of a MessageHeader. find: a MessageDefinition by canonical; follows: whether a resource follows a
    profile. A definition that is not known is a note."""

    def check(header: Any, scope: Scope) -> Found:
        canonical = header.get("definition")
        if type(canonical) is not str:
            return None
        definition = find(canonical)
        if definition is None:
            text = "The definition of the message is not known, so the message cannot be judged by it."
            return [Fault("message-definition", text, "not-found", Severity.INFORMATION, step="definition")]
        return [*_event(header, definition), *_focus(header, definition, scope, follows)] or None

    return check


def _event(header: Json, definition: Json) -> list[Fault]:
    said = an_object(header.get("eventCoding")) or {"code": header.get("eventUri")}
    wanted = an_object(definition.get("eventCoding")) or {"code": definition.get("eventUri")}
    same = said.get("code") == wanted.get("code") and said.get("system") == wanted.get("system")
    if same or wanted.get("code") is None:
        return []
    return [Fault("message-event", f"The definition of this message is for the event {wanted['code']}.", "value")]


def _focus(header: Json, definition: Json, scope: Scope, follows: Follows) -> list[Fault]:
    """What a message is about: of the types, profiles and numbers its definition gives."""
    rules = [one for one in definition.get("focus", ()) if isinstance(one, dict)]
    if not rules:
        return []
    faults: list[Fault] = []
    counts = dict.fromkeys((str(one.get("code")) for one in rules), 0)
    held = header.get("focus")
    for index, reference in enumerate(held if isinstance(held, list) else ()):
        target = scope.resolve(reference.get("reference")) if isinstance(reference, dict) else None
        if target is None:
            continue
        name = str(target.get("resourceType"))
        if name not in counts:
            text = f"By its definition the message is about {' or '.join(counts)}, and not about {name}."
            faults.append(placed(Fault("message-focus", text, "structure"), "focus", index))
            continue
        counts[name] += 1
        profiles = [one["profile"] for one in rules if one.get("code") == name and "profile" in one]
        if profiles and not any(follows(target, url, scope) for url in profiles):
            text = f"By the definition of the message this must follow {' or '.join(profiles)}."
            faults.append(placed(Fault("message-focus-profile", text, "structure"), "focus", index))
    return [*faults, *_numbers(rules, counts)]


def _numbers(rules: list[Json], counts: dict[str, int]) -> list[Fault]:
    faults = []
    for one in rules:
        name, most = str(one.get("code")), one.get("max", "*")
        if counts[name] < one.get("min", 0) or (str(most).isdigit() and counts[name] > int(most)):
            text = (
                f"By its definition the message is about {one.get('min', 0)} to {most} {name}, and has {counts[name]}."
            )
            faults.append(Fault("message-focus-number", text, "structure"))
    return faults
