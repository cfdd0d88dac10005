"""Data files: exact numbers, and errors that say where."""

from decimal import Decimal
from pathlib import Path

import pytest

from settlement.datafile import DataFileError, Section, read

TEXT = """title = "x"
rate = 1.10
[[clause]]
id = "a"
[[clause.version]]
id = "v1"
[[clause.version]]
id = "v2"
[clause.version.rates]
"1" = 5
[[clause]]
id = "b"
[[clause.version]]
id = 7
"""


def written(folder: Path, text: str) -> Section:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_numbers_are_exact(tmp_path: Path) -> None:
    assert written(tmp_path, TEXT).number("rate") == Decimal("1.10")


@pytest.mark.parametrize(
    ("read_it", "message"),
    [
        (lambda top: top.text("missing"), "file.toml, missing: is missing"),
        (lambda top: top.day("title"), "file.toml, line 1, title: must be a date"),
        (lambda top: top.only("title"), "file.toml, line 2, rate: unknown key"),
        (lambda top: top.integer("rate"), "line 2, rate: must be a whole number"),
        (lambda top: top.tables("clause")[1].tables("version")[0].text("id"), r"line 14, clause\[2\].version\[1\].id"),
        (
            lambda top: top.tables("clause")[0].tables("version")[1].table("rates").text("1"),
            r"line 10, .*rates.1: must",
        ),
        (lambda top: top.tables("clause")[0].choice("id", ["b", "c"]), r"line 4, clause\[1\].id: is not known.*b, c"),
        (lambda top: top.languages("title"), "line 1, title: must be a table"),
        (lambda top: top.tables("title"), "line 1, title: must be tables"),
        (lambda top: top.texts("title"), "line 1, title: must be a list"),
        (lambda top: top.number("title"), "line 1, title: must be a number"),
    ],
)
def test_errors_say_where_and_what(tmp_path: Path, read_it: object, message: str) -> None:
    assert callable(read_it)
    with pytest.raises(DataFileError, match=message):
        read_it(written(tmp_path, TEXT))


def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"file\.toml: not valid TOML.*line 2"):
        written(tmp_path, "a = 1\nb = = 2\n")
    with pytest.raises(DataFileError, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_a_file_that_is_not_there_or_not_utf_8_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.toml: cannot be read: No such file"):
        read(tmp_path / "none.toml")
    (tmp_path / "old.toml").write_bytes("title = 'Overførsel'".encode("latin-1"))
    with pytest.raises(DataFileError, match=r"old\.toml: is not text in UTF-8"):
        read(tmp_path / "old.toml")
