"""Which store a command works on, and opening it."""

from __future__ import annotations

import sys
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
    from floworch.errors import StoreError
    from floworch.store.journal.opening import open_directory

    directory = store_directory(given)
    if directory.is_file():
        raise StoreError(f"{directory} is a file, not a folder.", "Name the folder of a store with --store.")
    return open_directory(directory)


def read_store(given: Path | None) -> JournalStore:
    """As ``open_store``, for commands that only read; says on standard error when there is no store at the place."""
    store = open_store(given)
    if given is not None and not given.exists():
        sys.stderr.write(f"There is no store at {given} yet.\n")
    return store


def store_path(text: str) -> Path:
    """The value of ``--store``.

    Raises:
        UsageError: It is empty.
    """
    from floworch.errors import UsageError

    if not text.strip():
        raise UsageError("--store is empty.", "Name a folder, or leave it out for the default store.")
    return Path(text)


def store_flag(given: Path | None) -> str:
    """The part of a command line that names the same store again; empty for the default one."""
    import os
    import shlex

    if given is None or os.environ.get("FLOWORCH_STORE") == str(given):
        return ""
    return f" --store {shlex.quote(str(given))}"
