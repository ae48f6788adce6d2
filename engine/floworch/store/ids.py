"""Run ids become directory names, so they are checked before anything is joined with them (C13)."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

from floworch.errors import UsageError

#: What a run id looks like (interfaces.md section 3).
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


def check_run_id(run_id: object) -> str:
    """Return ``run_id`` unchanged when it is well formed.

    Raises:
        UsageError: It is not a string, is empty, too long, or holds anything but letters, digits, ``.``, ``_``
            and ``-`` (so never a path separator, and never ``..`` alone).
    """
    if isinstance(run_id, str) and RUN_ID.fullmatch(run_id) is not None:
        return run_id
    shown = repr(run_id)
    raise UsageError(
        f"{shown if len(shown) <= 142 else shown[:139] + '...'} is not a run id.",
        "A run id starts with a letter or digit and has up to 128 letters, digits, dots, underscores and hyphens.",
    )


def new_run_id(workflow_id: str, now: float) -> str:
    """A fresh run id: ``<workflow>-<UTC>-<6 hex>``; ``now`` is in epoch seconds."""
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%S")
    return f"{workflow_id[:100]}-{moment}-{secrets.token_hex(3)}"
