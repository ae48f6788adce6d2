"""How much memory a piece of work needs beyond what the process had when it began."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import psutil


class Growth:
    """The largest growth of resident memory that was seen, in bytes."""

    def __init__(self) -> None:
        self.bytes = 0


@contextlib.contextmanager
def growth(interval: float = 0.02) -> Iterator[Growth]:
    """Look at the resident memory of this process every ``interval`` seconds until the block ends."""
    process, found, done = psutil.Process(), Growth(), threading.Event()
    before = process.memory_info().rss

    def watch() -> None:
        while not done.wait(interval):
            found.bytes = max(found.bytes, process.memory_info().rss - before)

    watcher = threading.Thread(target=watch, name="memory watcher")
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()
