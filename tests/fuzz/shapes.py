"""Resources of shapes that validators have hung on: cycles of references, recursion, depth and length."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]


def reference_cycle(dice: random.Random) -> Json:
    """A Bundle whose entries refer to each other all round, and to themselves."""
    count = dice.choice((1, 2, 5, 60))
    names = [f"urn:uuid:00000000-0000-0000-0000-{at:012d}" for at in range(count)]
    entries = [{"fullUrl": name, "resource": _linked(names, at, dice)} for at, name in enumerate(names)]
    return {"resourceType": "Bundle", "type": dice.choice(("collection", "document", "message")), "entry": entries}


def _linked(names: list[str], at: int, dice: random.Random) -> Json:
    others = [{"reference": names[(at + step) % len(names)]} for step in (0, 1, dice.randrange(len(names)))]
    if dice.random() < 0.5:
        return {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "x"},
            "hasMember": others,
            "derivedFrom": others,
        }
    links = [{"other": other, "type": "seealso"} for other in others]
    return {"resourceType": "Patient", "link": links, "generalPractitioner": others}


def contained_cycle(dice: random.Random) -> Json:
    """A resource whose contained resources refer to each other and to it."""
    count = dice.choice((1, 2, 20))
    inside = [
        {"resourceType": "Organization", "id": f"o{at}", "name": "x", "partOf": {"reference": f"#o{(at + 1) % count}"}}
        for at in range(count)
    ]
    inside.append({"resourceType": "Patient", "id": "p", "managingOrganization": {"reference": "#"}})
    owner = {"reference": "#o0"}
    return {
        "resourceType": "Patient",
        "contained": inside,
        "managingOrganization": owner,
        "link": [{"other": {"reference": "#"}}],
    }


def deep_questionnaire(dice: random.Random) -> Json:
    """A Questionnaire of items within items, whose conditions refer to each other, with its response."""
    depth, width = dice.choice(((30, 1), (3, 6), (1, 400)))
    counter = iter(range(1, 1_000_000))
    form: Json = {"resourceType": "Questionnaire", "id": "q", "status": "active", "item": _items(depth, width, counter)}
    answers = {"resourceType": "QuestionnaireResponse", "questionnaire": "#q", "status": "completed"}
    return {**answers, "contained": [form], "item": _answers(form["item"])}


def _items(depth: int, width: int, counter: Any) -> list[Json]:
    if depth == 0:
        return []
    items = []
    for _ in range(width if depth < 4 else 1):
        number = next(counter)
        when = [{"question": str(number + 1), "operator": "exists", "answerBoolean": True}]
        items.append(
            {"linkId": str(number), "type": "boolean", "enableWhen": when, "item": _items(depth - 1, width, counter)}
        )
    return items


def _answers(items: list[Json]) -> list[Json]:
    return [
        {"linkId": one["linkId"], "answer": [{"valueBoolean": True, "item": _answers(one["item"])}]} for one in items
    ]


def deep_extensions(dice: random.Random) -> Json:
    """Extensions within extensions."""
    value: Json = {"url": "http://a.example/x", "valueString": "x"}
    for _ in range(dice.choice((5, 40, 90))):
        value = {"url": "http://a.example/x", "extension": [value]}
    return {"resourceType": "Patient", "extension": [value], "_gender": {"extension": [value]}}


def long_lists(dice: random.Random) -> Json:
    """Lists of very many members, texts of very many characters."""
    count = dice.choice((1000, 8000))
    names = [{"family": "x" * 10, "given": ["y"] * 2} for _ in range(count)]
    return {"resourceType": "Patient", "name": names, "identifier": [{"system": "urn:x", "value": "v" * 500_000}]}


def odd_definition(dice: random.Random) -> Json:
    """A definition that is defined by itself."""
    url = "http://a.example/me"
    named = {"url": url, "name": "Me", "status": "draft"}
    elements = [{"id": "Patient", "path": "Patient"}, {"id": "Patient.x", "path": "Patient.x[x].y"}]
    profile = {
        "type": "Patient",
        "baseDefinition": url,
        "kind": "resource",
        "abstract": False,
        "derivation": "constraint",
    }
    concept = {"code": "a", "property": [{"code": "parent", "valueCode": "a"}]}
    item = {"linkId": "a", "type": "display", "definition": f"{url}#a", "item": [{"linkId": "a", "type": "group"}]}
    return dice.choice(
        (
            {"resourceType": "StructureDefinition", **named, **profile, "differential": {"element": elements}},
            {"resourceType": "ValueSet", **named, "compose": {"include": [{"valueSet": [url]}] * 3}},
            {
                "resourceType": "CodeSystem",
                **named,
                "content": "complete",
                "supplements": url,
                "concept": [concept] * 2,
            },
            {"resourceType": "Questionnaire", **named, "derivedFrom": [url], "item": [item]},
        )
    )


SHAPES = (reference_cycle, contained_cycle, deep_questionnaire, deep_extensions, long_lists, odd_definition)
