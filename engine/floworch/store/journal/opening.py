"""Opening the store in a directory as what it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from floworch.errors import StoreError, UsageError
from floworch.store.journal.formats import BY_NAME
from floworch.store.journal.kind import MARKER
from floworch.store.journal.store import FlatBuffersStore, JournalStore, JsonStore

#: Environment variable that says which format a store gets that does not exist yet.
VARIABLE = "FLOWORCH_STORE_FORMAT"


def open_directory(path: Path | str, **options: Any) -> JournalStore:
    """Open the store in a directory as what it is; a new one is what ``FLOWORCH_STORE_FORMAT`` says.

    Args:
        path: The store's directory.
        options: As for ``FlatBuffersStore``.

    Raises:
        StoreError: The marker cannot be read or names no format of this version.
        UsageError: The environment names no format.
    """
    stores: dict[str, type[JournalStore]] = {each.format.name: each for each in (FlatBuffersStore, JsonStore)}
    root = Path(path)
    try:
        name = (root / MARKER).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        name = _for_new() if not (root / "runs").is_dir() else "flatbuffers"
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise StoreError(f"{root / MARKER} cannot be read: {said}.", "Check the disk and its permissions.") from error
    if name not in stores:
        raise StoreError(
            f"The store {root} has the format {name[:40]!r}, which this version does not know.",
            f"It knows {' and '.join(sorted(BY_NAME))}; a newer version may know it.",
        )
    return stores[name](root, **options)


def _for_new() -> str:
    name = os.environ.get(VARIABLE, "").strip() or "flatbuffers"
    if name not in BY_NAME:
        raise UsageError(f"{VARIABLE}={name} names no format of a store.", f"Use {' or '.join(sorted(BY_NAME))}.")
    return name
