"""Making a damaged run whole again for a person who watches: the good beginning stays, the original aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from floworch.store.journal.opening import open_directory
from floworch.store.journal.salvage import salvage

if TYPE_CHECKING:
    from floworch.store.journal.salvage import Salvaged


def salvage_run(store: Path, run_id: str) -> Salvaged:
    """Cut the journal of a run before its damage, and let the list of runs hear of it. It works on files, and waits.

    Args:
        store: The directory of its store.
        run_id: The run.

    Raises:
        FlowError: There is no such run, somebody works on it, it is not damaged, or nothing of it can be kept.
    """
    done = salvage(store, run_id)
    open_directory(store).acquire(run_id).close()
    return done
