"""One walk over a folder tree: in the same order on every machine, stopped by a cancel."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from typing import Literal, TypedDict

from floworch.actions.context import Context
from floworch.actions.library.file_errors import stop_if_cancelled
from floworch.actions.library.file_names import shown

_REPORT_EVERY = 0.25
_CHECK_EVERY = 256


class ListError(TypedDict):
    """Something that could not be listed."""

    path: str
    message: str


class Walk:
    """One walk over a folder tree; ``errors`` collects what could not be read."""

    def __init__(
        self, ctx: Context, follow: bool, hidden: bool, depth: int | None, excluded: Callable[[str, str], bool]
    ) -> None:
        self.errors: list[ListError] = []
        self._ctx = ctx
        self._follow = follow
        self._hidden = hidden
        self._depth = depth
        self._excluded = excluded
        self._seen = 0
        self._told = time.monotonic()

    def entries(self, folder: str) -> Iterator[tuple[str, os.DirEntry[str], os.stat_result]]:
        """Every entry below the folder as ``(relative path, entry, its status)``, folders before what is in them."""
        todo: list[tuple[str, str, frozenset[tuple[int, int]]]] = [(folder, "", frozenset())]
        while todo:
            path, prefix, above = todo.pop()
            below: list[tuple[str, str, frozenset[tuple[int, int]]]] = []
            for entry in self._scan(path):
                relative = prefix + entry.name
                if (not self._hidden and entry.name.startswith(".")) or self._excluded(relative, entry.name):
                    continue
                status = self._status(entry)
                if status is None:
                    continue
                self._tick()
                yield relative, entry, status
                identity = (status.st_dev, status.st_ino)
                if stat.S_ISDIR(status.st_mode) and identity not in above and self._deep_enough(relative):
                    # only links can lead back to a folder above
                    below.append((entry.path, f"{relative}/", above | {identity} if self._follow else above))
            todo += reversed(below)

    def _deep_enough(self, relative: str) -> bool:
        return self._depth is None or relative.count("/") < self._depth

    def _scan(self, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(path) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._failed(path, error)
            return []

    def _status(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        problem = OSError()
        # a link to nothing, or in a circle, is still an entry: then the link itself counts
        for follow in (True, False) if self._follow and entry.is_symlink() else (self._follow,):
            try:
                return entry.stat(follow_symlinks=follow)
            except OSError as error:
                problem = error
        self._failed(entry.path, problem)
        return None

    def _failed(self, path: str, error: OSError) -> None:
        message = (
            "It vanished while the folder was listed."
            if isinstance(error, FileNotFoundError)
            else f"It cannot be read: {error.strerror}."
        )
        self.errors.append(ListError(path=shown(path), message=message))

    def _tick(self) -> None:
        self._seen += 1
        if self._seen % _CHECK_EVERY == 0:
            stop_if_cancelled(self._ctx)
            now = time.monotonic()
            if now - self._told >= _REPORT_EVERY:
                self._told = now
                self._ctx.progress(None, f"{self._seen} entries")


def kind_of(status: os.stat_result) -> Literal["file", "dir", "other"]:
    """What a status tells of."""
    if stat.S_ISREG(status.st_mode):
        return "file"
    return "dir" if stat.S_ISDIR(status.st_mode) else "other"
