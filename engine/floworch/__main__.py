"""``python -m floworch`` and the command ``floworch``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code (interfaces.md section 3)."""
    from floworch.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
