"""Dask itself: imported when it is first needed, with a message that says how to install it."""

from __future__ import annotations

import asyncio
import importlib
import logging
from typing import Any

from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.versions import pip_line

MISSING = "Dask is not installed here, and a cluster is reached through it."
INSTALL = f"Install it: {pip_line('floworch[cluster]')}"


def dask_distributed() -> Any:
    """The module ``distributed``.

    Raises:
        UsageError: It is not installed; the hint says how to install it.
    """
    try:
        found = importlib.import_module("distributed")
    except ImportError:
        raise UsageError(MISSING, INSTALL) from None
    # What a lost connection means is told by the run; Dask's own view of it, in several lines each, is not for people.
    for name in ("distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return found


async def loaded_library() -> Any:
    """The same without holding up the event loop: the import takes a second.

    Raises:
        ActionError: kind not_found_error; as ``dask_distributed``.
    """
    try:
        return await asyncio.to_thread(dask_distributed)
    except UsageError as error:
        raise ActionError(error.message, ErrorKind.NOT_FOUND, hint=error.hint) from None
