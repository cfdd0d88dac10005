"""Who is at the other end: signed session cookies, form tokens, and a limit on password tries.

A session lives in its cookie alone, so any process of the gateway can serve the next request. It is signed together
with the person's password hash: a new password ends all older sessions.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.pages.people import People, Person

LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Session:
    """One person at one browser. cookie: what the browser keeps and shows."""

    person: Person
    cookie: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and checks session cookies and form tokens under one key. people: None in open mode."""

    key: bytes
    people: People | None

    def session(self, person: Person, now: datetime) -> Session:
        """A new session that ends by itself eight hours from now."""
        ends = int((now + LONGEST).timestamp())
        claim = f"{ends}.{secrets.token_hex(8)}.{person.name}"
        body = urlsafe_b64encode(claim.encode()).decode()
        return Session(person, f"{body}.{self._signature(claim, person)}")

    def read(self, cookie: str, now: datetime) -> Session | None:
        """The session a cookie holds; None when it is not ours, has ended, or its person is gone."""
        body, _, signature = cookie.rpartition(".")
        claim = _claim(body)
        ends, _, rest = claim.partition(".")
        person = self._person(rest.partition(".")[2])
        if person is None or not hmac.compare_digest(self._signature(claim, person).encode(), signature.encode()):
            return None
        return Session(person, cookie) if int(ends) > now.timestamp() else None

    def form_token(self, session: Session) -> str:
        """What every form of this session must carry (against cross-site request forgery)."""
        return self._hmac(f"form|{session.cookie}")

    def is_form_token(self, session: Session, token: str) -> bool:
        """Whether a form was made in this session."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())

    def _person(self, name: str) -> Person | None:
        if self.people is None:
            return AT_THE_MACHINE if not name else None
        return self.people.named(name)

    def _signature(self, claim: str, person: Person) -> str:
        return self._hmac(f"session|{claim}|{person.password}")

    def _hmac(self, text: str) -> str:
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()


class Tries:
    """Log-ins tried in the last minutes, by name and by address; this process only.

    A try counts from its start, so many at once gain nothing; a log-in that succeeds forgets those of its keys.
    """

    MOST = 5
    WINDOW = timedelta(minutes=5)

    def __init__(self) -> None:
        self._tried: dict[str, list[datetime]] = {}

    def begin(self, keys: tuple[str, ...], now: datetime) -> bool:
        """Whether another try may be made for every one of the keys; if so, it is counted."""
        self._tried = {key: recent for key in self._tried if (recent := self._recent(key, now))}
        if any(len(self._tried.get(key, [])) >= self.MOST for key in keys):
            return False
        for key in keys:
            self._tried.setdefault(key, []).append(now)
        return True

    def succeeded(self, keys: tuple[str, ...]) -> None:
        """Forget the tries of these keys."""
        for key in keys:
            self._tried.pop(key, None)

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [at for at in self._tried[key] if now - at < self.WINDOW]


def _claim(body: str) -> str:
    try:
        return urlsafe_b64decode(body.encode()).decode()
    except (Base64Error, ValueError):
        return ""


AT_THE_MACHINE = Person(name="", role="caseworker")
