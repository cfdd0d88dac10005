"""What a view gets and gives back: a visit in, something to show (or a plain response) out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from starlette.responses import Response

from gateway.build import Gateway
from gateway.pages.forms import LONGEST_FORM
from gateway.pages.people import Person
from gateway.pages.texts import Texts


class Policy(StrEnum):
    """Who may see a page. Every page names one.

    PARTY: everyone who is logged in, people of a region or a municipality too; the page shows each only what their
    party may see. PARTY_WORK: the caseworkers among all of them. PERSON: those who belong to no party. CITIZEN_DATA:
    the caseworkers among those.
    """

    ANYONE = "anyone"
    PARTY = "party"
    PARTY_WORK = "party-work"
    PERSON = "person"
    CITIZEN_DATA = "citizen-data"


def _unheard(_: float) -> None:
    """Nobody waits to be told."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page, by a person who is allowed to make it.

    path, query, form: the values of the url's path, its query and the posted form. progress: to be told how much of the
    page is made, from 0 to 1, by views that take their time.
    """

    gateway: Gateway
    person: Person
    texts: Texts
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    progress: Callable[[float], None] = _unheard

    @property
    def language(self) -> str:
        """ "da" or "en"."""
        return self.texts.language


@dataclass(frozen=True, slots=True)
class Shown:
    """A template and what it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


FILE, FRAGMENT = "file", "fragment"

View = Callable[[Visit], Shown | Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it is, what makes it, who may see it. A posted page carries a form token, and a form of `most`
    bytes at most. slow: the id of the part of it that takes its time where there is much to read ("" where none does);
    FILE where it is a file, FRAGMENT where it is a part of another page."""

    path: str
    view: View
    policy: Policy
    method: str = "GET"
    most: int = LONGEST_FORM
    slow: str = ""


def not_found() -> Shown:
    """The page for something that is not here."""
    return Shown("problem.html", {"problem": "not-found"}, 404)


def bad_request() -> Shown:
    """The page for a question that cannot be understood."""
    return Shown("problem.html", {"problem": "bad-request"}, 400)
