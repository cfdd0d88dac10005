"""The organisations a gateway knows: who they are, how they show it, and where they want their documents.

They stand in one TOML file (setting `organisations`), a table per organisation:

    [[organisation]]
    name = "Aarhus Kommune, sygeplejen"
    role = "municipality"            # hospital | municipality | region | pro
    sor = "1000000000000001"
    gln = "5790000000005"
    municipality = "0751"
    token_sha256 = "..."             # SHA-256 (hex) of the bearer token, or
    certificate_sha256 = "..."       # of the client certificate (DER)

    [[organisation]]
    name = "Region Midtjylland"
    role = "region"
    region = "DK-82"
    cvr = "29190925"                 # for e-invoices; a seller's bank_registration and bank_account too
    invoice_reference = "0042"       # what it wants its e-invoices marked with; the agreement's id without
    endpoint = "https://region.example/fhir"    # claim bundles and reports are posted here, if set
    endpoint_token = "..."
    claims = "submit"                # claims are posted to Claim/$submit there, not as the whole bundle
"""

from __future__ import annotations

import hashlib
import hmac
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from gateway.errors import SettingsError
from mappings.outbound import Party
from settlement.organisations import Directory
from settlement.records import Organisation

ROLES = ("hospital", "municipality", "region", "pro")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Member:
    """A known organisation. Empty strings where the file says nothing."""

    name: str
    role: str
    sor: str = ""
    gln: str = ""
    municipality: str = ""
    region: str = ""
    token_sha256: str = field(default="", repr=False)
    certificate_sha256: str = ""
    cvr: str = ""
    bank_registration: str = ""
    bank_account: str = ""
    invoice_reference: str = ""
    endpoint: str = ""
    endpoint_token: str = field(default="", repr=False)
    claims: str = ""

    @property
    def organisation(self) -> Organisation:
        """The member as messages name organisations."""
        return Organisation(self.sor, self.gln, self.name, self.municipality)

    def is_sender(self, sender: Organisation) -> bool:
        """Whether a message's sender carries this member's numbers: one at least, and none that differs."""
        pairs = [(mine, theirs) for mine, theirs in ((self.sor, sender.sor), (self.gln, sender.gln)) if mine and theirs]
        return bool(pairs) and all(mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Register:
    """All known organisations, and the directory of municipalities and regions made from them."""

    members: tuple[Member, ...]
    directory: Directory

    @property
    def secured(self) -> bool:
        """Whether access control is on: any member has a token or a certificate."""
        return any(member.token_sha256 or member.certificate_sha256 for member in self.members)

    def by_token(self, token: str) -> Member | None:
        """The member a bearer token belongs to; every candidate is compared, in constant time."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        found = [member for member in self.members if hmac.compare_digest(member.token_sha256, digest)]
        return found[0] if found else None

    def by_certificate(self, sha256: str) -> Member | None:
        """The member a client certificate (SHA-256 of its DER form, hex) belongs to."""
        return next((member for member in self.members if sha256 and member.certificate_sha256 == sha256), None)

    def by_name(self, name: str) -> Member | None:
        """The member of this name."""
        return next((member for member in self.members if name and member.name == name), None)

    def municipality(self, code: str) -> Member | None:
        """The first member that is (a part of) this municipality and has a CVR number; else the first that is."""
        parts = [member for member in self.members if member.role == "municipality" and member.municipality == code]
        return next((member for member in parts if member.cvr), next(iter(parts), None))

    def region(self, region: str) -> Member | None:
        """The member that is this region."""
        return next((member for member in self.members if member.role == "region" and member.region == region), None)

    def party_of_region(self, region: str) -> Party:
        """The region as it is named in documents."""
        member = self.region(region)
        name = self.directory.region_name(region)
        return Party(region, name, member.sor if member else "", member.gln if member else "")

    @property
    def endpoints(self) -> dict[str, str]:
        """Region code -> FHIR base url, for the regions that want their documents posted."""
        return {m.region: m.endpoint for m in self.members if m.role == "region" and m.endpoint}


def load_register(path: Path | None) -> Register:
    """Read the organisations file; without one nobody is known and nothing is secured. Raises SettingsError."""
    members = tuple(_member(path, number, row) for number, row in enumerate(_rows(path), start=1)) if path else ()
    return Register(members, Directory.build(member.organisation for member in members if member.municipality))


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsError(f"The organisations file {path} cannot be read: {problem.strerror}.") from problem
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"The organisations file {path} is not valid TOML: {problem}.") from problem
    rows = content.get("organisation", [])
    if set(content) - {"organisation"} or not isinstance(rows, list):
        raise SettingsError(f"{path}: write each organisation as a [[organisation]] table, and nothing else.")
    return rows


def _member(path: Path, number: int, row: dict[str, Any]) -> Member:
    where = f"{path}, organisation {number}"
    known = {item.name for item in fields(Member)}
    if unknown := set(row) - known:
        raise SettingsError(f"{where}: unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}.")
    if not row.get("name") or row.get("role") not in ROLES:
        raise SettingsError(f"{where}: name and role are required; role is one of {', '.join(ROLES)}.")
    if not all(isinstance(value, str) for value in row.values()):
        raise SettingsError(f"{where}: every value is text in quotes.")
    if row.get("claims", "") not in ("", "submit"):
        raise SettingsError(f'{where}: claims is "submit", or left out.')
    for key in ("token_sha256", "certificate_sha256"):
        if row.get(key) and not _SHA256.fullmatch(row[key]):
            raise SettingsError(f"{where}: {key} is 64 hexadecimal digits in lower case.")
    return Member(**row)
