"""What a move is about to do, noted where a crash leaves it: so that its repetition knows what was moved already."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

_KEPT = 30 * 86400.0  # seconds; a run that goes on later moves what is left and lists only that


def _folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("floworch", appauthor=False) / "moves"


def read_note(key: str) -> Any:
    """What was noted under an idempotency key, or None."""
    try:
        return json.loads((_folder() / f"{key}.json").read_bytes())
    except (OSError, ValueError):
        return None


def write_note(key: str, value: Any) -> None:
    """Note a JSON value, durably. Notes that nobody can need any more are removed. Raises OSError."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = time.time() - _KEPT
    for old in folder.iterdir():
        with contextlib.suppress(OSError):
            if old.stat().st_mtime < oldest:
                old.unlink()
    waiting = folder / f"{key}.{os.getpid()}.tmp"
    with open(waiting, "w", encoding="ascii") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(waiting, folder / f"{key}.json")
