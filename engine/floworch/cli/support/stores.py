"""Which store a command works on, and opening it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.store.journal.store import JournalStore


def store_directory(given: Path | None) -> Path:
    """Directory of the store: as given (``--store``, ``FLOWORCH_STORE``), else in the user data directory."""
    if given is not None:
        return given
    from platformdirs import user_data_path

    return user_data_path("floworch", appauthor=False) / "store"


def open_store(given: Path | None) -> JournalStore:
    """Open the store of a command.

    Raises:
        StoreError: It cannot be used.
        UsageError: ``FLOWORCH_STORE_FORMAT`` names no format.
    """
    from floworch.store.journal.opening import open_directory

    return open_directory(store_directory(given))


def store_flag(given: Path | None) -> str:
    """The part of a command line that names the same store again; empty for the default one."""
    import os
    import shlex

    if given is None or os.environ.get("FLOWORCH_STORE") == str(given):
        return ""
    return f" --store {shlex.quote(str(given))}"
