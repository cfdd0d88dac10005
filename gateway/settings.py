"""Settings: one class, every field with a default and one line of help; from the environment and one file."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gateway.errors import SettingsError


class Settings(BaseSettings):
    """All settings. Environment variables are the names in capitals with OVERGANG_ before them.

    The environment wins over the file `overgang.toml` in the working folder.
    """

    model_config = SettingsConfigDict(env_prefix="OVERGANG_", toml_file="overgang.toml", extra="forbid", frozen=True)

    data_folder: Path = Field(Path("data"), description="Folder for the SQLite database and the installation's keys.")
    database_url: str = Field("", description="PostgreSQL url (postgresql://...); empty means SQLite in data_folder.")
    http_host: str = Field("127.0.0.1", description="Address the HTTP door listens on.")
    http_port: int = Field(8080, description="Port of the HTTP door.")
    mllp_host: str = Field("127.0.0.1", description="Address the MLLP door listens on.")
    mllp_port: int = Field(2575, description="Port of the MLLP door; 0 picks a free one.")
    tls_certificate: Path | None = Field(None, description="Server certificate (PEM) for HTTP and MLLP.")
    tls_key: Path | None = Field(None, description="Private key (PEM) of the server certificate.")
    tls_client_ca: Path | None = Field(
        None, description="CA certificates (PEM) that client certificates must chain to."
    )
    signing_key: Path | None = Field(
        None, description="Private key (PEM; RSA or P-256) that claim bundles are signed with; empty: they are not."
    )
    signing_certificate: Path | None = Field(None, description="Certificate (PEM) of the signing key.")
    organisations: Path | None = Field(None, description="TOML file of known organisations, tokens and endpoints.")
    agreements: str = Field(
        "iv-midtjylland", description="Ids of the agreements courses are claimed by, with commas between."
    )
    agreements_folder: Path | None = Field(None, description="Folder of agreement files of your own.")
    triage_folder: Path | None = Field(None, description="Folder of triage algorithms of your own, by questionnaire.")
    e_invoices: bool = Field(False, description="Whether claims may be written as e-invoices (Peppol BIS Billing 3).")
    e_invoice_rules: Path | None = Field(
        None, description="Published rules (XSLT) e-invoices must keep too: a folder, or a phive-rules-peppol jar."
    )
    budgets: Path | None = Field(None, description="TOML file of budgets: kroner a year by agreement and municipality.")
    people: Path | None = Field(None, description="TOML file of people who may log in to the pages.")
    pseudonym_key: str = Field("", description="Secret that turns CPR numbers into keys; empty: made at first start.")
    session_key: str = Field("", description="Secret that signs page sessions; empty: made at first start.")
    max_message_bytes: int = Field(20_000_000, description="Largest message taken in, in bytes.")
    request_seconds: float = Field(30.0, description="Longest time a sender may take to send one message, in seconds.")
    package_folders: str = Field(
        "~/.fhir/packages", description="Folders with FHIR packages, separated by colons; the first is installed into."
    )
    package_registry: str = Field(
        "https://packages.fhir.org", description="FHIR package registry; only the command packages install asks it."
    )
    guide_versions: str = Field(
        "", description="Guides to judge by at another version than the latest installed: name#version, ..."
    )
    schemas: Path | None = Field(
        None, description="Folder with XML schemas (MedCom's) that letters of their namespaces are held against too."
    )
    review: Path | None = Field(None, description="TOML file of reviewed findings, lowered or silenced with a reason.")
    terminology: str = Field(
        "",
        description="FHIR terminology server (url), or folder of recorded answers, that validate, $validate and the "
        "workbench ask about codes no package knows; empty: none.",
    )
    log_level: str = Field("info", description="Least severe log line written: debug, info, warning, error.")

    def packages(self) -> tuple[Path, ...]:
        """The folders of FHIR packages, in order."""
        return tuple(Path(part).expanduser() for part in self.package_folders.split(os.pathsep) if part.strip())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (the signature is the library's)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings() -> Settings:
    """Settings from environment and file; SettingsError names the setting and what is wrong with it."""
    try:
        return Settings()
    except ValidationError as problem:
        lines = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in problem.errors(include_input=False)]
        raise SettingsError("A setting is wrong. " + "; ".join(lines)) from problem
