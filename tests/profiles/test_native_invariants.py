"""The native invariants answer as the general engine does."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from profiles.fhirpath import Environment, Node, compile_expression, resource_node
from profiles.mended_rules import mended
from profiles.native_invariants import NATIVES, native_of
from profiles.scope import open_scope

TIMES = st.sampled_from(["2020", "2020-02", "2020-02-29", "2021-01-01T10:00:00+01:00", "2021-01-01T09:30:00Z"])
PERIODS = st.fixed_dictionaries({}, optional={"start": TIMES, "end": TIMES})
REFERENCES = st.fixed_dictionaries({}, optional={"reference": st.sampled_from(["Patient/1", "#a", "#", "urn:x:1"])})
ENTRIES = st.fixed_dictionaries(
    {"fullUrl": st.sampled_from(["urn:uuid:1", "http://a.example/Patient/1/_history/2"])},
    optional={
        "request": st.just({"method": "GET", "url": "x"}),
        "response": st.just({"status": "200"}),
        "search": st.just({"mode": "match"}),
        "resource": st.tuples(
            st.sampled_from(["Basic", "MessageHeader", "Composition"]), st.sampled_from(["1", "2", None])
        ).map(lambda of: {"resourceType": of[0], "meta": {"versionId": of[1]}}),
    },
)
KINDS = ["batch", "history", "batch-response", "collection", "searchset", "document", "message", 7, None]
BUNDLES = st.fixed_dictionaries(
    {"resourceType": st.just("Bundle"), "entry": st.lists(ENTRIES, min_size=1, max_size=3)},
    optional={
        "type": st.sampled_from(KINDS),
        "total": st.sampled_from([0, None]),
        "_total": st.just({"id": "a"}),
        "timestamp": st.just("2020-02-29T10:00:00Z"),
        "identifier": st.sampled_from([{"system": "urn:x:1", "value": "1"}, {"value": "1"}]),
    },
)
NOTHING_IN_ENTRIES = st.fixed_dictionaries(
    {"resourceType": st.just("Bundle")},
    optional={"type": st.sampled_from(KINDS), "entry": st.sampled_from([[], [{}], [None], {}, "x"])},
)
ORGANIZATIONS = st.fixed_dictionaries(
    {"resourceType": st.just("Organization")},
    optional={
        "name": st.sampled_from(["A", None]),
        "identifier": st.sampled_from([[], [{}], [{"value": "1"}], [None], {"value": "1"}]),
    },
)


def _agree(value: Any, type_name: str, word: str) -> None:
    resource = value if type(value) is dict and "resourceType" in value else {"resourceType": "Basic"}
    environment = Environment(resource=resource_node(resource), root=resource_node(resource))
    for expression, native in NATIVES.items():
        if word in expression:
            answer = native.holds(value, open_scope(resource))
            general = compile_expression(mended(expression)).holds(Node(value, type_name), environment)
            assert answer is None or answer is (general is True)
            assert general is True or type(value) is not dict or native.can_fail(value)


@given(PERIODS)
def test_periods(value: dict[str, Any]) -> None:
    _agree(value, "Period", "start")


@given(REFERENCES)
def test_references(value: dict[str, Any]) -> None:
    _agree(value, "Reference", "reference.starts")


@given(BUNDLES)
def test_bundles(value: dict[str, Any]) -> None:
    _agree(value, "Bundle", "entry.all")


@given(BUNDLES)
def test_full_urls_of_bundles(value: dict[str, Any]) -> None:
    _agree(value, "Bundle", "isDistinct")


@given(st.one_of(BUNDLES, NOTHING_IN_ENTRIES), st.sampled_from(["total", "entry.search", "'document'", "'message'"]))
def test_kinds_of_bundles(value: dict[str, Any], word: str) -> None:
    _agree(value, "Bundle", word)


@given(st.one_of(ENTRIES, st.sampled_from([{}, {"resource": None}, {"resource": {}}])))
def test_entries(value: dict[str, Any]) -> None:
    for word in ("fullUrl.contains", "resource.exists"):
        _agree(value, "Bundle.entry", word)


@given(ORGANIZATIONS)
def test_organizations(value: dict[str, Any]) -> None:
    _agree(value, "Organization", "identifier.count")


OBSERVATIONS = st.fixed_dictionaries(
    {"resourceType": st.just("Observation"), "code": st.just({"coding": [{"code": "a"}]})},
    optional={
        "valueString": st.just("x"),
        "component": st.sampled_from([[], [{"code": {"coding": [{"code": "a"}]}}], [{"code": {}}], {}, "x"]),
    },
)


@given(OBSERVATIONS)
def test_observations(value: dict[str, Any]) -> None:
    _agree(value, "Observation", "component.code")


@given(st.one_of(st.from_regex(r"[0-9]{11,14}", fullmatch=True), st.text(max_size=14)), st.booleans())
@example("5790001348120", False)
@example("5790001348120a", True)
@example("٥٧٩٠٠٠١٣٤٨١٢٠", True)
def test_global_location_numbers(number: str, is_whole: bool) -> None:
    for at in range(10):  # one of them has the right last digit
        text = f"{number[:12]}{at}" if is_whole else number
        _agree(text, "string", "(((10-((")


def test_an_expression_is_known_however_it_is_spaced() -> None:
    (packed,) = (one for one in NATIVES if one.startswith("(((10-((substring"))
    assert native_of(packed.replace("+", "+\n").replace("mod", " mod ")) is NATIVES[packed]
    assert NATIVES[packed].holds("5790001348120", open_scope({})) is True
    assert native_of("nothing.exists()") is None
