"""``floworch retry RUN``: run what failed again."""

from __future__ import annotations

import typer

from floworch.cli.support.options import EventsOption, JsonOption, RunArgument, StoreOption, SuspendedOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def retry(
    run: RunArgument,
    store: StoreOption = None,
    exit_when_suspended: SuspendedOption = False,
    events: EventsOption = None,
    json: JsonOption = False,
) -> None:
    """Run the failed, skipped and cancelled steps of a failed run again; completed ones stay."""
    from floworch.cli.support.control import carry_on
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.stores import store_flag

    output = output_of(json, events, exit_when_suspended, store_flag(store))
    code = carry_on(store, run, output, "retry")
    if code:
        raise typer.Exit(code)
