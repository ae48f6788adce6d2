"""``floworch schema``: the JSON Schema of definitions."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def schema() -> None:
    """Print the JSON Schema (2020-12) of *.flow.json files."""
    from floworch.model.schema import schema_text

    typer.echo(schema_text(), nl=False)
