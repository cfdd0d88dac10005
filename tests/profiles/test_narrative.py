"""Narratives: txt-1, txt-2, and what cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.narrative import check_narrative, embedded
from profiles.xhtml import NAMESPACE

ROOT = f'<div xmlns="{NAMESPACE}">'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"{ROOT}x</div>", []),
        (f"{ROOT}<img src='a.png'/></div>", []),
        (f"{ROOT} </div>", ["txt-2"]),
        (f"{ROOT}<p/></div>", ["txt-2"]),
        (f"{ROOT}<u>x</u></div>", ["xhtml-element", "txt-1"]),
        (f"{ROOT}&nbsp;x</div>", ["narrative-entity"]),
        (f"{ROOT}&nbsp;<script>x</script></div>", ["narrative-entity", "xhtml-element", "txt-1"]),
        (f"{ROOT}<br></div>", ["narrative", "txt-1", "txt-2"]),
        (f"{ROOT}x</div>y", ["narrative", "txt-1", "txt-2"]),
        ("<div>x</div>", ["narrative"]),
        (f"<p>{ROOT}x</div></p>", ["narrative"]),
        (5, ["narrative"]),
    ],
)
def test_narratives(value: Any, expected: list[str]) -> None:
    assert [fault.code for fault in check_narrative(value) or ()] == expected


def test_what_can_stand_in_xml() -> None:
    assert embedded(f"{ROOT}x</div>") == f"{ROOT}x</div>"
    assert embedded(f"{ROOT}a&nbsp;b</div>") == f"{ROOT}a\u00a0b</div>"
    assert embedded(f"{ROOT}&LT;b</div>") is None
    assert embedded("<p>x</p>") is None
