"""System errors in words."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.library.file_errors import file_error, stop_if_cancelled
from floworch.errors import ActionError, ErrorKind


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (errno.ENOENT, "not_found_error", "The file 'a/b' does not exist."),
        (errno.EACCES, "permission_error", "There is no permission to write 'a/b' (Permission denied)."),
        (errno.EROFS, "permission_error", "There is no permission to write 'a/b' (Read-only file system)."),
        (errno.ENOSPC, "processing_error", "The disk is full: 'a/b' was not written."),
        (errno.EDQUOT, "processing_error", "The disk is full: 'a/b' was not written."),
        (errno.EISDIR, "validation_error", "'a/b' is a folder, not a file."),
        (errno.ENOTDIR, "validation_error", "A part of 'a/b' is a file, not a folder."),
        (errno.ENAMETOOLONG, "validation_error", "The name is too long: 'a/b'."),
        (errno.EIO, "processing_error", "Cannot write 'a/b': Input/output error."),
    ],
)
def test_each_has_a_kind_and_words(number: int, kind: str, message: str) -> None:
    error = file_error(OSError(number, os.strerror(number)), "a/b", "write")
    assert (error.kind, str(error)) == (kind, message)


def test_a_body_that_is_asked_to_stop_leaves(act: Any) -> None:
    ctx = Context(act, "r", "w", "n")
    stop_if_cancelled(ctx)
    act.reason = "timeout"
    with pytest.raises(ActionError, match="Stopped: timeout") as caught:
        stop_if_cancelled(ctx)
    assert caught.value.kind is ErrorKind.CANCELLED
