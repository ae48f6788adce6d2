"""How many items one container may have: the engine looks before a run begins, without importing any action."""

from __future__ import annotations

import os

from floworch.errors import UsageError

LIMIT_SETTING = "FLOWORCH_MAX_ITEMS"
DEFAULT_LIMIT = 1_000_000


def item_limit() -> int:
    """The most items one container may have (contract C13): the environment's ``FLOWORCH_MAX_ITEMS`` or 1 000 000.

    Raises:
        UsageError: It is not a whole number of at least 1.
    """
    text = os.environ.get(LIMIT_SETTING)
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and int(text[:20])):
        raise UsageError(f"{LIMIT_SETTING} must be a whole number of at least 1, not {text!r}.")
    return int(text[:20])
