"""``floworch step RUN [NODE]``: run one node of a paused run."""

from __future__ import annotations

from typing import Annotated

import typer

from floworch.cli.support.options import EventsOption, JsonOption, RunArgument, StoreOption, SuspendedOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def step(
    run: RunArgument,
    node: Annotated[
        str | None, typer.Argument(metavar="[NODE]", help="Which of the ready steps.", show_default="the next one")
    ] = None,
    item: Annotated[
        int | None, typer.Option("--item", metavar="N", min=0, help="Which item, for a step inside a container.")
    ] = None,
    store: StoreOption = None,
    exit_when_suspended: SuspendedOption = False,
    events: EventsOption = None,
    json: JsonOption = False,
) -> None:
    """Run exactly one step of a paused run, then pause it again (exit code 3 until the run has ended)."""
    from floworch.cli.support.control import carry_on
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.stores import store_flag

    output = output_of(json, events, exit_when_suspended, store_flag(store))
    code = carry_on(store, run, output, "step", node=node, item=item)
    if code:
        raise typer.Exit(code)
