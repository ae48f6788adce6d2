"""``floworch signal RUN NAME [JSON]``: send a named signal to a run."""

from __future__ import annotations

from typing import Annotated

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def signal(
    run: RunArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the signal.", show_default=False)],
    payload: Annotated[
        str | None, typer.Argument(metavar="[JSON]", help="What comes with it.", show_default=False)
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Send a named signal; one that nobody waits for yet is kept."""
    from floworch.cli.support.answers import with_way_on
    from floworch.cli.support.control import control
    from floworch.cli.support.json_value import json_value
    from floworch.cli.support.stores import store_flag

    value = json_value(payload, "What comes with the signal")
    control(
        store,
        lambda host: host.signal(run, name, value),
        with_way_on(f"The signal '{name}' for run {run} is recorded.", run, store_flag(store)),
        json=run if json else None,
    )
