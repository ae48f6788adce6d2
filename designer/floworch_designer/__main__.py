"""``python -m floworch_designer`` is ``floworch design``."""

from __future__ import annotations

import sys

from floworch_designer.app.main import main

if __name__ == "__main__":
    sys.exit(main())
