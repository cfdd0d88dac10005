"""Lines and columns of elements."""

from __future__ import annotations

import pytest

from profiles.xml_places import XmlPlaces

BODY = """<Bundle xmlns="http://hl7.org/fhir">
  <entry><resource><Patient><active value="true"/></Patient></resource></entry>
  <!-- <entry> --> <entry>
    <resource><Patient><name><text value="æø"/></name> <name><family value="å"/></name></Patient></resource>
  </entry>
</Bundle>"""


@pytest.mark.parametrize(
    ("where", "line", "column"),
    [
        ("Bundle", 1, 1),
        ("Bundle.entry[0].resource.active", 2, 29),
        ("Bundle.entry[1]", 3, 20),
        ("Bundle.entry[1].resource.name[1].family", 4, 62),
        ("Bundle.entry[1].resource.name[1].given[0]", 4, 56),
        ("Bundle.entry[7].fullUrl", 1, 1),
    ],
)
def test_elements_have_their_line_and_column(where: str, line: int, column: int) -> None:
    assert XmlPlaces(BODY.encode()).find(where) == (line, column)


def test_other_encodings() -> None:
    patient = '<Patient xmlns="http://hl7.org/fhir"><id value="æ"/><active/></Patient>'
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{patient}'
    assert XmlPlaces(latin.encode("latin-1")).find("Patient.active") == (2, 53)
    undeclared = '<Patient xmlns="http://hl7.org/fhir">\n<id value="æ"/></Patient>'.encode("latin-1")
    assert XmlPlaces(undeclared).find("Patient.id") == (2, None)


def test_what_is_no_xml_has_no_places() -> None:
    assert XmlPlaces(b"<a>").find("Patient") == (None, None)
