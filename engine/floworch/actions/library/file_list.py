"""``file.list``: the files below a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_match import compile_pattern, deepest, excluder
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_walk import ListError, Walk, kind_of
from floworch.actions.widgets import Duration, Folder
from floworch.errors import ActionError, ErrorKind


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


class FileList(TypedDict):
    """What was found."""

    files: list[ListedFile]
    count: int
    total_bytes: int
    errors: list[ListError]


def _row(relative: str, path: str, name: str, status: os.stat_result, times: bool) -> ListedFile:
    kind = kind_of(status)
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
    type: Annotated[Literal["file", "dir", "any"], Field(title="What to list")] = "file",  # noqa: A002 - the name promised to definitions
    exclude: Annotated[list[str], Field(title="Leave out", default_factory=list)] = [],  # noqa: B006 - pydantic copies it
    newer_than: Annotated[Duration | None, Field(title="Changed within")] = None,
    sort: Annotated[Literal["name", "size", "mtime"], Field(title="Sort by")] = "name",
    hidden: Annotated[bool, Field(title="Hidden files, too")] = True,
    follow_symlinks: Annotated[bool, Field(title="Follow links")] = False,
    times: Annotated[bool, Field(title="Give times of change")] = True,
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
    walk = Walk(ctx, follow_symlinks, hidden, deepest(pattern), excluded)
    found: list[tuple[float, ListedFile]] = []
    for relative, entry, status in walk.entries(root):
        if type not in {"any", kind_of(status)} or not matches(relative):
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
