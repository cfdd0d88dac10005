"""Who calls, and what they may do. Denied unless a policy says otherwise.

Open mode - nobody is asked who they are - holds only while no organisation has a credential AND the door listens on
loopback. Otherwise a caller shows a bearer token or a client certificate, and becomes a Member of the register.

    policy      open mode   hospital  municipality  region                  pro
    ----------  ----------  --------  ------------  ----------------------  ----
    OPEN        everyone, also without a credential (health, capability statement)
    MESSAGES    yes         yes       yes           yes                     yes
    VISITS      yes         no        yes           no                      no
    DECISIONS   yes         no        no            lines it is asked for   no
    REPORTS     yes         no        yes           yes                     no
    ANSWERS     yes         yes       yes           no                      yes
    DOCUMENTS   yes         no        its own       addressed to it         no
    METRICS     a caller on this machine, or a region
    PERSON      pages: a person's own log-in decides (gateway/pages)

A message's sender must be the caller as well; that is checked where messages are read (gateway/intake.py).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from gateway.errors import NotAllowedError, NotKnownError
from gateway.organisations import Member, Register
from gateway.settings import Settings

CERTIFICATE = "overgang.certificate_sha256"
"""Key of the ASGI scope that holds the client certificate's fingerprint (gateway/http/certificates.py)."""


class Policy(StrEnum):
    """Who may use a route; every route declares one."""

    OPEN = "open"
    MESSAGES = "messages"
    VISITS = "visits"
    DECISIONS = "decisions"
    REPORTS = "reports"
    ANSWERS = "answers"
    DOCUMENTS = "documents"
    METRICS = "metrics"
    PERSON = "person"


ROLES: dict[Policy, frozenset[str]] = {
    Policy.MESSAGES: frozenset({"hospital", "municipality", "region", "pro"}),
    Policy.VISITS: frozenset({"municipality"}),
    Policy.DECISIONS: frozenset({"region"}),
    Policy.REPORTS: frozenset({"municipality", "region"}),
    Policy.ANSWERS: frozenset({"hospital", "municipality", "pro"}),
    Policy.DOCUMENTS: frozenset({"municipality", "region"}),
    Policy.METRICS: frozenset({"region"}),
}
"""Policy -> roles of members who pass it."""


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one installation: its register, and whether it is open."""

    register: Register
    is_open: bool

    def admit(self, policy: Policy, call: HTTPConnection) -> Member | None:
        """The member who calls; None in open mode and under policies that ask nobody.

        Raises NotKnownError without a valid credential, NotAllowedError when the member's role does not pass.
        """
        if policy in (Policy.OPEN, Policy.PERSON):
            return None
        if policy is Policy.METRICS and from_this_machine(call):
            return None
        member = self.member(call)
        if member is None:
            if self.is_open and policy is not Policy.METRICS:
                _require_local_name(call)
                return None
            raise NotKnownError("Show who you are: a bearer token in Authorization, or a client certificate.")
        if member.role not in ROLES[policy]:
            raise NotAllowedError(f"An organisation of role {member.role} may not do this.")
        return member

    def member(self, call: HTTPConnection) -> Member | None:
        """The member whose token, else certificate, the caller shows; None for a wrong token with any certificate."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme:
            return self.register.by_token(token.strip()) if scheme.lower() == "bearer" else None
        return self.register.by_certificate(call.scope.get(CERTIFICATE, ""))


def _require_local_name(call: HTTPConnection) -> None:
    """In open mode the door must be called by a name of this machine: a web page elsewhere may point its own name
    here and read what is open (DNS rebinding)."""
    if not is_loopback(call.url.hostname or ""):
        raise NotAllowedError("Without access control this door answers to localhost only.")


def access_of(settings: Settings, register: Register) -> Access:
    """The access rule of an installation."""
    return Access(register, is_open=not register.secured and is_loopback(settings.http_host))


def is_loopback(host: str) -> bool:
    """Whether an address to bind or a peer's address is this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def from_this_machine(call: HTTPConnection) -> bool:
    """Whether the caller is on this machine and speaks for itself (no proxy passed the call on)."""
    forwarded = any(name in call.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return call.client is not None and is_loopback(call.client.host) and not forwarded


def require_policies(routes: Iterable[BaseRoute]) -> None:
    """Stop the start of a program in which a route declares no policy (trust: item 9)."""
    bare = [getattr(route, "path", repr(route)) for route in routes if policy_of(route) is None]
    if bare:
        raise TypeError(f"Routes without a declared policy: {', '.join(bare)}.")


def policy_of(route: BaseRoute) -> Policy | None:
    """The policy a route declares on itself or on its endpoint, or None."""
    declared = getattr(route, "policy", None) or getattr(getattr(route, "endpoint", None), "policy", None)
    return declared if isinstance(declared, Policy) else None
