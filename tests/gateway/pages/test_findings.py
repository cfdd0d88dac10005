"""Findings in Danish: the words fit the findings that are written in the code, and cover those that messages meet."""

from __future__ import annotations

import ast
import json
import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.checking import Checker
from gateway.guides import load_guide
from gateway.pages.findings import Told, told
from profiles.issue import Issue, error
from tests.fuzz.mutations import mutate, mutate_bytes
from tests.gateway.world import NOVEMBER

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(
    path
    for path in (ROOT / "tests" / "messages").rglob("*")
    if path.suffix in (".json", ".xml", ".hl7") and ".expected" not in path.name
)
HOLE = re.compile(r"\{([a-z]+)\}")
TEXTS = tomllib.loads((ROOT / "gateway" / "pages" / "findings.da.toml").read_text(encoding="utf-8"))
PAIRS = [(code, english, danish) for code, texts in TEXTS.items() for english, danish in texts.items()]


@cache
def written() -> str:
    """Every text in the code that makes findings."""
    folders = ("profiles", "mappings", "gateway")
    sources = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    texts = (text for path in sources for text in _constants(path.read_text(encoding="utf-8")))
    return " \0 ".join(" ".join(_words(text)) for text in texts)


def _constants(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize(("code", "english", "danish"), PAIRS)
def test_a_text_is_of_a_finding_that_there_is(code: str, english: str, danish: str) -> None:
    """Most of its words stand together in the code, so that it is not left behind when a finding is worded anew."""
    assert danish.strip() == danish
    assert set(HOLE.findall(danish)) <= set(HOLE.findall(english))
    if english != "*":
        runs = [run for part in HOLE.split(english)[::2] for run in _runs(part)]
        assert sum(run in written() for run in runs) > len(runs) / 2, english


def _runs(text: str) -> list[str]:
    """Every two words that stand together."""
    words = _words(text)
    return [" ".join(words[at : at + 2]) for at in range(max(len(words) - 1, 1))] if words else []


def _words(text: str) -> list[str]:
    return re.findall(r"[\w$`*/.-]+", text)


def test_what_stands_in_a_finding_is_taken_over() -> None:
    issue = error("cardinality-min", "Patient", "Patient.name needs at least 2 and has 1 (profile http://a|1).")
    danish = "Patient.name: der skal være mindst 2, og der er 1 (profil http://a|1)."
    assert told(issue, "da") == Told(danish, "da", issue.text)
    assert told(issue, "en") == Told(issue.text, "en")


def test_a_finding_inside_a_finding_is_told_in_danish_too() -> None:
    inner = "By profile http://b: An object must stand here: {...}."
    outer = error("reference-profile-details", "a", f"By profile http://a: {inner}")
    assert told(outer, "da").text == "Efter profil http://a: Efter profil http://b: Her skal stå et objekt: {...}."
    unknown = error("reference-profile-details", "a", "By profile http://a: Something new.")
    assert told(unknown, "da").text == "Efter profil http://a: Something new."


def test_slices_that_were_tried_are_left_to_the_table() -> None:
    text = "This fits no slice of A.b in profile p (tried: slice 'x' wants c = d), and no others are allowed."
    assert told(error("slicing-closed", "A.b", text), "da").text.startswith("Dette passer til ingen slice af A.b")
    assert told(error("other", "A.b", text), "en").text == (
        "This fits no slice of A.b in profile p, and no others are allowed."
    )


def test_a_finding_without_danish_words_is_told_in_english() -> None:
    issue = error("no-such-code", "a", "Something is wrong.")
    assert told(issue, "da") == Told("Something is wrong.", "en")


@given(st.sampled_from(PAIRS), st.text(max_size=80))
def test_any_text_is_told(pair: tuple[str, str, str], text: str) -> None:
    told(error(pair[0], "", text), "da")
    told(error(pair[0], "", HOLE.sub(lambda _: text, pair[1])), "da")


def test_findings_that_messages_meet_have_danish_words() -> None:
    """Of those of mutated samples, each kind once a message, nine in ten."""
    checker, dice = Checker(load_guide("", (), (), NOVEMBER).judge), random.Random(5)  # noqa: S311
    found = [issue for path in SAMPLES for issue in _met(checker, path, dice)]
    missing = [issue for issue in found if told(issue, "da").language != "da"]
    assert len(found) > 500
    assert len(missing) < len(found) / 10, sorted({(issue.code, issue.text[:80]) for issue in missing})


def _met(checker: Checker, path: Path, dice: random.Random) -> list[Issue]:
    body = path.read_bytes()
    bodies = [body, mutate_bytes(body, dice)]
    if path.suffix == ".json":
        bodies += [json.dumps(mutate(json.loads(body), dice, 2), default=str).encode() for _ in range(3)]
    issues = [issue for one in bodies for issue in {i.code: i for i in checker.check(path.name, one).issues}.values()]
    return list(issues)
