"""``file.list``: the files below a folder."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import file_error, stop_if_cancelled
from floworch.actions.library.file_match import compile_pattern, deepest, excluder
from floworch.actions.library.file_names import shown
from floworch.actions.widgets import Duration, Folder
from floworch.errors import ActionError, ErrorKind

_REPORT_EVERY = 0.25
_CHECK_EVERY = 256


class ListedFile(TypedDict):
    """One file or folder.

    ``relative`` uses ``/``, ``extension`` is in lower case with its dot, ``mtime`` is in epoch seconds.
    """

    path: str
    name: str
    relative: str
    extension: str
    type: Literal["file", "dir", "other"]
    size: int
    mtime: NotRequired[float]


class ListError(TypedDict):
    """Something that could not be listed."""

    path: str
    message: str


class FileList(TypedDict):
    """What was found."""

    files: list[ListedFile]
    count: int
    total_bytes: int
    errors: list[ListError]


class _Walk:
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


def _kind(status: os.stat_result) -> Literal["file", "dir", "other"]:
    if stat.S_ISREG(status.st_mode):
        return "file"
    return "dir" if stat.S_ISDIR(status.st_mode) else "other"


def _row(relative: str, path: str, name: str, status: os.stat_result, times: bool) -> ListedFile:
    kind = _kind(status)
    row = ListedFile(
        path=shown(path),
        name=shown(name),
        relative=shown(relative),
        extension=os.path.splitext(shown(name))[1].lower(),
        type=kind,
        size=status.st_size if kind == "file" else 0,
    )
    if times:
        row["mtime"] = status.st_mtime
    return row


@action(
    "file.list",
    title="List files",
    category="files",
    icon="file-list",
    subtitle="folder",
    effect="idempotent",
    capabilities=("files",),
    example={"folder": "{{ inputs.folder }}", "pattern": "**/*.py", "exclude": ["__pycache__"]},
)
def file_list(
    ctx: Context,
    folder: Folder,
    pattern: str = "**/*",
    type: Literal["file", "dir", "any"] = "file",  # noqa: A002 - the name promised to definitions
    exclude: Annotated[list[str], Field(default_factory=list)] = [],  # noqa: B006 - pydantic copies it
    newer_than: Duration | None = None,
    sort: Literal["name", "size", "mtime"] = "name",
    hidden: bool = True,
    follow_symlinks: bool = False,
    times: bool = True,
) -> FileList:
    """List the files below a folder.

    What vanishes or cannot be read while the folder is listed is a row of 'errors' and does not fail the node.
    The order is the same on every machine.

    Args:
        folder: Where to look; a relative path starts in the folder the run was started in.
        pattern: Which paths below it: * and ? inside a name, ** across folders, [abc], {one,two}.
        type: Whether to list files, folders or everything (also links and devices).
        exclude: Names of files or folders, such as __pycache__ or *.tmp, or patterns of paths below the folder; a
            folder left out is not entered.
        newer_than: Only what was changed within this time, such as 7d.
        sort: name sorts by path, size puts the largest first, mtime the newest first.
        hidden: Whether names that begin with a dot are listed.
        follow_symlinks: Whether links are followed; a link back to a folder above is not entered.
        times: Whether each file's time of change is given; without it the output depends on names and sizes only.
    """
    root = os.path.abspath(ctx.path(folder))
    matches, excluded = compile_pattern(pattern), excluder(exclude)
    _check_folder(root, folder, ctx)
    since = ctx.now() - newer_than if newer_than is not None else None
    walk = _Walk(ctx, follow_symlinks, hidden, deepest(pattern), excluded)
    found: list[tuple[float, ListedFile]] = []
    for relative, entry, status in walk.entries(root):
        if type not in {"any", _kind(status)} or not matches(relative):
            continue
        if since is None or status.st_mtime >= since:
            found.append((status.st_mtime, _row(relative, entry.path, entry.name, status, times)))
    files = _sorted(found, sort)
    return FileList(
        files=files,
        count=len(files),
        total_bytes=sum(row["size"] for row in files),
        errors=sorted(walk.errors, key=lambda row: row["path"]),
    )


def _sorted(found: list[tuple[float, ListedFile]], sort: str) -> list[ListedFile]:
    keys: dict[str, Callable[[tuple[float, ListedFile]], Any]] = {
        "name": lambda pair: pair[1]["relative"],
        "size": lambda pair: (-pair[1]["size"], pair[1]["relative"]),
        "mtime": lambda pair: (-pair[0], pair[1]["relative"]),
    }
    return [row for _, row in sorted(found, key=keys[sort])]


def _check_folder(root: str, folder: str, ctx: Context) -> None:
    try:
        if not stat.S_ISDIR(os.stat(root).st_mode):
            raise ActionError(
                f"'{folder}' is not a folder.", ErrorKind.VALIDATION, hint="Name the folder that holds the files."
            )
        os.scandir(root).close()
    except OSError as error:
        raise file_error(error, folder, "list", "folder", ctx.folder) from None
