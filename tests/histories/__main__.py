"""python -m tests.histories: see campaign.py, which worker processes can import by its name."""

import sys

from tests.histories.campaign import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
