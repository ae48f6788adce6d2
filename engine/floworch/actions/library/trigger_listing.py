"""The files that a file trigger looks at: one look at a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import NamedTuple

from floworch.actions.library.file_match import compile_pattern, deepest


class Mark(NamedTuple):
    """What tells one state of a file from another: its size in bytes and when it was changed, in nanoseconds."""

    size: int
    changed: int


def look(folder: str, pattern: str, stopped: Callable[[], bool] | None = None) -> dict[str, Mark] | None:
    """The files below a folder that fit a pattern, by absolute path; None when there is no such folder.

    What vanishes or cannot be read during the look is left out. ``stopped`` is asked before each folder: True ends it.

    Raises:
        ActionError: The pattern makes no sense.
    """
    matches, depth = compile_pattern(pattern), deepest(pattern)
    if not os.path.isdir(folder):
        return None
    found: dict[str, Mark] = {}
    todo = [(os.path.abspath(folder), "")]
    while todo and not (stopped is not None and stopped()):
        place, prefix = todo.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            continue
        for entry in entries:
            relative = prefix + entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if depth is None or relative.count("/") < depth:
                        todo.append((entry.path, f"{relative}/"))
                elif matches(relative):
                    status = entry.stat()
                    if stat.S_ISREG(status.st_mode):
                        found[entry.path] = Mark(status.st_size, status.st_mtime_ns)
            except OSError:
                continue
    return found
