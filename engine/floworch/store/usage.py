"""How much of the disk runs take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.store.protocol import RunStore


def usage_of(store: RunStore) -> dict[str, int]:
    """Bytes by run id, and under an empty id those of large values, which runs may share.

    Empty for a store that is not in a directory. What vanishes while it is weighed does not count.
    """
    path = getattr(store, "path", None)
    if not isinstance(path, str | Path):
        return {}
    found = {entry.name: _bytes(entry.path) for entry in _entries(Path(path) / "runs") if entry.name[:1] != "."}
    large = _bytes(str(Path(path) / "artifacts"))
    return {**found, "": large} if found or large else {}


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _bytes(folder: str) -> int:
    total, left = 0, [folder]
    while left:
        for entry in _entries(left.pop()):
            try:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
            except OSError:
                continue
    return total
