"""The people file and passwords."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.pages.people import hash_password, load_people, password_fits

HASH = hash_password("vintergæk")


def written(folder: Path, text: str) -> Path:
    """A people file."""
    path = folder / "people.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_password_fits_its_own_hash_only() -> None:
    assert password_fits("vintergæk", HASH)
    assert not password_fits("vintergaek", HASH)
    assert hash_password("vintergæk") != HASH


def test_people_are_read_with_their_roles(tmp_path: Path) -> None:
    people = load_people(written(tmp_path, f'[[person]]\nname = "anna"\npassword = "{HASH}"\nrole = "caseworker"\n'))
    assert people
    found = people.known("anna", "vintergæk")
    assert found
    assert (found.sees_citizens, found.language) == (True, "da")
    assert people.known("anna", "forkert") is None
    assert people.known("ingen", "vintergæk") is None
    assert HASH not in repr(people)


def test_without_a_file_there_are_no_people() -> None:
    assert load_people(None) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[person", "not valid TOML"),
        ("person = 1", "[[person]]"),
        ("[other]\n", "[[person]]"),
        ('[[person]]\nname = "a"\n', "password"),
        ('[[person]]\nname = "a"\npassword = "clear text"\n', "password"),
        (f'[[person]]\nname = "a"\npassword = "{HASH}"\nrole = "chief"\n', "role"),
        (f'[[person]]\nname = "a"\npassword = "{HASH}"\nlanguage = "sv"\n', "language"),
        (f'[[person]]\nname = "a"\npassword = "{HASH}"\nage = 4\n', "unknown key age"),
        (f'[[person]]\nname = "a"\npassword = "{HASH}"\nregion = 82\n', "DK-82"),
        (f'[[person]]\nname = "a"\npassword = "{HASH}"\n' * 2, "same name"),
    ],
)
def test_a_wrong_file_says_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_people(written(tmp_path, text))
    assert said in str(raised.value)
    assert "clear text" not in str(raised.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_people(tmp_path / "none.toml")
