"""Session cookies, form tokens, and the limit on tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.pages.people import People, Person
from gateway.pages.sessions import AT_THE_MACHINE, LONGEST, Signer, Tries

NOW = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
ANNA = Person("anna.æ b", "caseworker", "da", "hash-1")
SIGNER = Signer(b"key", People((ANNA,)))


def test_a_session_is_read_back_until_it_ends() -> None:
    cookie = SIGNER.session(ANNA, NOW).cookie
    read = SIGNER.read(cookie, NOW + LONGEST - timedelta(seconds=1))
    assert read
    assert read.person == ANNA
    assert SIGNER.read(cookie, NOW + LONGEST) is None


def test_a_new_password_another_key_or_a_removed_person_ends_a_session() -> None:
    cookie = SIGNER.session(ANNA, NOW).cookie
    changed = Person("anna.æ b", "caseworker", "da", "hash-2")
    assert Signer(b"key", People((changed,))).read(cookie, NOW) is None
    assert Signer(b"other", People((ANNA,))).read(cookie, NOW) is None
    assert Signer(b"key", People(())).read(cookie, NOW) is None
    assert Signer(b"key", None).read(cookie, NOW) is None


def test_the_session_of_open_mode_is_nobodys_where_people_log_in() -> None:
    opened = Signer(b"key", None)
    cookie = opened.session(AT_THE_MACHINE, NOW).cookie
    assert opened.read(cookie, NOW)
    assert SIGNER.read(cookie, NOW) is None


@given(st.text(max_size=60))
def test_anything_else_is_no_session(cookie: str) -> None:
    assert SIGNER.read(cookie, NOW) is None


def test_a_form_token_belongs_to_one_session() -> None:
    one, other = SIGNER.session(ANNA, NOW), SIGNER.session(ANNA, NOW)
    assert SIGNER.is_form_token(one, SIGNER.form_token(one))
    assert not SIGNER.is_form_token(one, SIGNER.form_token(other))
    assert not SIGNER.is_form_token(one, "ø")


def test_tries_are_limited_by_each_key_and_forgotten_in_time() -> None:
    tries = Tries()
    assert all(tries.begin(("anna", f"address {number}"), NOW) for number in range(Tries.MOST))
    assert not tries.begin(("anna", "another address"), NOW)
    assert tries.begin(("rein", "address 0"), NOW)
    assert tries.begin(("anna", "another address"), NOW + Tries.WINDOW)


def test_a_log_in_that_succeeds_forgets_the_tries() -> None:
    tries = Tries()
    for _ in range(Tries.MOST):
        tries.begin(("anna",), NOW)
    tries.succeeded(("anna",))
    assert tries.begin(("anna",), NOW)
