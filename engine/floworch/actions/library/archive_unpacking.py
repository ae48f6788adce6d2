"""Unpack an archive: all of it or nothing, never outside the target, never more than was allowed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from typing import Literal

from floworch.actions.context import Context
from floworch.actions.library.archive_reading import Entry
from floworch.actions.library.file_copying import CHUNK
from floworch.actions.library.file_errors import stop_if_cancelled
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_place import make_folder
from floworch.errors import ActionError, ErrorKind

_DRIVE = re.compile(r"[A-Za-z]:")


def place_in(name: str) -> str:
    """Return the path of an entry below the target, with ``/``; empty for the target itself.

    Raises:
        ActionError: It would lie outside.
    """
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name) or "\0" in name:
        raise _hostile(f"the path '{shown(name)[:200]}', which leads out of the target")
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def _hostile(what: str) -> ActionError:
    return ActionError(
        f"The archive holds {what}. Nothing was unpacked.",
        ErrorKind.VALIDATION,
        hint="It is damaged or was made to do harm: ask where it came from.",
    )


class Unpacking:
    """The content of an archive on its way to a folder, kept beside it until it is whole.

    Args:
        ctx: To stop, and for progress.
        target: Absolute path of the folder.
        most_bytes: Most that all files together may have, counted as they are unpacked.
        most_files: Most entries.
    """

    def __init__(self, ctx: Context, target: str, most_bytes: int, most_files: int) -> None:
        self._ctx, self._target = ctx, target
        self._most_bytes, self._most_files = most_bytes, most_files
        folder, name = os.path.split(target.rstrip(os.sep))
        make_folder(folder)
        self._staging = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(6)}.tmp")
        self._links: list[tuple[str, str]] = []
        self.files: dict[str, int] = {}
        self.bytes = 0

    def take(self, entries: Iterator[Entry]) -> None:
        """Unpack into the staging folder. Raises ActionError and OSError; nothing is left then."""
        os.mkdir(self._staging)
        try:
            for count, entry in enumerate(entries, 1):
                stop_if_cancelled(self._ctx)
                if count > self._most_files:
                    raise _too_much(f"more than {self._most_files} entries", "max_files")
                self._take(entry, place_in(entry.name))
            self._make_links()
        except BaseException:
            self.drop()
            raise

    def _take(self, entry: Entry, place: str) -> None:
        path = os.path.join(self._staging, *place.split("/"))
        if entry.kind == "dir" or not place:
            make_folder(path)
        elif entry.kind == "link":
            self._links.append((place, entry.link))
        elif entry.kind == "other":
            self._ctx.log(f"'{shown(entry.name)}' is a device or pipe: left out.", "warning")
        else:
            make_folder(os.path.dirname(path))
            if os.path.isdir(path):
                raise _hostile(f"'{shown(entry.name)}' as a folder and as a file")
            if entry.kind == "hard":
                self._copy(entry, place, path)
            else:
                self._write(entry, place, path)

    def _copy(self, entry: Entry, place: str, path: str) -> None:
        first = place_in(entry.link)
        if first not in self.files:
            raise _hostile(f"the link '{shown(entry.name)}' to '{shown(entry.link)}', which is not in it")
        if first != place:
            self._count(self.files[first])
            shutil.copy2(os.path.join(self._staging, *first.split("/")), path)
            self.files[place] = self.files[first]

    def _write(self, entry: Entry, place: str, path: str) -> None:
        size = 0
        with contextlib.suppress(FileNotFoundError):  # the same name again: the last one counts
            os.unlink(path)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if entry.runs else 0o666), "wb") as file:
            while piece := entry.read(CHUNK):
                stop_if_cancelled(self._ctx)
                self._count(len(piece))
                self._ctx.progress(None, f"{len(self.files)} files, {self.bytes / 1048576:.1f} MiB")
                size += len(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError, OverflowError, ValueError):
            os.utime(path, (entry.mtime, entry.mtime))
        self.files[place] = size

    def _count(self, size: int) -> None:
        self.bytes += size
        if self.bytes > self._most_bytes:
            raise _too_much(f"more than {self._most_bytes / 1048576:g} MiB", "max_mb")

    def _make_links(self) -> None:
        """Links come last, so that nothing was written through one; each must stay inside, whatever the others do."""
        for place, link in self._links:
            path = os.path.join(self._staging, *place.split("/"))
            make_folder(os.path.dirname(path))
            if os.path.lexists(path):
                raise _hostile(f"'{shown(place)}' as a link and as something else")
            os.symlink(link, path)
            self.files[place] = 0
        root = os.path.realpath(self._staging)
        for place, link in self._links:
            end = os.path.realpath(os.path.join(self._staging, *place.split("/")))
            if os.path.isabs(link) or not f"{end}{os.sep}".startswith(f"{root}{os.sep}"):
                raise _hostile(f"the link '{shown(place)}' to '{shown(link)}', which leads out of the target")

    def publish(self, exists: Literal["replace", "skip", "error"]) -> list[str]:
        """Put everything into the target; returns the places below it, as far as they were written.

        Raises ActionError and OSError; the staging folder is gone in any case.
        """
        try:
            if not os.path.lexists(self._target):
                os.replace(self._staging, self._target)
                return list(self.files)
            return self._merge(exists)
        finally:
            self.drop()

    def _merge(self, exists: Literal["replace", "skip", "error"]) -> list[str]:
        root = os.path.realpath(self._target)
        taken = [place for place in self.files if os.path.lexists(os.path.join(root, *place.split("/")))]
        if taken and exists == "error":
            raise ActionError(
                f"'{shown(os.path.join(root, *taken[0].split('/')))}' exists already. Nothing was unpacked.",
                ErrorKind.VALIDATION,
                hint="Set 'exists' to replace or skip, or choose another target.",
            )
        for folder, _, _ in os.walk(self._staging):
            goal = os.path.join(root, os.path.relpath(folder, self._staging))
            end = os.path.realpath(goal)
            if not f"{end}{os.sep}".startswith(f"{root}{os.sep}"):  # through a link that stood there before
                raise ActionError(
                    f"'{shown(goal)}' is a link that leads out of the target. Not everything was unpacked.",
                    ErrorKind.VALIDATION,
                    hint="Remove the link, or choose another target.",
                )
            make_folder(goal)
        left = set(taken) if exists == "skip" else set()
        done = [place for place in self.files if place not in left]
        for place in done:
            os.replace(os.path.join(self._staging, *place.split("/")), os.path.join(root, *place.split("/")))
        return done

    def drop(self) -> None:
        """Remove the staging folder."""
        shutil.rmtree(self._staging, ignore_errors=True)


def _too_much(what: str, limit: str) -> ActionError:
    return ActionError(
        f"The archive holds {what}. Nothing was unpacked.",
        ErrorKind.VALIDATION,
        hint=f"Raise '{limit}' if you trust it.",
    )
