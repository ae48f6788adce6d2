"""``floworch pause RUN``: let running steps finish and start no more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

if TYPE_CHECKING:
    from floworch.host.protocol import EngineHost

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def pause(
    run: RunArgument,
    now: Annotated[bool, typer.Option("--now", help="Interrupt running steps; they run again at resume.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Pause a run: running steps finish, no other starts."""
    from floworch.cli.render.unsafe import interrupted_text
    from floworch.cli.support.control import control
    from floworch.cli.support.stores import store_flag

    done = f"Run {run} is asked to pause. Resume with: floworch resume {run}{store_flag(store)}"

    async def ask(host: EngineHost) -> None:
        running = interrupted_text(await host.load(run), await host.header(run)) if now else ""
        await host.pause(run, now=now)
        sys.stderr.write(running)

    control(store, ask, done, json=run if json else None)
