"""Where in a store the files of the control channel stand (journal.md section 2)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.store.ids import check_run_id

if TYPE_CHECKING:
    from floworch.store.protocol import RunStore

COMPANION_FILE = "companion"
COMPANION_LOCK = "companion.lock"
COMPANION_LOG = "companion.log"


def store_root(store: RunStore | Any) -> Path | None:
    """The directory of a store, or None for a store that has none (memory)."""
    root = getattr(store, "path", None)
    return Path(root) if root is not None else None


def control_path(store: RunStore | Any, run_id: str) -> Path | None:
    """Path of a run's ``control`` file, or None for a store without a directory.

    Raises:
        UsageError: The run id is malformed (C13).
    """
    root = store_root(store)
    return None if root is None else root / "runs" / check_run_id(run_id) / "control"
