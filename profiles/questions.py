"""The questions of a Questionnaire as values (R4, 13.9), with the limits its extensions set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Member: TypeAlias = Callable[[Any, str], bool | None]
"""Whether a code, Coding or CodeableConcept is in a value set; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Question:
    """An item of a questionnaire. around: the linkIds of the items around it, outermost first. texts: its text, with
    translations. limits: values of its extensions, by the last part of their url; many: all of them, where there are
    several."""

    link_id: str
    around: tuple[str, ...]
    texts: tuple[str, ...]
    kind: str
    required: bool
    repeats: bool
    max_length: int | None
    value_set: str
    options: tuple[Json, ...]
    conditions: tuple[Json, ...]
    any_condition: bool
    limits: Mapping[str, Any]
    many: Mapping[str, tuple[Any, ...]]
    questions: tuple[Question, ...]
    contained: Mapping[str, Json]

    def all(self) -> Iterator[Question]:
        """The question and all inside it."""
        yield self
        for question in self.questions:
            yield from question.all()


def read_questions(questionnaire: Json) -> tuple[Question, ...]:
    """The questions of a Questionnaire."""
    contained = {str(one.get("id")): one for one in _dicts(questionnaire.get("contained"))}
    return _read(questionnaire.get("item"), (), contained)


def extension_values(holder: Json) -> dict[str, tuple[Any, ...]]:
    """The values of an element's extensions, by the last part of their url."""
    many: dict[str, list[Any]] = {}
    for extension in _dicts(holder.get("extension")):
        value = next((value for key, value in extension.items() if key.startswith("value")), None)
        name = str(extension.get("url")).rpartition("/")[2].rpartition("uestionnaire-")[2]
        many.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in many.items()}


def _read(items: Any, around: tuple[str, ...], contained: Mapping[str, Json]) -> tuple[Question, ...]:
    return tuple(_question(item, around, contained) for item in _dicts(items))


def _dicts(value: Any) -> tuple[Json, ...]:
    """The objects of a list; none of what is no list."""
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _question(item: Json, around: tuple[str, ...], contained: Mapping[str, Json]) -> Question:
    longest, many, link = item.get("maxLength"), extension_values(item), str(item.get("linkId", ""))
    return Question(
        link_id=link,
        around=around,
        texts=tuple(_texts(item)),
        kind=str(item.get("type", "")),
        required=item.get("required") is True,
        repeats=item.get("repeats") is True,
        max_length=longest if isinstance(longest, int) else None,
        value_set=str(item.get("answerValueSet", "")),
        options=_dicts(item.get("answerOption")),
        conditions=_dicts(item.get("enableWhen")),
        any_condition=item.get("enableBehavior") == "any",
        limits={name: values[0] for name, values in many.items()},
        many=many,
        questions=_read(item.get("item"), (*around, link), contained),
        contained=contained,
    )


def _texts(item: Json) -> Iterator[str]:
    """The text of an item, and its translations."""
    if isinstance(item.get("text"), str):
        yield item["text"]
    beside = item.get("_text")
    for extension in _dicts(beside.get("extension") if isinstance(beside, dict) else None):
        for part in _dicts(extension.get("extension")):
            if part.get("url") == "content" and str(extension.get("url")).endswith("/translation"):
                yield str(part.get("valueString", part.get("valueMarkdown", "")))
