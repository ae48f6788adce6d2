"""Where an example works: one folder for each in the store, emptied for the next time, so that none are left behind."""

from __future__ import annotations

import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch.store.retention import ENDED

if TYPE_CHECKING:
    from floworch.store.protocol import RunStore

#: Folder of a store with those of its examples.
DEMOS = "demos"


def demo_folder(store: RunStore, directory: Path, name: str) -> Path:
    """An empty folder for an example; that of its last run, unless a run which has not ended works there.

    Args:
        store: The store of its runs.
        directory: The folder of that store, absolute.
        name: The example.

    Raises:
        OSError: It cannot be made or emptied.
    """
    used = set()
    for run in store.list(workflow=name):
        if run.status not in ENDED:
            with suppress(FlowError):
                used.add(store.header(run.run_id).options.get("folder"))
    numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
    folder = next(place for each in numbered if str(place := directory / DEMOS / each) not in used)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder
