"""Organisations: who they are, how they show it, and what a wrong file is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.organisations import Member, load_register
from settlement.records import Organisation

GOOD = f"""
[[organisation]]
name = "Aarhus Kommune"
role = "municipality"
sor = "999000000000201"
gln = "2000000002019"
municipality = "0751"
token_sha256 = "{hashlib.sha256(b"open sesame").hexdigest()}"

[[organisation]]
name = "Region Midtjylland"
role = "region"
region = "DK-82"
endpoint = "https://region.example/fhir"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "organisations.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_nobody_is_known_and_nothing_is_secured() -> None:
    register = load_register(None)
    assert register.members == ()
    assert not register.secured


def test_a_file_is_read(tmp_path: Path) -> None:
    register = load_register(written(tmp_path, GOOD))
    assert register.secured
    assert [member.name for member in register.members] == ["Aarhus Kommune", "Region Midtjylland"]
    assert register.endpoints == {"DK-82": "https://region.example/fhir"}


def test_a_token_opens_for_its_member_only(tmp_path: Path) -> None:
    register = load_register(written(tmp_path, GOOD))
    found = register.by_token("open sesame")
    assert found is not None
    assert found.municipality == "0751"
    assert register.by_token("open barley") is None
    assert register.by_token("") is None


def test_no_member_is_found_by_an_empty_fingerprint(tmp_path: Path) -> None:
    assert load_register(written(tmp_path, GOOD)).by_certificate("") is None


def test_secrets_are_not_in_a_members_text() -> None:
    member = Member("A", "hospital", token_sha256="0" * 64, endpoint_token="secret")
    assert "0000" not in repr(member)
    assert "secret" not in repr(member)


@pytest.mark.parametrize(
    ("sender", "same"),
    [
        (Organisation(sor="1", gln="2"), True),
        (Organisation(sor="1"), True),
        (Organisation(gln="2"), True),
        (Organisation(sor="1", gln="3"), False),
        (Organisation(sor="3", gln="2"), False),
        (Organisation(name="A"), False),
    ],
)
def test_a_sender_is_a_member_when_a_number_agrees_and_none_differs(sender: Organisation, *, same: bool) -> None:
    assert Member("A", "hospital", sor="1", gln="2").is_sender(sender) is same


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[organisation]]\nname = "A"', "role"),
        ('[[organisation]]\nname = "A"\nrole = "king"', "hospital, municipality"),
        ('[[organisation]]\nname = "A"\nrole = "region"\nsorr = "1"', "sorr"),
        ('[[organisation]]\nname = "A"\nrole = "region"\nsor = 1', "quotes"),
        ('[[organisation]]\nname = "A"\nrole = "region"\ntoken_sha256 = "abc"', "64 hexadecimal"),
        ('[[organisation]]\nname = "A"\nrole = "region"\nclaims = "post"', '"submit"'),
        ("[organisation", "not valid TOML"),
        ('name = "A"', "[[organisation]]"),
    ],
)
def test_a_wrong_file_is_told_what_and_where(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_register(written(tmp_path, text))
    assert complaint in str(caught.value)
    assert "organisations.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_register(tmp_path / "nowhere.toml")
