"""``floworch cancel RUN``: end a run for good."""

from __future__ import annotations

from typing import Annotated

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def cancel(
    run: RunArgument,
    no_compensate: Annotated[bool, typer.Option("--no-compensate", help="Leave completed steps as they are.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Cancel a run for good: running steps are stopped, nothing new starts, completed steps are compensated.

    Of a run that no process works on, the compensation is carried out by 'floworch resume'.
    """
    from floworch.cli.render.undone import cancel_text
    from floworch.cli.support.control import control
    from floworch.cli.support.stores import store_flag

    flag = store_flag(store)
    control(
        store,
        lambda host: host.cancel(run, compensate=not no_compensate),
        lambda found: cancel_text(found.load(run), flag),
        json=run if json else None,
    )
