"""The JSON Schema of agreements says what the reader says."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from settlement.agreement_schema import schema
from settlement.agreements import SHIPPED

VALIDATOR = jsonschema.Draft202012Validator(schema())


def as_json(value: Any) -> Any:
    """TOML as JSON Schema sees it: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_agreement_fits(path: Path) -> None:
    document = as_json(tomllib.loads(path.read_text(encoding="utf-8")))
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize(
    ("where", "value"), [("kind", "tarif"), ("percent", "!"), ("of", 7.5), ("colour", "blue"), ("title", "no table")]
)
def test_what_the_reader_refuses_does_not_fit(where: str, value: Any) -> None:
    document = as_json(tomllib.loads((SHIPPED / "inter-regional.toml").read_text(encoding="utf-8")))
    document["clause"][0][where] = value
    errors = list(VALIDATOR.iter_errors(document))
    assert bool(errors) == (where not in ("percent", "of"))
