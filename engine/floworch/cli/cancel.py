"""``floworch cancel RUN``: end a run for good."""

from __future__ import annotations

from typing import Annotated

import typer

from floworch.cli.support.options import RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def cancel(
    run: RunArgument,
    no_compensate: Annotated[bool, typer.Option("--no-compensate", help="Leave completed steps as they are.")] = False,
    store: StoreOption = None,
) -> None:
    """Cancel a run for good: steps that are running are stopped, nothing new starts."""
    from floworch.cli.support.control import control

    control(store, lambda host: host.cancel(run, compensate=not no_compensate), f"Run {run} is cancelled.")
