"""What a store in files is made with, looked at where it is made and not when the first run is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args

from floworch.errors import UsageError
from floworch.store.protocol import Durability

_DURABILITIES: tuple[str, ...] = get_args(Durability)
_LEVELS = range(1, 20)


def store_path(given: Any) -> Path:
    """The folder of a store. Raises UsageError for what is no path, and for an empty one, which is a forgotten one."""
    if not isinstance(given, (str, os.PathLike)) or given == "":
        raise UsageError(f"A store needs the path of its folder, not {given!r}.", "Such as './workflow_data'.")
    return Path(given)


def check_options(durability: Any, segment_size: Any, compression: Any, permissions: Any) -> None:
    """Raise UsageError for an option that no run could be written with."""
    if durability not in _DURABILITIES:
        raise UsageError(f"There is no durability {durability!r}.", "Choose power, process or none.")
    if not _whole(segment_size) or segment_size < 1:
        raise UsageError(f"segment_size must be a number of bytes, 1 or more, not {segment_size!r}.")
    if not _whole(compression) or compression not in _LEVELS:
        raise UsageError(f"compression must be a level from 1 (quick) to 19 (small), not {compression!r}.")
    if not _whole(permissions) or permissions & ~0o777 or permissions & 0o600 != 0o600:
        shown = oct(permissions) if _whole(permissions) else repr(permissions)
        raise UsageError(f"permissions must let the owner read and write, such as 0o600, not {shown}.")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
