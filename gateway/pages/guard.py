"""The guard at the pages' door: who is asking, and whether they may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from gateway.http.access import is_loopback
from gateway.pages.people import Person
from gateway.pages.sessions import AT_THE_MACHINE, LONGEST, Session, Signer
from gateway.pages.visit import Policy


class Turned(StrEnum):
    """Why someone is turned away."""

    UNKNOWN = "log-in"
    FORBIDDEN = "forbidden"
    CLOSED = "closed"
    FOREIGN_NAME = "foreign-name"


@dataclass(frozen=True, slots=True)
class Guard:
    """Admits people to pages.

    open_here: no people file, no organisation with a credential, and only this machine can reach the pages: whoever
    asks is let in. Else, without a people file, the pages are closed. secure: cookies are for TLS only.
    """

    signer: Signer
    now: Callable[[], datetime]
    open_here: bool
    secure: bool = False
    cookie: str = "overgang"

    def admit(self, request: Request, policy: Policy) -> Session | Turned:
        """The session of whoever asks, or why they may not see a page of this policy."""
        if self.open_here and not is_loopback(request.url.hostname or ""):
            # A web page elsewhere may point its own name at this machine and read what is open here (DNS rebinding).
            return Turned.FOREIGN_NAME
        if self.signer.people is None and not self.open_here:
            return Turned.CLOSED
        session = self.session(request)
        if session is None:
            return Turned.UNKNOWN
        if session.person.is_party and policy not in (Policy.ANYONE, Policy.PARTY, Policy.PARTY_WORK):
            return Turned.FORBIDDEN
        if policy in (Policy.CITIZEN_DATA, Policy.PARTY_WORK) and not session.person.sees_citizens:
            return Turned.FORBIDDEN
        return session

    def session(self, request: Request) -> Session | None:
        """The session of the request; a new one in open mode, where nobody logs in."""
        session = self.signer.read(request.cookies.get(self.cookie, ""), self.now())
        if session is None and self.open_here:
            return self.signer.session(AT_THE_MACHINE, self.now())
        return session

    def new_session(self, person: Person) -> Session:
        """A session for someone who has just logged in."""
        return self.signer.session(person, self.now())

    def form_token(self, session: Session) -> str:
        """The token the session's forms carry."""
        return self.signer.form_token(session)

    def is_form(self, session: Session, form: Mapping[str, str]) -> bool:
        """Whether a posted form was made in this session."""
        return self.signer.is_form_token(session, form.get("form_token", ""))

    def give(self, answer: Response, session: Session) -> None:
        """Let the browser keep the session."""
        self.set_cookie(answer, self.cookie, session.cookie, int(LONGEST.total_seconds()))

    def set_cookie(self, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Set a cookie that scripts and other sites never see. seconds None: until the browser closes."""
        answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="strict", secure=self.secure)
