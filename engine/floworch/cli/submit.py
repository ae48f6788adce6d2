"""``floworch submit RUN NODE JSON``: answer a waiting form or choice."""

from __future__ import annotations

from typing import Annotated

import typer

from floworch.cli.support.options import JsonOption, NodeArgument, RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def submit(
    run: RunArgument,
    node: NodeArgument,
    values: Annotated[
        str, typer.Argument(metavar="JSON", help="The values by field, or what is chosen.", show_default=False)
    ],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a waiting form with its values, or a choice with what is chosen."""
    from floworch.cli.support.control import control
    from floworch.cli.support.json_value import json_value

    value = json_value(values, "The answer")
    control(
        store,
        lambda host: host.submit(run, node, value),
        f"The answer for {node} of run {run} is recorded.",
        json=run if json else None,
    )
