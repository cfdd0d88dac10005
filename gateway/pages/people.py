"""The people who may log in to the pages, and their passwords.

They stand in one TOML file (setting `people`), a table per person; the command line makes the hash:

    [[person]]
    name = "anna"
    password = "scrypt$16384$8$1$..."
    role = "caseworker"              # reader | caseworker
    language = "da"                  # da | en
    region = "DK-82"                 # someone of a region: sees the months, and in them the claims addressed to it
    municipality = "0751"            # someone of a municipality: sees the months, and in them its own claims

A reader sees everything but personal data. A caseworker may also reveal a citizen's number, search by it, and see the
messages' own text, and write in disputes about lines. Who belongs to a region or a municipality sees its claims, and
nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.errors import SettingsError
from gateway.pages.texts import LANGUAGES

ROLES = ("reader", "caseworker")
_COST, _BLOCK, _PARALLEL = 2**14, 8, 1
_KEYS = {"name", "password", "role", "language", "region", "municipality"}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who uses the pages. name "" is whoever sits at the machine in open mode.

    region, municipality: whose claims alone this person sees; "" where they see everybody's. predecessors: codes of the
    regions that their region has taken over from by today, whose claims they therefore see too.
    """

    name: str
    role: str = "reader"
    language: str = "da"
    password: str = field(default="", repr=False)
    region: str = ""
    municipality: str = ""
    predecessors: tuple[str, ...] = ()

    @property
    def is_party(self) -> bool:
        """Whether this person belongs to one of the parties, and sees that party's claims only."""
        return bool(self.region or self.municipality)

    @property
    def home(self) -> str:
        """The page to begin at."""
        return "/months" if self.is_party else "/"

    def sees(self, municipality: str, region: str) -> bool:
        """Whether this person may see a municipality's claim on a region."""
        is_ours = not self.region or region in (self.region, *self.predecessors)
        return is_ours and self.municipality in ("", municipality)

    def takes_part(self, *parties: str) -> bool:
        """Whether this person may see an invoice between these parties (codes)."""
        return not self.is_party or bool({self.region, self.municipality, *self.predecessors} & {*parties} - {""})

    @property
    def sees_citizens(self) -> bool:
        """Whether this person may see who a citizen is."""
        return self.role == "caseworker"


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in the people file."""

    members: tuple[Person, ...]

    def named(self, name: str) -> Person | None:
        """The person of that name."""
        return next((person for person in self.members if person.name == name), None)

    def known(self, name: str, password: str) -> Person | None:
        """The person whose name and password these are. Takes as long for a name that is not there."""
        person = self.named(name)
        right = password_fits(password, person.password if person else _NOBODY)
        return person if right else None


def hash_password(text: str) -> str:
    """The hash of a password for the people file: scrypt with a new salt (RFC 7914; N 16384, r 8, p 1)."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${salt.hex()}${_scrypt(text, salt).hex()}"


def password_fits(text: str, hashed: str) -> bool:
    """Whether a password is the one that was hashed; compared in constant time."""
    *_, salt, digest = hashed.split("$")
    return hmac.compare_digest(_scrypt(text, bytes.fromhex(salt)).hex(), digest)


def load_people(path: Path | None) -> People | None:
    """Read the people file; None without one. Raises SettingsError that says where and what to write."""
    if path is None:
        return None
    people = People(tuple(_person(path, number, row) for number, row in enumerate(_rows(path), start=1)))
    if len({person.name for person in people.members}) != len(people.members):
        raise SettingsError(f"{path}: two persons have the same name; names are what people log in with.")
    return people


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsError(f"The people file {path} cannot be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"The people file {path} is not valid TOML: {problem}.") from problem
    rows = content.get("person", [])
    if set(content) != {"person"} or not isinstance(rows, list):
        raise SettingsError(f"{path}: write each person as a [[person]] table, and nothing else.")
    return rows


def _person(path: Path, number: int, row: dict[str, Any]) -> Person:
    where = f"{path}, person {number}"
    if unknown := set(row) - _KEYS:
        raise SettingsError(f"{where}: unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(_KEYS))}.")
    person = Person(**{"name": "", "password": "", **row})
    if not (isinstance(person.name, str) and person.name and _is_hash(person.password)):
        raise SettingsError(f"{where}: name, and password as made by `overgang password`, are required.")
    if person.role not in ROLES or person.language not in LANGUAGES:
        raise SettingsError(f"{where}: role is one of {', '.join(ROLES)}; language one of {', '.join(LANGUAGES)}.")
    if not (isinstance(person.region, str) and isinstance(person.municipality, str)):
        raise SettingsError(f"{where}: region is a code such as DK-82, municipality one such as 0751.")
    return person


def _is_hash(text: object) -> bool:
    if not isinstance(text, str):
        return False
    head, _, rest = text.rpartition("$")
    prefix, _, salt = head.rpartition("$")
    wanted = f"scrypt${_COST}${_BLOCK}${_PARALLEL}"
    return prefix == wanted and len(rest) == 128 and all(letter in "0123456789abcdef" for letter in salt + rest)


def _scrypt(text: str, salt: bytes) -> bytes:
    return hashlib.scrypt(text.encode(), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL)


_NOBODY = f"scrypt${_COST}${_BLOCK}${_PARALLEL}${'00' * 16}${'00' * 64}"
