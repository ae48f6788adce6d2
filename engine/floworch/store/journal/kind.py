"""The marker of a store: which format its new runs have."""

from __future__ import annotations

import secrets
from pathlib import Path

from floworch.store.journal.files import Files
from floworch.store.journal.format import Format

#: The file in a store's directory that names its format; a store without one writes FlatBuffers.
MARKER = "format"


def mark_store(path: Path, form: Format, files: Files) -> None:
    """Leave the marker, when the format is not the default one and none is there. Raises OSError."""
    if form.name == "flatbuffers" or (path / MARKER).exists():
        return
    # Whole or not at all, and whichever of several that begin the store at once is last writes the same.
    draft = path / f".{MARKER}-{secrets.token_hex(4)}"
    fd = files.create(draft)
    try:
        files.write(fd, f"{form.name}\n".encode())
        files.sync(fd)
    finally:
        files.close(fd)
    files.rename(draft, path / MARKER)
    files.sync_directory(path)
