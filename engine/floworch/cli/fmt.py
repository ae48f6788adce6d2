"""``floworch fmt FILE``: write definitions in their one form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def fmt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Definitions.", show_default=False)],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 when a file would change.")
    ] = False,
) -> None:
    """Write definitions in their one deterministic form, so that a diff shows what changed."""
    from floworch.model import codec
    from floworch.model.files import read_bytes, write_text

    changed = 0
    for file in files:
        before = read_bytes(file)
        text = codec.dumps(codec.loads_from(file, before))
        if text.encode("utf-8") == before:
            continue
        changed += 1
        if check:
            typer.echo(f"{file} would change", err=True)
        else:
            write_text(file, text)
            typer.echo(f"{file} written", err=True)
    if check and changed:
        raise typer.Exit(1)
