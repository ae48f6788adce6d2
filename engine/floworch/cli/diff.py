"""``floworch diff A B``: what differs between two definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floworch.cli.support.options import JsonOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def diff(
    old: Annotated[Path, typer.Argument(metavar="A", help="Definition, a *.flow.json file.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="B", help="Another one.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Compare two definitions without their layout; exit code 1 when they differ."""
    from floworch.cli.render.difference import difference_lines
    from floworch.cli.render.text import print_json
    from floworch.model import codec
    from floworch.model.diff import diff as compare

    found = compare(codec.load(old), codec.load(new)).without_view()
    if json:
        print_json({"equal": found.empty, "logic": found.logic, **found.to_json()})
    else:
        for line in difference_lines(found):
            typer.echo(line)
    if not found.empty:
        raise typer.Exit(1)
