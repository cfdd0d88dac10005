"""Writes the guide as a FHIR package: python -m profiles.guide OUT.tgz"""

from __future__ import annotations

import sys
from pathlib import Path

from profiles.guide import package


def main(arguments: list[str]) -> int:
    """Write the package to the path given; 0, or 2 when called without one."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    Path(arguments[0]).write_bytes(package())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
