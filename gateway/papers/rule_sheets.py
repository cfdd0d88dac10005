"""The rules of EN 16931 and Peppol BIS Billing 3, with the Danish ones, as CEN and OpenPeppol publish them: XSLT sheets
that write a report (SVRL), run by Saxon.

They are no part of this program, since they change twice a year. The setting e_invoice_rules says where they lie: a
folder with the sheets, or the archive phive-rules-peppol-VERSION.jar (Maven Central, com.helger.phive.rules), which
holds those of every release. Saxon is the package saxonche.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from gateway.errors import SettingsError

NAMES = ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL")
"""The sheets, whether they end in .xslt or in .xsl."""
_RELEASE = re.compile(r".*/openpeppol/(\d+)\.(\d+)/xslt/(.+)\.xslt")
_SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule a document breaks: its number, what it says, and whether the document is refused for it."""

    rule: str
    text: str
    is_fatal: bool


def read_sheets(place: Path) -> tuple[str, ...]:
    """The sheets of a folder, or of the newest release in an archive. Raises SettingsError where they are not."""
    try:
        found = _of_folder(place) if place.is_dir() else _of_archive(place)
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as problem:
        raise SettingsError(f"e_invoice_rules: {place} cannot be read: {problem}.") from problem
    missing = [name for name in NAMES if name not in found]
    if missing:
        raise SettingsError(f"e_invoice_rules: {place} has no {' and no '.join(f'{name}.xslt' for name in missing)}.")
    return tuple(found[name] for name in NAMES)


def broken(document: bytes, sheets: Iterable[str]) -> tuple[Broken, ...]:
    """The rules of the sheets that a document breaks. Raises SettingsError where there is no Saxon, or it cannot run
    a sheet."""
    try:
        from saxonche import PySaxonApiError, PySaxonProcessor  # what only some installations have
    except ImportError as problem:
        raise SettingsError("e_invoice_rules needs Saxon: install the package saxonche.") from problem
    try:
        with PySaxonProcessor(license=False) as saxon:
            node = saxon.parse_xml(xml_text=document.decode())
            runner = saxon.new_xslt30_processor()
            reports = [
                runner.compile_stylesheet(stylesheet_text=sheet).transform_to_string(xdm_node=node) for sheet in sheets
            ]
    except PySaxonApiError as problem:
        raise SettingsError(f"e_invoice_rules: Saxon cannot run a sheet: {problem}") from problem
    return tuple(one for report in reports for one in _findings(report))


def _of_folder(place: Path) -> dict[str, str]:
    files = [*place.glob("*.xsl"), *place.glob("*.xslt")]
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def _of_archive(place: Path) -> dict[str, str]:
    """The sheets of the newest release that has them all."""
    with zipfile.ZipFile(place) as archive:
        releases: dict[tuple[int, int], dict[str, str]] = {}
        for path in archive.namelist():
            if (parts := _RELEASE.fullmatch(path)) and parts[3] in NAMES:
                releases.setdefault((int(parts[1]), int(parts[2])), {})[parts[3]] = path
        whole = [release for release, sheets in releases.items() if len(sheets) == len(NAMES)]
        chosen = releases[max(whole)] if whole else {}
        return {name: archive.read(path).decode() for name, path in chosen.items()}


def _findings(report: str) -> Sequence[Broken]:
    root = etree.fromstring(report.encode())
    found = root.iterfind(".//svrl:failed-assert", _SVRL)
    return [_finding(one) for one in found]


def _finding(one: etree._Element) -> Broken:
    text = " ".join(str(one.xpath("string()")).split())
    return Broken(one.get("id", ""), text.removeprefix(f"[{one.get('id')}]-"), one.get("flag") != "warning")
