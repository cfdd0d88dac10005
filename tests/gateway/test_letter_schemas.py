"""Letters are held against the schemas of the settings: what they refuse is answered in the letter's own format."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.build import Gateway, build
from gateway.cli import app
from gateway.errors import SettingsError
from gateway.intake import Taken
from gateway.replay import replay
from gateway.settings import Settings
from gateway.store.opening import open_store
from mappings.reading import Family, Outcome
from tests.gateway.world import NOVEMBER

SAMPLE = (Path(__file__).parents[1] / "messages" / "medcom-xml" / "xdis18-discharge-report.xml").read_bytes()
NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2007/02/01/"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" xmlns="{NAMESPACE}"
 elementFormDefault="qualified"><xs:element name="Emessage"><xs:complexType><xs:sequence>
<xs:element name="Envelope"><xs:complexType><xs:sequence><xs:element name="Sent" type="xs:anyType"/>
<xs:element name="Identifier"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="PATTERN"/>
</xs:restriction></xs:simpleType></xs:element><xs:any minOccurs="0" processContents="skip"/></xs:sequence>
</xs:complexType></xs:element><xs:any maxOccurs="9" processContents="skip"/></xs:sequence>
</xs:complexType></xs:element></xs:schema>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a schema that wants envelope ids to be numbers."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "EMessage.xsd").write_text(SCHEMA.replace("PATTERN", "[0-9]+"))
    return tmp_path / "schemas"


def gateway(tmp_path: Path, **more: Path) -> Gateway:
    return build(Settings(data_folder=tmp_path / "data", package_folders="", **more), lambda: NOVEMBER)  # type: ignore[arg-type]


def take(gateway: Gateway) -> Taken:
    """The sample, taken in."""
    taking = gateway.intake.take(
        SAMPLE, channel="http", family=Family.MEDCOM_XML, media_type="application/xml", peer=None
    )
    return asyncio.run(taking)


def replayed(gateway: Gateway, folder: Path) -> bool:
    with closing(open_store(Settings(data_folder=folder), {})) as scratch:
        return asyncio.run(replay(gateway, scratch)).identical


def test_the_sample_is_of_the_namespace() -> None:
    assert NAMESPACE.encode() in SAMPLE


def test_a_letter_is_refused_by_its_schema_in_its_own_format(tmp_path: Path, folder: Path) -> None:
    with closing(gateway(tmp_path, schemas=folder)) as running:
        taken = take(running)
    assert taken.outcome is Outcome.REFUSED
    assert taken.receipt is not None
    assert b"XCTL02" in taken.receipt.body
    assert taken.verdict.guide == f"xsd#{NAMESPACE}"
    (issue,) = [issue for issue in taken.verdict.issues if issue.code == "medcom-schema"]
    assert issue.where == "/Emessage/Envelope/Identifier"
    assert b"<Identifier>" in SAMPLE.splitlines()[(issue.line or 0) - 1]


def test_without_a_schema_of_its_namespace_the_letter_is_taken_in(tmp_path: Path) -> None:
    with closing(gateway(tmp_path)) as running:
        taken = take(running)
    assert taken.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS)


def test_the_review_lowers_what_a_schema_finds(tmp_path: Path, folder: Path) -> None:
    review = tmp_path / "review.toml"
    review.write_text(
        '[[finding]]\ncode = "medcom-schema"\nwhere = "/Emessage/Envelope/Identifier"\n'
        'action = "lower"\nreason = "Their ids have letters."\n'
    )
    with closing(gateway(tmp_path, schemas=folder, review=review)) as running:
        taken = take(running)
    assert taken.outcome is Outcome.ACCEPTED_WITH_WARNINGS


def test_replay_judges_by_the_schema_of_that_day(tmp_path: Path, folder: Path) -> None:
    with closing(gateway(tmp_path, schemas=folder)) as running:
        take(running)
        assert replayed(running, tmp_path / "again")
    with closing(gateway(tmp_path)) as running, pytest.raises(SettingsError, match="schemas"):
        replayed(running, tmp_path / "third")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with closing(gateway(tmp_path, schemas=tmp_path / "none")) as running, pytest.raises(SettingsError, match="none"):
        running.guides.load()


def test_validate_names_place_and_column_and_tells_what_cannot_be_used(tmp_path: Path, folder: Path) -> None:
    (folder / "Broken.xsd").write_text(SCHEMA.replace("2007", "2008").replace('type="xs:anyType"', 'type="absent"'))
    letter = tmp_path / "letter.xml"
    letter.write_bytes(SAMPLE)
    command = ["validate", str(letter), "--schemas", str(folder), "--json", "--package", ""]
    result = CliRunner().invoke(app, command, env={"COLUMNS": "300"})
    assert result.exit_code == 1
    (checked,) = json.loads(result.stdout)
    (issue,) = [issue for issue in checked["issues"] if issue["code"] == "medcom-schema"]
    line = SAMPLE.decode("windows-1252").splitlines()[issue["line"] - 1]
    assert line[issue["column"] - 1 :].startswith("<Identifier>")
    assert checked["guide"] == f"xsd#{NAMESPACE}"
    assert "Broken.xsd" in result.stderr
