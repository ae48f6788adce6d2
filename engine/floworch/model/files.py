"""The model's only touch of the disk: reading a definition's bytes and replacing them safely."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from floworch.errors import DefinitionError, UsageError
from floworch.model.jsontext import MAX_BYTES


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a definition file.

    Raises:
        DefinitionError: It is missing, unreadable or too large.
        UsageError: ``path`` is no path.
    """
    _require_path(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DefinitionError(f"There is no file {path}.", "Check the path; 'floworch new' writes one.") from None
    except IsADirectoryError:
        raise DefinitionError(f"{path} is a folder.", "Name a *.flow.json file in it.") from None
    except OSError as error:
        raise DefinitionError(f"{path} cannot be read: {error.strerror or error}.", "Check its permissions.") from None
    if len(data) > MAX_BYTES:
        hint = "Split it into several workflows."
        raise DefinitionError(f"{path} is larger than {MAX_BYTES} bytes.", hint)
    return data


def _require_path(path: object) -> None:
    if not isinstance(path, (str, os.PathLike)):
        raise UsageError(f"A file is named by its path, not by {path!r}.", "Such as load('order.flow.json').")


def write_text(path: str | Path, text: str) -> None:
    """Replace a file's content with a text in UTF-8, as ``write_bytes`` does.

    Raises:
        UsageError: The file cannot be written; what was there before is still there.
    """
    write_bytes(path, text.encode())


def write_bytes(path: str | Path, data: bytes) -> None:
    """Replace a file's content so that a crash leaves the old or the new one: temporary file, fsync, rename.

    A link stays one: what it leads to gets the content.

    Raises:
        UsageError: The file cannot be written; what was there before is still there.
    """
    _require_path(path)
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{uuid4().hex}.tmp")  # whatever the length of the name itself
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o777)
        draft.replace(target)
    except OSError as error:
        with suppress(OSError):  # a file system that takes nothing refuses this, too
            draft.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.", "Check the folder.") from None
