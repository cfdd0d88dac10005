"""The installation's signer: the key and certificate of its settings."""

from __future__ import annotations

from gateway.errors import SettingsError
from gateway.settings import Settings
from mappings.signing import Signer, read_signer


def signer_of(settings: Settings) -> Signer | None:
    """Who signs claim bundles; None where no key is given. Raises SettingsError with what to do about it."""
    if settings.signing_key is None and settings.signing_certificate is None:
        return None
    if settings.signing_key is None or settings.signing_certificate is None:
        raise SettingsError("Claim bundles are signed with both signing_key and signing_certificate; give the other.")
    try:
        return read_signer(settings.signing_key.read_bytes(), settings.signing_certificate.read_bytes())
    except OSError as problem:
        raise SettingsError(f"signing_key or signing_certificate cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise SettingsError(str(problem)) from problem
