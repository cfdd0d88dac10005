"""The site: every page with its policy, and the way of a request to a page and back.

request -> session and language -> policy -> form token -> view (in a worker thread; where there is much to read, in a
process of its own, and a page that says so meanwhile) -> template -> safe headers
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.build import Gateway
from gateway.http.access import access_of
from gateway.keys import installation_key
from gateway.pages import (
    changes,
    control,
    disputes,
    episodes,
    message,
    messages,
    monitor,
    months,
    overview,
    quality,
    reconciliation,
    simulate,
    workbench,
    workroom,
)
from gateway.pages.forms import is_larger, read_form
from gateway.pages.guard import Guard, Turned
from gateway.pages.login import Login
from gateway.pages.people import Person, load_people
from gateway.pages.render import FILES, render, static_file
from gateway.pages.sessions import Session, Signer
from gateway.pages.texts import LANGUAGES, texts
from gateway.pages.visit import FILE, FRAGMENT, Page, Policy, Shown, Visit
from gateway.pages.workroom import Errand, Working, Workroom
from gateway.store.contract import EpisodeSearch
from settlement.periods import local_day

PAGES = (
    Page("/", overview.overview, Policy.PERSON),
    Page("/parts/preview", overview.preview, Policy.PERSON, slow=FRAGMENT),
    Page("/messages", messages.messages, Policy.PERSON),
    Page("/messages/{id}", message.message, Policy.PERSON),
    Page("/messages/{id}", message.revealed_message, Policy.CITIZEN_DATA, "POST"),
    Page("/messages/{id}/raw", message.raw_file, Policy.CITIZEN_DATA, "POST"),
    Page("/citizen", messages.citizen_search, Policy.CITIZEN_DATA),
    Page("/citizen", messages.citizen, Policy.CITIZEN_DATA, "POST"),
    Page("/episodes", episodes.episodes, Policy.PERSON),
    Page("/episodes/{id}", episodes.episode, Policy.PERSON),
    Page("/episodes/{id}", episodes.revealed_episode, Policy.CITIZEN_DATA, "POST"),
    Page("/months", months.months, Policy.PARTY),
    Page("/months/{month}", months.month, Policy.PARTY, slow="main"),
    Page("/months/{month}/changes", changes.changed, Policy.PARTY, slow="main"),
    Page("/months/{month}/statements/{id}/{form}", months.statement_file, Policy.PARTY, slow=FILE),
    Page("/months/{month}/reconcile", reconciliation.reconciled, Policy.PARTY, slow="found"),
    Page("/months/{month}/reconcile/{form}", reconciliation.reconciled_file, Policy.PARTY, slow=FILE),
    Page("/months/{month}/control", control.controlled, Policy.PARTY, slow="main"),
    Page("/lines/{id}", months.line, Policy.PARTY, slow="main"),
    Page("/lines/{id}/control", control.noted, Policy.PARTY_WORK, "POST"),
    Page("/lines/{id}/disputes", disputes.raised_dispute, Policy.PARTY_WORK, "POST"),
    Page("/disputes", disputes.disputes, Policy.PARTY),
    Page("/disputes/{id}", disputes.added_entry, Policy.PARTY_WORK, "POST"),
    Page("/documents/{id}", months.document_file, Policy.CITIZEN_DATA, "POST"),
    Page("/quality", quality.latest, Policy.PERSON, slow="main"),
    Page("/quality/{quarter}", quality.quarter, Policy.PERSON, slow="main"),
    Page("/monitor", monitor.monitor, Policy.PERSON, slow="main"),
    Page("/monitor/episodes", monitor.behind_number, Policy.PERSON, slow="main"),
    Page("/simulate", simulate.simulate, Policy.PERSON),
    Page("/simulate", simulate.simulated, Policy.PERSON, "POST", simulate.LONGEST, "result"),
    Page("/simulate/csv", simulate.simulated_file, Policy.PERSON, "POST", simulate.LONGEST, FILE),
    Page("/workbench", workbench.workbench, Policy.PERSON),
    Page("/workbench", workbench.checked_message, Policy.PERSON, "POST", workbench.LONGEST),
    Page("/workbench/outcome", workbench.outcome_file, Policy.PERSON, "POST", workbench.LONGEST),
    Page("/workbench/sarif", workbench.sarif_file, Policy.PERSON, "POST", workbench.LONGEST),
)
"""Every page for people, with who may see it."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every page carries: nothing from elsewhere, nothing inline, nothing kept."""

PATIENCE, PATIENCE_SECONDS = 5, 1.5
"""How often, and for how long, a page that is being made is looked for before the visitor is told to wait."""

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def routes(gateway: Gateway) -> list[BaseRoute]:
    """The routes of the site, to be mounted at "/". Raises SettingsError when the people file is wrong."""
    settings = gateway.settings
    people = load_people(settings.people)
    signer = Signer(installation_key(settings.session_key, settings.data_folder, "session"), people)
    open_here = people is None and access_of(settings, gateway.register).is_open
    guard = Guard(signer, gateway.now, open_here, secure=settings.tls_certificate is not None)
    site = Site(gateway, guard)
    login = Login(guard, site.show)
    pages: list[BaseRoute] = [
        Route(page.path, site.endpoint(page), methods=[page.method], name=_name(page)) for page in PAGES
    ]
    return [
        *pages,
        Route("/login", site.protected(login.form), methods=["GET"], name="pages:login"),
        Route("/login", site.protected(login.enter), methods=["POST"], name="pages:enter"),
        Route("/logout", site.protected(login.leave), methods=["POST"], name="pages:logout"),
        Route("/static/{name}", _static, methods=["GET"], name="pages:static"),
    ]


class Site:
    """Turns pages into endpoints."""

    def __init__(self, gateway: Gateway, guard: Guard) -> None:
        self._gateway = gateway
        self._guard = guard
        self._workroom = Workroom(gateway.settings)

    def endpoint(self, page: Page) -> Endpoint:
        """The endpoint of a page: its policy first, then its view."""

        async def respond(request: Request) -> Response:
            turned = self._guard.admit(request, page.policy)
            if isinstance(turned, Turned):
                return self.turn_away(request, turned)
            if is_larger(request, page.most):
                return self.show(request, Shown("problem.html", {"problem": "too-large"}, 413), turned)
            form = await read_form(request, page.most) if page.method == "POST" else {}
            if page.method == "POST" and not self._guard.is_form(turned, form):
                return self.show(request, Shown("problem.html", {"problem": "form-expired"}, 403), turned)
            return await self._answer(request, page, turned, form)

        return self.protected(respond)

    def protected(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint whose answers carry the safe headers, and which changes language when asked to."""

        async def respond(request: Request) -> Response:
            answer = self._switched(request) or await endpoint(request)
            for name, value in HEADERS.items():
                answer.headers.setdefault(name, value)
            return answer

        return respond

    def turn_away(self, request: Request, turned: Turned) -> Response:
        """Where someone goes who may not see a page: to the log-in, or to a page that says why."""
        if turned is Turned.UNKNOWN and "hx-request" in request.headers:
            return Response(
                status_code=401, headers={"HX-Redirect": "/login"}
            )  # a part of a page is no place to log in
        if turned is Turned.UNKNOWN:
            return RedirectResponse("/login", status_code=303)
        return self.show(request, Shown("problem.html", {"problem": turned.value}, 403), None)

    def show(self, request: Request, shown: Shown, session: Session | None) -> Response:
        """Something to show as a page, in the visitor's language."""
        language = _language(request, session)
        values = {
            "person": session.person if session else None,
            "is_open": self._guard.open_here,
            "form_token": self._guard.form_token(session) if session else "",
            "here": request.url.path,
            "other_language": _switch_address(request, language),
            **shown.values,
        }
        answer = HTMLResponse(render(shown.template, texts(language), values), shown.status)
        if session and request.cookies.get(self._guard.cookie) != session.cookie:
            self._guard.give(answer, session)
        return answer

    async def _answer(self, request: Request, page: Page, session: Session, form: Mapping[str, str]) -> Response:
        if page.slow != "" and await run_in_threadpool(self._is_large):
            return await self._worked(request, page, session, form)
        if page.method == "POST":
            self._workroom.forget()
        visit = Visit(
            self._gateway,
            self._standing_today(session.person),
            texts(_language(request, session)),
            request.path_params,
            dict(request.query_params),
            form,
        )
        shown = await run_in_threadpool(page.view, visit)
        return self.show(request, shown, session) if isinstance(shown, Shown) else shown

    def _is_large(self) -> bool:
        return self._gateway.store.count_episodes(EpisodeSearch()) >= workroom.LARGE

    async def _worked(self, request: Request, page: Page, session: Session, form: Mapping[str, str]) -> Response:
        """The page as the workroom has made it; or how far that is, after waiting for a moment."""
        errand = Errand(
            page.view,
            session.person,
            _language(request, session),
            request.path_params,
            dict(request.query_params),
            form,
            self._gateway.now(),
        )
        for _ in range(PATIENCE):
            found = await run_in_threadpool(self._workroom.look, errand)
            if not isinstance(found, Working):
                return self.show(request, found, session) if isinstance(found, Shown) else found
            await asyncio.sleep(PATIENCE_SECONDS / PATIENCE)
        hidden = {name: value for name, value in form.items() if name != "form_token"}
        values = {"working": found, "part": page.slow, "posted": hidden, "is_post": page.method == "POST"}
        asked = {**values, "address": str(request.url.replace(scheme="", netloc=""))}
        template = "parts/working.html" if page.slow == FRAGMENT else "working.html"
        return self.show(request, Shown(template, asked, 202), session)

    def _standing_today(self, person: Person) -> Person:
        """The person with the regions that theirs has taken over from by now."""
        if not person.region:
            return person
        _, *before = self._gateway.register.directory.answers_for(person.region, local_day(self._gateway.now()))
        return replace(person, predecessors=tuple(before))

    def _switched(self, request: Request) -> Response | None:
        wanted = request.query_params.get("lang", "")
        if wanted not in LANGUAGES or request.method != "GET":
            return None
        answer = RedirectResponse(str(request.url.remove_query_params("lang").replace(scheme="", netloc="")), 303)
        self._guard.set_cookie(answer, "language", wanted)
        return answer


def _language(request: Request, session: Session | None) -> str:
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    return session.person.language if session else LANGUAGES[0]


def _switch_address(request: Request, language: str) -> str:
    other = next(each for each in LANGUAGES if each != language)
    if request.method != "GET":
        return f"?lang={other}"
    return f"?{request.url.include_query_params(lang=other).query}"


def _name(page: Page) -> str:
    return f"pages:{page.view.__name__}"


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(static_file(name), media_type=FILES[name], headers=headers)
