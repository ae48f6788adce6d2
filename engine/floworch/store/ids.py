"""Run ids become directory names, so they are checked before anything is joined with them (C13)."""

from __future__ import annotations

import re

from floworch.errors import UsageError

#: What a run id looks like (interfaces.md section 3).
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


def check_run_id(run_id: str) -> str:
    """Return ``run_id`` unchanged when it is well formed.

    Raises:
        UsageError: It is empty, too long, or holds anything but letters, digits, ``.``, ``_`` and ``-``
            (so never a path separator, and never ``..`` alone).
    """
    if not isinstance(run_id, str) or RUN_ID.fullmatch(run_id) is None:
        shown = repr(run_id if not isinstance(run_id, str) or len(run_id) <= 140 else run_id[:140] + "...")
        raise UsageError(
            f"{shown} is not a run id.",
            "A run id starts with a letter or digit and has up to 128 letters, digits, dots, underscores and hyphens.",
        )
    return run_id
