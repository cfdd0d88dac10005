"""The words: both languages complete, none unused, none that no page asks for."""

from __future__ import annotations

import re
from pathlib import Path

import gateway.pages
from gateway.pages.texts import texts
from mappings.reading import Outcome
from profiles.issue import Severity
from settlement.course_facts import COURSE_FACTS
from settlement.disputes import Step
from settlement.episodes import EpisodeStatus
from settlement.lines import LineKind
from settlement.records import Action, ContactWith, IvType, StayKind
from settlement.triage import Colour

FOLDER = Path(gateway.pages.__file__).parent
CODES: dict[str, list[str]] = {
    "outcome": list(Outcome),
    "severity": list(Severity),
    "status": list(EpisodeStatus),
    "iv": list(IvType),
    "stay": list(StayKind),
    "contact": list(ContactWith),
    "action": list(Action),
    "line-kind": list(LineKind),
    "fact": [name for name in COURSE_FACTS if name not in ("iv-type", "category")],
    "dispute-step": list(Step),
    "triage": list(Colour),
}
"""Sections that name every code of a set."""

LOOKED_UP = {
    *CODES,
    "changes",
    "claim-state",
    "verdict",
    "disputes",
    "control",
    "monitor",
    "nav",
    "missing",
    "lane",
    "problem",
    "login",
    "overview",
    "channel",
    "delivery",
    "example",
} | {
    "dimension",
    "unit",
    "unit-one",
}
"""Sections whose keys are also put together from a code."""


def sources() -> str:
    """Every template and module of the pages, as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*") if path.suffix in (".html", ".py"))


def test_both_languages_have_the_same_words() -> None:
    assert set(texts("da").entries) == set(texts("en").entries)


def test_both_languages_fill_in_the_same_values() -> None:
    for key, text in texts("da").entries.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", texts("en").entries[key])), key


def test_every_word_asked_for_is_there() -> None:
    asked = set(re.findall(r"""\b(?:t|texts)\(\s*["']([a-z-]+\.[a-z-]+)["']""", sources()))
    assert asked
    assert asked <= set(texts("da").entries)


def test_every_word_is_used() -> None:
    text = sources()
    unused = [key for key in texts("da").entries if key not in text and key.partition(".")[0] not in LOOKED_UP]
    assert unused == []


def test_every_code_has_its_word() -> None:
    for section, codes in CODES.items():
        words = {key.partition(".")[2] for key in texts("da").entries if key.startswith(f"{section}.")}
        assert words == set(codes), section


def test_a_code_without_words_is_shown_as_it_is() -> None:
    assert texts("en").code("withheld", "something-new") == "something-new"
