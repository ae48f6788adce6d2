"""What can go wrong with files, worded for people."""

from __future__ import annotations

import errno
import os

from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind

_FULL = {errno.ENOSPC, errno.EDQUOT}


def file_error(error: OSError, path: str, verb: str, noun: str = "file", folder: str = "") -> ActionError:
    """Return the error of an action for a system error.

    Args:
        error: What the system said.
        path: The path as the user gave it.
        verb: What was to be done: read, write, list.
        noun: What the path names.
        folder: Where a relative path starts.
    """
    if isinstance(error, FileNotFoundError):
        return ActionError(
            f"The {noun} '{path}' does not exist.",
            ErrorKind.NOT_FOUND,
            hint=f"Correct the path; a relative path starts at {folder}."
            if _relative(path, folder)
            else "Correct the path.",
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return ActionError(
            f"There is no permission to {verb} '{path}' ({error.strerror}).",
            ErrorKind.PERMISSION,
            hint="Change the permissions, or run as a user who may.",
        )
    if error.errno in _FULL:
        return ActionError(
            f"The disk is full: '{path}' was not written.",
            ErrorKind.PROCESSING,
            hint=f"Free some space ({error.strerror}); what was there before is unchanged.",
        )
    if isinstance(error, IsADirectoryError):
        return ActionError(f"'{path}' is a folder, not a file.", ErrorKind.VALIDATION, hint="Name a file in it.")
    if isinstance(error, NotADirectoryError):
        return ActionError(
            f"A part of '{path}' is a file, not a folder.", ErrorKind.VALIDATION, hint="Correct the path."
        )
    if error.errno == errno.ENAMETOOLONG:
        return ActionError(f"The name is too long: '{path[:200]}'.", ErrorKind.VALIDATION, hint="Shorten it.")
    return ActionError(f"Cannot {verb} '{path}': {error.strerror or error}.", ErrorKind.PROCESSING)


def _relative(path: str, folder: str) -> bool:
    return bool(folder) and not os.path.isabs(os.path.expanduser(path))


def stop_if_cancelled(ctx: Context) -> None:
    """Leave a body that runs in a thread when its attempt is asked to stop.

    Raises:
        ActionError: kind cancelled, with the reason.
    """
    reason = ctx.cancelled
    if reason is not None:
        raise ActionError(f"Stopped: {reason}.", ErrorKind.CANCELLED)
