"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

os.environ["OVERGANG_PACKAGE_FOLDERS"] = ""  # what a developer has installed changes no test

# The same examples every time, so that a red run is about the change at hand; OVERGANG_EXAMPLES=5000 looks further,
# with examples nobody has tried.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("further", max_examples=int(os.environ.get("OVERGANG_EXAMPLES", "100")), deadline=None)
settings.load_profile("further" if "OVERGANG_EXAMPLES" in os.environ else "same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is computed now into the golden files instead of comparing",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written instead of compared."""
    return bool(request.config.getoption("--update-golden"))
