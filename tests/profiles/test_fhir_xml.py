"""FHIR XML and JSON: the same content both ways, and what has no place is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.fhir_xml import MOST_ISSUES, from_xml, locate_xml, to_xml
from profiles.issue import Issue, Severity
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json
from tests.shared import shared_data

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


def read(xml: str) -> tuple[Any, tuple[Issue, ...]]:
    """The JSON form of XML text whose first element lacks the namespace."""
    root, issues = parse_xml(xml.replace(">", ' xmlns="http://hl7.org/fhir">', 1).encode())
    assert root is not None, issues
    return from_xml(root)


def again(resource: dict[str, Any]) -> tuple[Any, tuple[Issue, ...]]:
    """The resource written as XML and read back."""
    root, issues = parse_xml(to_xml(resource))
    assert root is not None, issues
    return from_xml(root)


RICH: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Ærø &lt; <b>Fyn</b></div>'},
    "contained": [{"resourceType": "Organization", "id": "o", "name": 'A "B" & <C>\n\tD'}],
    "extension": [
        {"url": "http://example.dk/a", "valueDecimal": Decimal("1.00")},
        {"url": "http://example.dk/b", "extension": [{"id": "x", "url": "c", "valueBoolean": False}]},
    ],
    "active": True,
    "name": [
        {
            "family": "Test",
            "given": ["A", None, "B"],
            "_given": [None, {"id": "g", "extension": [{"url": "http://example.dk/d", "valueCode": "e"}]}, None],
        }
    ],
    "birthDate": "1970-01-01",
    "_birthDate": {"extension": [{"url": "http://example.dk/f", "valueDateTime": "1970-01-01T10:00:00+01:00"}]},
    "_gender": {"extension": [{"url": "http://example.dk/g", "valueInteger": -3}]},
    "multipleBirthInteger": 2,
}


def test_everything_a_resource_may_hold_survives() -> None:
    assert again(RICH) == (RICH, ())


def test_decimals_keep_their_digits() -> None:
    found, issues = read('<Observation><valueQuantity><value value="0.010"/></valueQuantity></Observation>')
    assert issues == ()
    assert str(found["valueQuantity"]["value"]) == "0.010"


def test_extension_in_a_later_repetition_is_aligned() -> None:
    found, issues = read(
        '<HumanName><given value="A"/></HumanName>'.replace("HumanName", "Patient").replace(
            '<given value="A"/>',
            '<name><given value="A"/><given><extension url="u"><valueCode value="c"/></extension></given>'
            '<given value="B"/></name>',
        )
    )
    assert issues == ()
    assert found["name"][0]["given"] == ["A", None, "B"]
    assert found["name"][0]["_given"] == [None, {"extension": [{"url": "u", "valueCode": "c"}]}, None]


@pytest.mark.parametrize(
    ("xml", "code", "where"),
    [
        ("<Patient><shoe value='1'/></Patient>", "xml-unknown-element", "Patient.shoe"),
        ("<Patient><x1401701234/></Patient>", "xml-unknown-element", "Patient.?"),
        ("<Patient><name><text value='a' b='c'/></name></Patient>", "xml-unknown-attribute", "Patient.name[0].text"),
        ("<Patient id='x'></Patient>", "xml-unknown-attribute", "Patient"),
        ("<Patient>text</Patient>", "xml-text", "Patient"),
        ("<Patient><active value='true'/>text</Patient>", "xml-text", "Patient"),
        ("<Patient><active value='true'/><active value='true'/></Patient>", "xml-repeated", "Patient.active"),
        ("<Patient><birthDate value='2000'/><name/></Patient>", "xml-order", "Patient.name[0]"),
        ("<Patient><contained/></Patient>", "xml-resource", "Patient.contained[0]"),
        ("<Patient><contained><Nonsense/></contained></Patient>", "xml-resource", "Patient.contained[0].Nonsense"),
        ("<Bundle><entry/><entry><resource><Patient><a/></Patient></resource></entry></Bundle>",
         "xml-unknown-element", "Bundle.entry[1].resource.a"),
        ("<Patient><text><status value='empty'/><div/></text></Patient>", "xml-unknown-element", "Patient.text.div"),
        ("<Nonsense></Nonsense>", "xml-resource", "Nonsense"),
    ],
)  # fmt: skip
def test_what_has_no_place_is_an_issue(xml: str, code: str, where: str) -> None:
    _, issues = read(xml)
    assert [(issue.code, issue.where, issue.line) for issue in issues] == [(code, where, 1)]
    assert issues[0].severity in (Severity.ERROR, Severity.FATAL)


def test_of_very_many_findings_only_the_first_are_told() -> None:
    _, issues = read(f"<Bundle>{'<entry><x/></entry>' * 5_000}</Bundle>")
    assert len(issues) == MOST_ISSUES + 1
    assert issues[-1].code == "xml-more"


def test_wrong_values_stay_text_for_the_structure_check() -> None:
    found, issues = read("<Patient><active value='yes'/><multipleBirthInteger value='1.5'/></Patient>")
    assert issues == ()
    assert found == {"resourceType": "Patient", "active": "yes", "multipleBirthInteger": "1.5"}


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"resourceType": "Nonsense"},
        {"resourceType": "Patient", "shoe": 1},
        {"resourceType": "Patient", "name": ["text"]},
        {"resourceType": "Patient", "active": {"a": 1}},
        {"resourceType": "Patient", "gender": "\x01"},
        {"resourceType": "Patient", "extension": [{"url": "http://a.example", "_url": {"id": "x"}}]},
        {"resourceType": "Patient", "name": [{"_id": {"extension": []}}]},
        {"resourceType": "Patient", "text": {"div": "<div>"}},
        {"resourceType": "Patient", "text": {"div": "<script xmlns='http://www.w3.org/1999/xhtml'/>"}},
        {"resourceType": "Patient", "text": {"div": "<!DOCTYPE a [<!ENTITY e 'x'>]><div>&e;</div>"}},
    ],
)
def test_what_xml_cannot_carry_is_refused(resource: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"R4|needed|control|narrative|attribute"):
        to_xml(resource)


@given(TEXTS, st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_text_and_numbers_survive(text: str, number: Decimal) -> None:
    resource = {
        "resourceType": "Observation",
        "note": [{"text": text + "a"}],
        "valueQuantity": {"value": number, "unit": "\t" + text},
    }
    assert again(resource) == (resource, ())


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "url", "extension", "given", "resourceType", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(RICH)), JUNK)
def test_writing_what_is_wrong_raises_nothing_but_value_errors(name: str, junk: Any) -> None:
    try:
        body = to_xml({**RICH, name: junk, f"_{name}": junk})
    except ValueError:
        return
    root, _ = parse_xml(body)
    assert root is not None


TAGS = st.sampled_from(["Patient", "name", "given", "extension", "contained", "div", "text", "active", "x", "Bundle"])
NODES = st.recursive(
    st.builds(lambda tag, value: f'<{tag} value="{value}"/>', TAGS, st.sampled_from(["", "true", "1"])),
    lambda inner: st.builds(
        lambda tag, text, nodes: f"<{tag}>{text}{''.join(nodes)}</{tag}>",
        TAGS,
        st.sampled_from(["", " ", "t"]),
        st.lists(inner, max_size=3),
    ),
)


@given(NODES)
def test_reading_what_is_wrong_never_raises(inner: str) -> None:
    resource, issues = read(f"<Patient>{inner}</Patient>")
    assert resource is not None
    assert issues or to_xml(resource)


def test_public_messages_survive_json_to_xml_and_back() -> None:
    paths = sorted(shared_data("messages").rglob("*.json"))
    assert len(paths) > 60
    for path in paths:
        resource, _ = parse_json(path.read_bytes())
        found, issues = again(resource)
        assert issues == (), path
        assert without_narrative(found) == without_narrative(resource), path


def test_public_xml_messages_survive_both_ways() -> None:
    paths = sorted(shared_data("messages/acknowledgement").rglob("*.xml"))
    paths += sorted(shared_data("messages/care-communication").rglob("*.xml"))
    assert len(paths) > 8
    for path in paths:
        root, _ = parse_xml(path.read_bytes())
        assert root is not None
        resource, issues = from_xml(root)
        assert (resource is not None, issues) == (True, ()), path
        assert again(resource or {}) == (resource, ()), path


def without_narrative(value: Any) -> Any:
    """XHTML may be written in more than one way; its text is compared elsewhere."""
    if isinstance(value, dict):
        return {key: without_narrative(inner) for key, inner in value.items() if key != "div"}
    return [without_narrative(inner) for inner in value] if isinstance(value, list) else value


def test_lines_are_found_again() -> None:
    root, _ = parse_xml(
        b'<Bundle xmlns="http://hl7.org/fhir">\n<entry/>\n<entry>\n<resource>\n<Patient>\n<active value="true"/>'
        b"</Patient></resource></entry></Bundle>"
    )
    assert root is not None
    assert locate_xml(root, "Bundle.entry[1].resource.active") == 6
    assert locate_xml(root, "Bundle.entry[1].fullUrl") == 3
    assert locate_xml(root, "Bundle") == 1
