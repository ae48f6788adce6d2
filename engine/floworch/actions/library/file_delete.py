"""``file.delete``: files and folders to the trash, or gone for good."""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library import trash
from floworch.actions.library.file_errors import file_error, stop_if_cancelled
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_select import Kind, Selected, select
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind

_KINDS: dict[str, tuple[Kind, ...]] = {
    "file": ("file", "other"),
    "dir": ("dir",),
    "any": ("file", "dir", "other"),
}
_NO_TRASH = {errno.EXDEV, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT}
_REPORT_EVERY = 0.25


class Deleted(TypedDict):
    """The paths that were removed, in the order asked for, and how many they are; a folder counts as one."""

    deleted: list[str]
    count: int


@action(
    "file.delete",
    title="Delete files",
    category="files",
    icon="trash",
    subtitle="paths",
    effect="idempotent",
    capabilities=("files",),
    example={"paths": "{{ inputs.folder }}/**/*.tmp", "to_trash": True},
)
def file_delete(
    ctx: Context,
    paths: Annotated[str | list[str], Field(min_length=1), widget("list")],
    to_trash: Annotated[bool, Field(title="Move to the trash")] = True,
    missing_ok: Annotated[bool, Field(title="Missing files are fine")] = True,
    type: Annotated[Literal["file", "dir", "any"], Field(title="What a pattern matches")] = "file",  # noqa: A002 - the word of file.list
) -> Deleted:
    """Delete files and folders, by default to the trash.

    A link is removed, never what it leads to. What is named in full is deleted with everything in it; a pattern
    matches files only unless 'type' says otherwise. The home folder, the root of a disk and the folder of the run,
    and folders around them, are refused. A cancel stops between two files.

    Args:
        paths: A file, a folder, a pattern such as build/**/*.tmp, or a list of paths. A relative path starts in the
            folder the run was started in.
        to_trash: Whether they go to the system's trash, from where they can be put back; else they are gone.
        missing_ok: Whether a path that is not there, or a pattern that nothing fits, counts as deleted already.
        type: What a pattern matches: files and links, folders with everything in them, or both.
    """
    found = select(ctx, paths, name="paths", missing_ok=missing_ok, kinds=_KINDS[type], verb="delete")
    for each in found:
        _refuse_precious(ctx, each)
    deletion = _Deletion(ctx, len(found))
    deleted = []
    for each in found:
        stop_if_cancelled(ctx)
        try:
            gone = _throw(ctx, each.path) if to_trash else deletion.remove(each.path)
        except OSError as error:
            place = shown(str(error.filename or each.path))
            raise file_error(error, place, "delete", folder=ctx.folder) from None
        deletion.finished += 1
        if gone:
            deleted.append(shown(each.path))
    ctx.log(f"{'Moved to the trash' if to_trash else 'Deleted'}: {len(deleted)}")
    return Deleted(deleted=deleted, count=len(deleted))


def _refuse_precious(ctx: Context, each: Selected) -> None:
    if each.kind != "dir":
        return
    inside = f"{os.path.realpath(each.path).rstrip(os.sep)}{os.sep}"
    for precious, name in ((os.path.expanduser("~"), "the home folder"), (ctx.folder, "the folder of the run")):
        if f"{os.path.realpath(precious)}{os.sep}".startswith(inside):
            raise ActionError(
                f"'{shown(each.path)}' is, or holds, {name} and is not deleted.",
                ErrorKind.VALIDATION,
                hint="Name what is in it that can go.",
            )
    if os.path.ismount(each.path):
        raise ActionError(
            f"'{shown(each.path)}' is the root of a disk and is not deleted.",
            ErrorKind.VALIDATION,
            hint="Name what is in it that can go.",
        )


def _throw(ctx: Context, path: str) -> bool:
    try:
        trash.to_trash(path, ctx.now())
    except OSError as error:
        if not os.path.lexists(path):
            return False  # it vanished with a folder that was named, too, or by somebody else
        if error.errno not in _NO_TRASH or not os.access(os.path.dirname(path), os.W_OK):
            raise
        raise ActionError(
            f"There is no trash for '{shown(path)}': {error.strerror}.",
            ErrorKind.PROCESSING,
            hint="Set to_trash to false to delete it for good.",
        ) from None
    return True


class _Deletion:
    """Removal for good, entry by entry; a folder is never entered through a link."""

    def __init__(self, ctx: Context, total: int) -> None:
        self._ctx, self._total = ctx, total
        self._removed = 0
        self._told = time.monotonic()
        self.finished = 0

    def remove(self, path: str) -> bool:
        """Remove a file, a link, or a folder with everything in it; False when it was gone. Raises OSError."""
        try:
            self._remove(path)
        except FileNotFoundError:
            return False
        return True

    def _remove(self, path: str) -> None:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            return
        todo = [(path, False)]
        while todo:
            place, emptied = todo.pop()
            self._tick(place)
            if emptied:
                os.rmdir(place)
                continue
            todo.append((place, True))
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        todo.append((entry.path, False))
                    else:
                        self._tick(entry.path)
                        os.unlink(entry.path)

    def _tick(self, path: str) -> None:
        stop_if_cancelled(self._ctx)
        self._removed += 1
        now = time.monotonic()
        if now - self._told >= _REPORT_EVERY:
            self._told = now
            self._ctx.progress(self.finished / self._total, f"{self._removed} removed: {shown(path)}")
