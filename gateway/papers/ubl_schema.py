"""The schema of UBL 2.1, that e-invoices are held against: OASIS's own files, as they were published, in one archive.

ubl-2.1.zip holds what Invoice and CreditNote need of http://docs.oasis-open.org/ubl/os-UBL-2.1/xsd, each file with its
notice (OASIS allows copies that keep it).
"""

from __future__ import annotations

import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

ARCHIVE = Path(__file__).with_name("ubl-2.1.zip")


def schema_faults(root: etree._Element) -> tuple[str, ...]:
    """What of an Invoice or CreditNote is not as the schema has it, each with its line."""
    schema = _schema(etree.QName(root).localname)
    if schema.validate(root):
        return ()
    return tuple(f"line {found.line}: {found.message}" for found in schema.error_log)  # type: ignore[attr-defined]


@cache
def _schema(kind: str) -> etree.XMLSchema:
    """The schema of Invoice or of CreditNote. It is read from files, since its files import each other by path."""
    with zipfile.ZipFile(ARCHIVE) as archive, TemporaryDirectory() as folder:
        archive.extractall(folder)
        return etree.XMLSchema(file=str(Path(folder, "xsd", "maindoc", f"UBL-{kind}-2.1.xsd")))
