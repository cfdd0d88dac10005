"""The schema of UBL 2.1: that it is OASIS's, that it is used, and that nothing outside the archive is asked for."""

from __future__ import annotations

import zipfile

from lxml import etree

from gateway.papers.ubl_schema import ARCHIVE, schema_faults
from tests.gateway.papers.invoices import read, with_amounts
from tests.gateway.papers.test_statements import OCTOBER


def test_invoices_and_credit_notes_keep_the_schema() -> None:
    assert schema_faults(read(OCTOBER)) == ()
    assert schema_faults(read(with_amounts([-100]))) == ()


def test_what_stands_in_the_wrong_place_is_told_with_its_line() -> None:
    root = read(OCTOBER)
    root.append(root[0])
    (fault,) = schema_faults(root)
    assert fault.startswith("line ")
    assert "CustomizationID" in fault


def test_what_has_the_wrong_form_is_told() -> None:
    root = read(OCTOBER)
    for one in root.iter("{*}IssueDate"):
        one.text = "1. november"
    assert "not a valid value" in " ".join(schema_faults(root))


def test_the_archive_holds_published_files_with_their_notice() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert all("Copyright" in text or "copyright" in text for name, text in texts.items() if "XAdES" not in name)
    assert all(etree.fromstring(text.encode()).tag.endswith("}schema") for text in texts.values())
