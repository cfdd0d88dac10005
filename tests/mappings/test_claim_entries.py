"""Entries written through templates: the bytes that the tree of a Claim gives, whatever a line holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from mappings.claim_entries import _DAY, ClaimEntries, _mark, canonical_entry
from mappings.claim_lines import Frame, claim_resource
from mappings.reading import Citizen
from settlement.lines import Line, LineKind
from tests.mappings.test_claims import CHARGE, CLAIM, CREATED, REVERSAL

FRAME = Frame(CLAIM, CREATED, "urn:uuid:m", "urn:uuid:r", "IV-rammeaftale")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FACTS = st.dictionaries(st.sampled_from(["days-by-month", "visits"]), TEXT | st.dictionaries(TEXT, TEXT, max_size=2))
LINES = st.builds(
    replace,
    st.sampled_from([CHARGE, REVERSAL]),
    id=TEXT,
    episode=TEXT,
    clause=st.sampled_from(["tariff", 'a"b']),
    rate_version=st.sampled_from(["", "2026"]),
    part=st.sampled_from(["", "2026-10"]),
    reverses=TEXT,
    replaces=TEXT,
    iv_type=st.sampled_from(["", "antibiotic"]),
    category=st.sampled_from(["", "2"]),
    service_date=st.dates(),
    amount=st.integers(-(10**12), 10**12),
    inputs=st.lists(TEXT, max_size=3).map(tuple),
    explanation=st.dictionaries(st.sampled_from(["da", "en"]), TEXT),
    facts=FACTS,
)
CITIZENS = st.builds(Citizen, TEXT, st.sampled_from(["urn:oid:1.2.208.176.1.2", "urn:x"]))


def by_tree(line: Line, citizen: Citizen) -> bytes:
    return canonical_entry(claim_resource(FRAME, line, citizen))


@given(st.lists(st.tuples(LINES, CITIZENS), min_size=1, max_size=6))
def test_a_line_is_written_as_its_tree_is(given_lines: list[tuple[Line, Citizen]]) -> None:
    entries = ClaimEntries(FRAME)
    for line, citizen in given_lines:
        assert entries.entry(line, citizen) == by_tree(line, citizen)


def test_lines_alike_share_a_template_and_others_do_not() -> None:
    entries, citizen = ClaimEntries(FRAME), Citizen("1")
    reversed_again = replace(REVERSAL, id="line-9", reverses="line-8")
    for line in (CHARGE, replace(CHARGE, id="line-5", episode="e9"), REVERSAL, reversed_again):
        entries.entry(line, citizen)
    assert sorted(template is not None for template in entries._templates.values()) == [True, True]
    assert {kind[0] for kind in entries._templates} == set(LineKind)


def test_texts_that_look_like_marks_are_written_as_they_are() -> None:
    entries, citizen = ClaimEntries(FRAME), Citizen("1")
    for line in (
        replace(CHARGE, clause=_mark("line")),
        replace(CHARGE, part=_DAY.isoformat()),
        replace(CHARGE, facts={"visits": _mark("citizen")}),
        replace(CHARGE, service_date=_DAY, id=_mark("episode"), episode=_mark("line")),
        replace(CHARGE, service_date=date(2026, 1, 1), explanation={"da": _mark("text en"), "en": "x"}),
    ):
        assert entries.entry(line, citizen) == by_tree(line, citizen)
