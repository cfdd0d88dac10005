"""A door: one path, its methods and the policy of each. Everything is admitted here before a byte of body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.http.access import Access, Policy
from gateway.http.negotiate import ANY, Wish, wish_of
from gateway.http.statuses import MethodNotAllowedError
from gateway.organisations import Member

TEMPLATE = "overgang.door"
"""Key of the ASGI scope with the path's template: what is logged and counted instead of the path itself."""


CALLER = "overgang.caller"
"""Key of the ASGI scope with the name of the organisation that calls, for the log."""


@dataclass(frozen=True, slots=True)
class Call:
    """An admitted call. member: None in open mode."""

    request: Request
    member: Member | None
    wish: Wish


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Way:
    """What one method of a path does, and who may use it. negotiated: False where only one form can be answered."""

    policy: Policy
    handler: Handler
    negotiated: bool = True


class Door(Route):
    """A route that declares its policies; `policy` is the first method's."""

    def __init__(self, path: str, ways: Mapping[str, Way], access: Access) -> None:
        super().__init__(path, Guard(path, ways, access))
        self.ways = dict(ways)
        self.policy = next(iter(ways.values())).policy


class Guard:
    """The ASGI application of one door: method, admission, negotiation, then the handler."""

    def __init__(self, path: str, ways: Mapping[str, Way], access: Access) -> None:
        self._path = path
        self._ways = dict(ways)
        self._access = access
        if "GET" in self._ways:
            self._ways["HEAD"] = self._ways["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call. Raises GatewayError; the application turns it into an OperationOutcome."""
        scope[TEMPLATE] = self._path
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        way = self._ways.get(request.method)
        if way is None:
            raise MethodNotAllowedError(", ".join(sorted(self._ways)))
        member = self._access.admit(way.policy, request)
        request.scope[CALLER] = member.name if member else ""
        wish = wish_of(request) if way.negotiated else ANY
        return await way.handler(Call(request, member, wish))
