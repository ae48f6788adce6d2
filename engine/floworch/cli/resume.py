"""``floworch resume RUN``: continue a paused, suspended or interrupted run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from floworch.cli.support.options import (
    BreakpointsOption,
    EventsOption,
    JsonOption,
    RunArgument,
    StoreOption,
    SuspendedOption,
)

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def resume(
    run: RunArgument,
    in_doubt: Annotated[
        str | None,
        typer.Option(
            "--in-doubt",
            metavar="ANSWER",
            help="What became of steps that a crash left in doubt: rerun them, take them as done, or as failed "
            "(rerun, done, fail).",
        ),
    ] = None,
    no_breakpoints: BreakpointsOption = False,
    store: StoreOption = None,
    exit_when_suspended: SuspendedOption = False,
    events: EventsOption = None,
    json: JsonOption = False,
) -> None:
    """Continue a paused, suspended or interrupted run; completed steps do not run again."""
    from floworch.cli.support.control import carry_on
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.stores import store_flag
    from floworch.errors import UsageError

    if in_doubt not in (None, "rerun", "done", "fail"):
        raise UsageError(f"--in-doubt {in_doubt} is not known.", "Choose rerun, done or fail.")
    output = output_of(json, events, exit_when_suspended, store_flag(store))
    options: dict[str, Any] = {"in_doubt": in_doubt} if in_doubt else {}
    if no_breakpoints:
        options["breakpoints"] = False
    code = carry_on(store, run, output, "resume", **options)
    if code:
        raise typer.Exit(code)
