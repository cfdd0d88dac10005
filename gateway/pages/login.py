"""Logging in and out."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.pages.forms import read_form
from gateway.pages.guard import Guard
from gateway.pages.sessions import Session, Tries
from gateway.pages.visit import Shown

log = structlog.get_logger()
Show = Callable[[Request, Shown, Session | None], Response]


class Login:
    """The log-in page. Without a people file there is nobody to log in."""

    def __init__(self, guard: Guard, show: Show) -> None:
        self._guard = guard
        self._show = show
        self._tries = Tries()

    async def form(self, request: Request) -> Response:
        """The empty form; in open mode there is nothing to log in to, so the overview."""
        if self._guard.open_here:
            return RedirectResponse("/", status_code=303)
        return self._shown(request, "", 200)

    async def enter(self, request: Request) -> Response:
        """Check a name and a password: the overview, or the form again with what was wrong."""
        people = self._guard.signer.people
        form = await read_form(request)
        name = form.get("name", "")
        keys = (f"name {name}", f"address {request.client.host if request.client else ''}")
        if people is None:
            return RedirectResponse("/", status_code=303)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return self._shown(request, "elsewhere", 403)
        if not self._tries.begin(keys, self._guard.now()):
            return self._shown(request, "too-many", 429)
        person = await run_in_threadpool(people.known, name, form.get("password", ""))
        log.info("login", succeeded=person is not None)
        if person is None:
            return self._shown(request, "wrong", 403)
        self._tries.succeeded(keys)
        answer = RedirectResponse(person.home, status_code=303)
        self._guard.give(answer, self._guard.new_session(person))
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session in this browser."""
        session = self._guard.session(request)
        answer = RedirectResponse("/login", status_code=303)
        if session and self._guard.is_form(session, await read_form(request)):
            answer.delete_cookie(self._guard.cookie, httponly=True, samesite="strict", secure=self._guard.secure)
        return answer

    def _shown(self, request: Request, problem: str, status: int) -> Response:
        return self._show(request, Shown("login.html", {"problem": problem}, status), None)
