"""The published rules of e-invoices: that ours keep them, and that they are the judge of our own rules."""

from __future__ import annotations

import builtins
import sys
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.errors import SettingsError
from gateway.papers.e_invoice import e_invoice
from gateway.papers.rule_sheets import NAMES, Broken, broken, read_sheets
from gateway.papers.statement import Statement
from tests.e_invoice_rules import published_rules
from tests.gateway.papers import invoices
from tests.gateway.papers.invoices import REFUSING
from tests.gateway.papers.test_statements import ANSWERED, NOVEMBER, OCTOBER


@cache
def published() -> tuple[str, ...]:
    return read_sheets(published_rules())


@pytest.mark.parametrize(
    "paper",
    [
        OCTOBER,
        NOVEMBER,
        ANSWERED,
        invoices.with_amounts([-507_000, 253_500]),
        invoices.with_amounts([-1]),
        invoices.with_amounts([0]),
        invoices.with_amounts([1, -1]),
        invoices.with_amounts([10**12, -3, 7]),
    ],
    ids=["october", "november", "answered", "credit", "an-oere-back", "nothing", "nothing-in-all", "large"],
)
def test_what_is_written_keeps_the_published_rules(paper: Statement) -> None:
    without_account = replace(invoices.TERMS, seller=replace(invoices.SELLER, bank_registration="", bank_account=""))
    for terms in (invoices.TERMS, without_account, replace(invoices.TERMS, references=("claim-1", "claim-2"))):
        assert broken(e_invoice(paper, terms), published()) == ()


@pytest.mark.parametrize("number", invoices.BREAKING)
def test_what_our_rules_refuse_the_published_ones_refuse(number: str) -> None:
    body = etree.tostring(invoices.spoiled(number), encoding="UTF-8", xml_declaration=True)
    found = [one.rule for one in broken(body, published()) if one.is_fatal]
    assert any(rule.startswith(number) for rule in found)


def test_a_sheets_findings_are_read() -> None:
    assert broken(b"<a/>", (REFUSING,)) == (
        Broken("NEW-1", "Every invoice has a rhyme", is_fatal=True),
        Broken("NEW-2", "A picture is nice", is_fatal=False),
    )


def test_of_an_archive_the_newest_release_with_every_sheet_counts(tmp_path: Path) -> None:
    jar = tmp_path / "rules.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        for release in ("2025.11", "2026.5", "2026.11"):
            archive.writestr(f"external/schematron/openpeppol/{release}/xslt/{NAMES[0]}.xslt", f"first {release}")
        for release in ("2025.11", "2026.5"):
            archive.writestr(f"external/schematron/openpeppol/{release}/xslt/{NAMES[1]}.xslt", f"second {release}")
    assert read_sheets(jar) == ("first 2026.5", "second 2026.5")


def test_of_a_folder_the_sheets_are_known_by_name(tmp_path: Path) -> None:
    (tmp_path / f"{NAMES[0]}.xsl").write_text("first", encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"has no {NAMES[1]}\.xslt"):
        read_sheets(tmp_path)
    (tmp_path / f"{NAMES[1]}.xslt").write_text("second", encoding="utf-8")
    assert read_sheets(tmp_path) == ("first", "second")


def test_what_cannot_be_read_or_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_sheets(tmp_path / "nothing.jar")
    (tmp_path / "text.jar").write_text("no archive", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_sheets(tmp_path / "text.jar")
    with pytest.raises(SettingsError, match="cannot run a sheet"):
        broken(b"<a/>", ("<no-sheet/>",))


def test_without_saxon_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "saxonche":
            raise ImportError(name)
        return found(name, *rest, **named)

    monkeypatch.delitem(sys.modules, "saxonche", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError, match="install the package saxonche"):
        broken(b"<a/>", (REFUSING,))
