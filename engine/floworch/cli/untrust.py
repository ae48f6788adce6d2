"""``floworch untrust FILE``: take trust back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def untrust(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Definitions, or folders.", show_default=False)
    ],
) -> None:
    """Take trust back from definitions or folders; exit code 2 when nothing was trusted."""
    from floworch.errors import FlowError, UsageError
    from floworch.model.codec import loads_from
    from floworch.model.files import read_bytes
    from floworch.trust import TrustStore, content_digest

    store = TrustStore()
    for file in files:
        digest = None
        if file.is_file():
            try:
                digest = content_digest(loads_from(file, read_bytes(file)))
            except FlowError:
                pass  # no definition any more: its path tells what was trusted
        if not store.untrust(file, digest):
            raise UsageError(f"{file} was not trusted by itself.", "List what is trusted with 'floworch trust --list'.")
        sys.stderr.write(f"{file} is not trusted any more.\n")
