"""Public test data kept beside the project; tests that use it skip with a reason where it is missing."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"


def shared_data(relative: str) -> Path:
    """The path of a folder or file of the public test data; skips the calling test where it is missing."""
    path = DATA / relative
    if not path.exists():
        pytest.skip(f"public test data {relative} is not beside the project")
    return path
