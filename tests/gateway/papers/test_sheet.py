"""A table as CSV: read by Danish spreadsheets, and never as a formula."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from gateway.papers.sheet import sheet

CELLS = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12)


def rows_of(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_heads_and_rows_with_mark_and_semicolons() -> None:
    assert sheet(["a", "b"], [["ø", 1]]) == "\ufeffa;b\r\nø;1\r\n".encode()


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_every_cell_comes_back_and_none_is_a_formula(rows: list[list[str]]) -> None:
    [_, *found] = rows_of(sheet(["a", "b"], rows))
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell[:1] in ("=", "+", "@") for row in found for cell in row)
