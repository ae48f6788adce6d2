"""``floworch pause RUN``: let running steps finish and start no more."""

from __future__ import annotations

from typing import Annotated

import typer

from floworch.cli.support.options import RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def pause(
    run: RunArgument,
    now: Annotated[bool, typer.Option("--now", help="Interrupt running steps; they run again at resume.")] = False,
    store: StoreOption = None,
) -> None:
    """Pause a run: running steps finish, no other starts."""
    from floworch.cli.support.control import control
    from floworch.cli.support.stores import store_flag

    done = f"Run {run} is asked to pause. Resume with: floworch resume {run}{store_flag(store)}"
    control(store, lambda host: host.pause(run, now=now), done)
