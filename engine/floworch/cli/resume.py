"""``floworch resume RUN``: continue a paused, suspended or interrupted run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import (
    BreakpointsOption,
    EventsOption,
    JsonOption,
    RunArgument,
    StoreOption,
    SuspendedOption,
    TrustOption,
)

if TYPE_CHECKING:
    from floworch.run.migration import Migration

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def resume(
    run: RunArgument,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="With --migrate: the edited definition.",
            show_default="what the run was started from",
        ),
    ] = None,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Go on with an edited definition; what has completed is kept.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --migrate: show what would become of each step, change nothing.")
    ] = False,
    rerun_changed: Annotated[
        bool, typer.Option("--rerun-changed", help="With --migrate: changed steps that completed run again.")
    ] = False,
    allow_removed: Annotated[
        bool, typer.Option("--allow-removed", help="With --migrate: steps that completed may be taken out.")
    ] = False,
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
    trust: TrustOption = False,
    store: StoreOption = None,
    exit_when_suspended: SuspendedOption = False,
    events: EventsOption = None,
    json: JsonOption = False,
) -> None:
    """Continue a paused, suspended or interrupted run; completed steps do not run again."""
    from floworch.actions.registry import registry
    from floworch.actions.suggest import one_of
    from floworch.cli.support.control import carry_on
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.edited import edited_definition, examine
    from floworch.cli.support.stores import store_flag
    from floworch.cli.support.trusting import admit
    from floworch.errors import UsageError

    if in_doubt not in (None, "rerun", "done", "fail"):
        raise UsageError(f"--in-doubt {in_doubt} is not known.", one_of(in_doubt, ("rerun", "done", "fail")))
    if not migrate and (file or dry_run or rerun_changed or allow_removed):
        raise UsageError("A run keeps the definition it was started with.", "Add --migrate to go on with another one.")
    output = output_of(json, events, exit_when_suspended, store_flag(store))
    options: dict[str, Any] = {"in_doubt": in_doubt} if in_doubt else {}
    if no_breakpoints:
        options["breakpoints"] = False
    if migrate:
        workflow = edited_definition(store, run, file)
        options |= {"rerun_changed": rerun_changed, "allow_removed": allow_removed}
        migration = examine(store, run, workflow, **options)
        if dry_run:
            raise typer.Exit(_explain(migration, json))
        admit(workflow, registry, trust)
        _announce(migration)
        options["workflow"] = workflow
    code = carry_on(store, run, output, "resume", **options)
    if code:
        raise typer.Exit(code)


def _explain(migration: Migration, json: bool) -> int:
    """Print what would happen to standard output; the exit code says whether the run can go over."""
    from floworch.cli.render.difference import migration_lines
    from floworch.cli.render.text import print_json

    if json:
        print_json(migration.to_json())
    else:
        typer.echo("\n".join(migration_lines(migration)))
    return 0 if migration.possible else 2


def _announce(migration: Migration) -> None:
    from floworch.cli.render.difference import migration_lines

    sys.stderr.write("\n".join(migration_lines(migration, sys.stderr)) + "\n")
