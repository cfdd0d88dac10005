"""XML schemas in a folder: each by its namespace, made of nothing outside the folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profiles.schema_folder import SchemaFolder
from tests.shared import shared_data

NAMESPACE = "urn:oio:medcom:municipality:1.0.3"
SENT = """<xs:simpleType name="Day"><xs:restriction base="xs:string">
<xs:enumeration value="mandag"/><xs:enumeration value="tirsdag"/></xs:restriction></xs:simpleType>"""


def schema(*before: str, types: str = SENT) -> str:
    """A schema of an Emessage with one or more days in it."""
    return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{NAMESPACE}"
 targetNamespace="{NAMESPACE}" elementFormDefault="qualified">{"".join(before)}
<xs:element name="Emessage"><xs:complexType><xs:sequence>
<xs:element name="Day" type="Day" maxOccurs="9"/><xs:element name="End" type="xs:string"/>
</xs:sequence></xs:complexType></xs:element>{types}</xs:schema>"""


def letter(*days: str, prefix: str = "") -> bytes:
    colon = f"{prefix}:" if prefix else ""
    rows = "\n".join(f"<{colon}Day>{day}</{colon}Day>" for day in days)
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    text = f'<{colon}Emessage {declared}="{NAMESPACE}">\n{rows}\n<{colon}End>x</{colon}End></{colon}Emessage>'
    return text.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "medcom").mkdir()
    (tmp_path / "medcom" / "Types.xsd").write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}">{SENT}</xs:schema>'
    )
    included = '<xs:include schemaLocation="Types.xsd"/>'
    (tmp_path / "medcom" / "Anything.xsd").write_text(schema(included, types=""))
    return tmp_path


@pytest.mark.parametrize("prefix", ["", "m"])
def test_findings_have_paths_without_namespaces_and_lines(folder: Path, prefix: str) -> None:
    schemas = SchemaFolder(folder)
    assert schemas.namespaces == (NAMESPACE,)
    assert schemas.issues == ()
    assert schemas.judge(NAMESPACE, letter("mandag", prefix=prefix), None) == ()
    (issue,) = schemas.judge(NAMESPACE, letter("mandag", "0101901234", prefix=prefix), None)
    assert (issue.code, issue.where, issue.line) == ("medcom-schema", "/Emessage/Day[2]", 3)
    assert "'mandag', 'tirsdag'" in issue.text
    assert "0101901234" not in issue.text


def test_what_is_expected_is_named_without_its_namespace(folder: Path) -> None:
    (issue,) = SchemaFolder(folder).judge(NAMESPACE, letter(), None)
    assert issue.where == "/Emessage/End"
    assert "(expected: Day)" in issue.text


def test_a_letter_of_another_namespace_is_left_alone(folder: Path) -> None:
    assert SchemaFolder(folder).judge("urn:other", letter("fredag"), None) == ()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("../outside.xsd", "does not lie in the folder"),
        ("/etc/passwd", "does not lie in the folder"),
        ("https://schemas.example/a.xsd", "does not lie in the folder"),
        ("file:///etc/passwd", "does not lie in the folder"),
        ("absent.xsd", "is missing"),
        ("link.xsd", "does not lie in the folder"),
        ("entities.xsd", "DOCTYPE"),
    ],
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, place: str, says: str) -> None:
    inside = tmp_path / "schemas"
    inside.mkdir()
    outside = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}"/>'
    (tmp_path / "outside.xsd").write_text(outside)
    (inside / "link.xsd").symlink_to(tmp_path / "outside.xsd")
    (inside / "entities.xsd").write_text(f"<!DOCTYPE a [<!ENTITY b 'c'>]>{outside}")
    (inside / "Main.xsd").write_text(schema(f'<xs:include schemaLocation="{place}"/>'))
    schemas = SchemaFolder(inside)
    assert schemas.namespaces == ()
    assert [(issue.code, says in issue.text) for issue in schemas.issues] == [("schema-unusable", True)]


def test_what_is_no_schema_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(schema(types=""))
    (tmp_path / "b.xsd").write_text('<element name="Emessage">')
    assert [issue.code for issue in SchemaFolder(tmp_path).issues] == ["schema-unusable"] * 2


def test_schemas_that_include_each_other_are_read(folder: Path) -> None:
    types = folder / "medcom" / "Types.xsd"
    types.write_text(types.read_text().replace(SENT, f'<xs:include schemaLocation="Anything.xsd"/>{SENT}'))
    assert SchemaFolder(folder).judge(NAMESPACE, letter("mandag"), None) == ()


def test_public_letters_are_valid_by_the_public_schemas_and_broken_ones_are_not() -> None:
    schemas = SchemaFolder(shared_data("oioxml-xsd"))
    assert len(schemas.namespaces) == 14
    assert [issue.where.endswith("2015/02/16/EMessage.xsd") for issue in schemas.issues] == [True]
    for path in sorted(shared_data("messages/oioxml/samples").glob("*.xml")):
        body = path.read_bytes()
        found = re.search(rb'xmlns="([^"]*)"', body)
        assert found is not None
        assert schemas.judge(found[1].decode(), body, None) == (), path.name
        broken = re.sub(rb"<Identifier>[^<]*</Identifier>", b"<Identifier>x123456789012345</Identifier>", body, count=1)
        issue = schemas.judge(found[1].decode(), broken, None)[0]
        assert issue.where == "/Emessage/Envelope/Identifier", path.name
