"""Signing by settings, and overgang verify: from a closed month to a region that checks what it got."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.build import Gateway
from gateway.cli import app
from gateway.errors import SettingsError
from gateway.months import Months
from gateway.replay import replay
from gateway.settings import Settings
from gateway.signer import signer_of
from gateway.store.contract import DocumentSearch
from gateway.store.opening import open_store
from mappings.signing import Signer
from profiles.fhir_xml import to_xml
from settlement.periods import Month
from tests.gateway.certificates import Authority, Pair
from tests.gateway.world import world
from tests.mappings.judging import findings, tree


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Authority(tmp_path).issue("aarhus")


def settings_of(pair: Pair) -> Settings:
    return Settings(signing_key=pair.key, signing_certificate=pair.certificate)


def closed(gateway: Gateway, signer: Signer | None) -> list[bytes]:
    """September closed, its bundles signed; their bytes."""
    months = Months(gateway.store, gateway.projection, gateway.register, gateway.months.agreements, gateway.now, signer)
    months.close(Month.parse("2026-09"))
    return [one.body for one in gateway.store.documents(DocumentSearch(kinds=("claim-bundle",)))]


def test_a_month_is_signed_valid_and_replayed_the_same(tmp_path: Path, pair: Pair) -> None:
    with world(tmp_path / "store", 0, 2, 3) as gateway:
        bodies = closed(gateway, signer_of(settings_of(pair)))
        assert bodies
        assert [problem for body in bodies for problem in findings(tree(body))] == []
        assert all("signature" in json.loads(body) for body in bodies)
        assert closed(gateway, None) == bodies
        scratch = open_store(Settings(data_folder=tmp_path / "scratch"), {})
        assert asyncio.run(replay(gateway, scratch)).identical
        scratch.close()


def test_verify_tells_a_whole_bundle_from_a_changed_one(tmp_path: Path, pair: Pair) -> None:
    with world(tmp_path / "store", 0, 3) as gateway:
        body = closed(gateway, signer_of(settings_of(pair)))[0]
    whole, changed, none = tmp_path / "whole.json", tmp_path / "changed.json", tmp_path / "none.json"
    whole.write_bytes(body)
    changed.write_bytes(body.replace(b'"use":"claim"', b'"use":"preauthorization"'))
    none.write_text("[]")
    run, trusted = CliRunner(), ["--certificate", str(pair.certificate)]
    good = run.invoke(app, ["verify", str(whole), *trusted, "--json"])
    assert (good.exit_code, [issue["code"] for issue in json.loads(good.stdout)]) == (
        0,
        ["hash-right", "signature-holds"],
    )
    assert run.invoke(app, ["verify", str(whole)]).exit_code == 0
    as_xml = tmp_path / "whole.xml"
    as_xml.write_bytes(to_xml(tree(body)))
    assert run.invoke(app, ["verify", str(as_xml), *trusted]).exit_code == 0
    bad = run.invoke(app, ["verify", str(changed), *trusted])
    assert bad.exit_code == 1
    assert "it was changed" in " ".join(bad.stdout.split())
    assert run.invoke(app, ["verify", str(whole), "--certificate", str(pair.key)]).exit_code == 2
    assert "no FHIR resource" in str(run.invoke(app, ["verify", str(none)]).exception)
    assert "cannot be read" in str(run.invoke(app, ["verify", str(tmp_path / "missing.json")]).exception)


def test_settings_that_do_not_fit_together_say_so(tmp_path: Path, pair: Pair) -> None:
    assert signer_of(Settings()) is None
    whole = settings_of(pair)
    wrong = [
        (whole.model_copy(update={"signing_key": None}), "give the other"),
        (whole.model_copy(update={"signing_key": tmp_path / "missing"}), "cannot be read"),
        (whole.model_copy(update={"signing_certificate": pair.key}), "certificate cannot be read"),
    ]
    for settings, told in wrong:
        with pytest.raises(SettingsError, match=told):
            signer_of(settings)
