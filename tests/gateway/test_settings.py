"""Settings: a default and a line of help each; the environment wins over the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.settings import Settings


def test_every_setting_has_a_default_and_help() -> None:
    assert Settings()
    assert all(field.description for field in Settings.model_fields.values())


def test_loopback_is_the_default() -> None:
    assert Settings().http_host == Settings().mllp_host == "127.0.0.1"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "overgang.toml").write_text('http_port = 1111\nlog_level = "debug"\n', encoding="utf-8")
    monkeypatch.setenv("OVERGANG_HTTP_PORT", "2222")
    assert (Settings().http_port, Settings().log_level) == (2222, "debug")


def test_an_unknown_setting_in_the_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "overgang.toml").write_text("http_prot = 1\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="http_prot"):
        Settings()
