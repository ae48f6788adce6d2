"""Small files that say where an engine process can be reached: ``control`` beside a run, ``companion`` in a store."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec


class ControlInfo(msgspec.Struct, frozen=True):
    """What such a file holds.

    Attributes:
        address: ``unix:PATH`` or ``tcp:127.0.0.1:PORT``.
        token: Secret that both ends prove to know, hex.
        pid: Process that listens.
        version: Version of the product it runs.
    """

    address: str
    token: str
    pid: int
    version: str = ""


_MAX_BYTES = 4096


def write_control(path: Path, info: ControlInfo) -> None:
    """Write the file atomically, readable by this user only (0600).

    Raises:
        OSError: The directory is not writable.
    """
    handle, temporary = tempfile.mkstemp(prefix=".control-", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(info))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def read_control(path: Path) -> ControlInfo | None:
    """Return what the file says, or None when there is none or it is not such a file."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_MAX_BYTES), type=ControlInfo)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def remove_control(path: Path, token: str) -> None:
    """Remove the file if it still is the one with this token; another process may have put its own there."""
    found = read_control(path)
    if found is not None and found.token == token:
        with contextlib.suppress(OSError):
            path.unlink()
