"""``file.write``: write a file completely or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_content import encoded, is_table, write_rows
from floworch.actions.library.file_errors import file_error, stop_if_cancelled
from floworch.actions.library.file_place import BINARY, link_new, make_folder, sync_folder, temporary
from floworch.actions.widgets import FilePath, widget
from floworch.errors import ActionError, ErrorKind

_CHUNK = 1 << 20


class WrittenFile(TypedDict):
    """The file's absolute path, and how many bytes were written to it."""

    path: str
    bytes: int


@action(
    "file.write",
    title="Write file",
    category="files",
    icon="file-write",
    subtitle="path",
    effect="idempotent",
    effects={"mode": {"append": "unsafe"}},
    capabilities=("files",),
    example={"path": "report.html", "content": "{{ nodes.report.output }}"},
)
def file_write(
    ctx: Context,
    path: FilePath,
    content: Annotated[Any, widget("multiline")],
    mode: Annotated[Literal["replace", "append", "create"], Field(title="When the file exists")] = "replace",
    encoding: str = "utf-8",
    mkdirs: Annotated[bool, Field(title="Make missing folders")] = True,
) -> WrittenFile:
    """Write a file: completely, or not at all.

    The content goes to a temporary file in the same folder, to the disk, and then takes the file's place, so that
    nobody ever sees half a file. A replaced file keeps its permissions; a link stays a link. 'append' is
    unsafe: after a crash in the middle of it a person decides whether it runs again, and it is not retried unless the
    node says so. Set the node's effect to idempotent where a line written twice does no harm.

    Args:
        path: Where to write; a relative path starts in the folder the run was started in, ~ is the home folder.
        content: Text, bytes, or any other value, which is written as indented JSON. A reference to a table that an
            action gave is written as the list of its rows, which are read in batches; data.write_table writes CSV and
            other formats.
        mode: replace writes the file anew, append adds to its end, create fails when there is one.
        encoding: Encoding of text.
        mkdirs: Whether missing folders are made.
    """
    if is_table(content):
        return write_rows(ctx, content, encoding, lambda chunks: _write(ctx, path, chunks, mode, mkdirs))
    return _write(ctx, path, [encoded(content, encoding)], mode, mkdirs)


def _write(ctx: Context, path: str, chunks: Iterable[bytes], mode: str, mkdirs: bool) -> WrittenFile:
    target = os.path.realpath(ctx.path(path))
    if os.path.isdir(target):
        raise ActionError(f"'{path}' is a folder, not a file.", ErrorKind.VALIDATION, hint="Name a file in it.")
    try:
        if mkdirs:
            make_folder(os.path.dirname(target))
        if mode == "append":
            size = _append(ctx, target, chunks)
        else:
            size = _put(ctx, target, chunks, replace=mode == "replace")
    except FileExistsError:
        raise ActionError(
            f"'{path}' exists already.",
            ErrorKind.VALIDATION,
            hint="Set mode to replace or append, or write to another path.",
        ) from None
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise ActionError(
                f"The folder of '{path}' does not exist.", ErrorKind.NOT_FOUND, hint="Set mkdirs to true to make it."
            ) from None
        raise file_error(error, path, "write") from None
    return WrittenFile(path=target, bytes=size)


def _write_all(ctx: Context, fd: int, chunks: Iterable[bytes]) -> int:
    """Write it all, to the disk; how many bytes that were."""
    size = 0
    for data in chunks:
        view = memoryview(data)
        done = 0
        while done < len(view):
            stop_if_cancelled(ctx)
            done += os.write(fd, view[done : done + _CHUNK])
            if len(view) > _CHUNK:
                ctx.progress(done / len(view), "")
        size += done
    os.fsync(fd)
    stop_if_cancelled(ctx)
    return size


def _put(ctx: Context, target: str, chunks: Iterable[bytes], replace: bool) -> int:
    if not replace and os.path.lexists(target):
        raise FileExistsError
    with temporary(target) as (fd, waiting):
        size = _write_all(ctx, fd, chunks)
        if replace:
            _keep_permissions(fd, target)
            if os.name == "nt":
                os.close(fd)  # Windows renames closed files only
            os.replace(waiting, target)
        else:
            link_new(waiting, target)
    sync_folder(os.path.dirname(target))
    return size


def _keep_permissions(fd: int, target: str) -> None:
    try:
        old = os.stat(target)
    except OSError:
        return
    if not stat.S_ISREG(old.st_mode):
        raise ActionError(
            f"'{target}' is not a regular file and cannot be replaced.",
            ErrorKind.VALIDATION,
            hint="Set mode to append to write into it.",
        )
    if hasattr(os, "fchmod"):
        with contextlib.suppress(OSError):
            os.fchown(fd, old.st_uid, old.st_gid)
        os.fchmod(fd, stat.S_IMODE(old.st_mode))


def _append(ctx: Context, target: str, chunks: Iterable[bytes]) -> int:
    """Add to the end; when that fails or is stopped half-way, take it back."""
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
    try:
        before = os.fstat(fd)
        try:
            return _write_all(ctx, fd, chunks)
        except BaseException:
            if stat.S_ISREG(before.st_mode):
                os.ftruncate(fd, before.st_size)
            raise
    finally:
        os.close(fd)
