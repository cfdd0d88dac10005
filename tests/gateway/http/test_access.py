"""Access: denied unless a policy says otherwise."""

import hashlib
from itertools import product

import pytest
from starlette.requests import HTTPConnection

from gateway.errors import GatewayError, NotAllowedError, NotKnownError
from gateway.http.access import CERTIFICATE, ROLES, Access, Policy, access_of, from_this_machine, is_loopback
from gateway.organisations import ROLES as ALL_ROLES
from gateway.organisations import Member, Register
from settlement.organisations import Directory
from tests.gateway.running import settings_of


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


MEMBERS = tuple(
    Member(name=role, role=role, token_sha256=sha(f"token of {role}"), certificate_sha256=sha(f"cert of {role}"))
    for role in ALL_ROLES
)
SECURED = Register(MEMBERS, Directory.build(()))
NOBODY = Register((Member(name="x", role="hospital"),), Directory.build(()))


def call(host: str = "localhost", client: str = "127.0.0.1", certificate: str = "", **headers: str) -> HTTPConnection:
    raw = [(b"host", host.encode())]
    raw += [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return HTTPConnection(
        {
            "type": "http",
            "path": "/",
            "query_string": b"",
            "headers": raw,
            "client": (client, 1),
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            CERTIFICATE: certificate,
        }
    )


@pytest.mark.parametrize(("policy", "role"), [*product(ROLES, ALL_ROLES)])
def test_every_policy_and_role(policy: Policy, role: str) -> None:
    access = Access(SECURED, is_open=False)
    asked = call(client="10.0.0.1", authorization=f"Bearer token of {role}")
    if role in ROLES[policy]:
        member = access.admit(policy, asked)
        assert member is not None
        assert member.role == role
    else:
        with pytest.raises(NotAllowedError):
            access.admit(policy, asked)


def test_a_certificate_is_as_good_as_a_token() -> None:
    access = Access(SECURED, is_open=False)
    member = access.admit(Policy.MESSAGES, call(certificate=sha("cert of hospital")))
    assert member is MEMBERS[0]


@pytest.mark.parametrize(
    "asked",
    [
        call(),
        call(certificate=sha("another")),
        call(authorization="Bearer "),
        call(authorization="Bearer wrong"),
        call(authorization="Bearer \xe6\xf8\xe5"),
        call(authorization="Basic dG9rZW4="),
        call(authorization="token of hospital"),
        call(authorization="Bearer wrong", certificate=sha("cert of hospital")),
    ],
)
def test_nobody_else_is_known(asked: HTTPConnection) -> None:
    with pytest.raises(NotKnownError):
        Access(SECURED, is_open=False).admit(Policy.MESSAGES, asked)


@pytest.mark.parametrize(
    ("register", "host", "is_open"),
    [
        (NOBODY, "127.0.0.1", True),
        (NOBODY, "::1", True),
        (NOBODY, "localhost", True),
        (NOBODY, "0.0.0.0", False),  # noqa: S104
        (NOBODY, "gateway.example", False),
        (SECURED, "127.0.0.1", False),
    ],
)
def test_open_only_on_loopback_and_without_credentials(register: Register, host: str, is_open: bool) -> None:
    assert access_of(settings_of(http_host=host), register).is_open is is_open


def test_open_mode_answers_to_names_of_this_machine_only() -> None:
    access = Access(NOBODY, is_open=True)
    for host in ("localhost:8080", "127.0.0.1:8080", "[::1]:8080"):
        assert access.admit(Policy.MESSAGES, call(host=host)) is None
    with pytest.raises(NotAllowedError):
        access.admit(Policy.DOCUMENTS, call(host="evil.example"))


def test_metrics_for_this_machine_or_a_region() -> None:
    for access in (Access(NOBODY, is_open=True), Access(SECURED, is_open=False)):
        assert access.admit(Policy.METRICS, call()) is None
        with pytest.raises(GatewayError):
            access.admit(Policy.METRICS, call(client="10.0.0.1"))
        with pytest.raises(GatewayError):
            access.admit(Policy.METRICS, call(x_forwarded_for="10.0.0.1"))
    assert not from_this_machine(call(forwarded="for=10.0.0.1"))


def test_loopback() -> None:
    assert is_loopback("127.8.8.8")
    assert not is_loopback("::")
    assert not is_loopback("")
