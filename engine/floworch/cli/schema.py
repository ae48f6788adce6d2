"""``floworch schema``: the JSON Schema of definitions and of events."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def schema(
    events: Annotated[bool, typer.Option("--events", help="Of the lines that 'floworch events' prints.")] = False,
) -> None:
    """Print the JSON Schema (2020-12) of *.flow.json files, or of events."""
    if events:
        from floworch.run.event_schema import event_schema_text

        typer.echo(event_schema_text(), nl=False)
        return
    from floworch.model.schema import schema_text

    typer.echo(schema_text(), nl=False)
