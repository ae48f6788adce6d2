"""``floworch prune``: remove old runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from floworch.store.retention import RetentionPolicy

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def prune(
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="TIME", help="Runs that ended longer ago, such as 30d or 12h.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=0, help="All but this many of each workflow, the newest.")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Only completed, failed or cancelled ones; may be repeated.")
    ] = None,
    workflow: Annotated[str | None, typer.Option("--workflow", metavar="ID", help="Only of this workflow.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing, say what would go.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Remove runs that have ended, by age or number; paused, waiting and interrupted ones always stay."""
    import time

    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store
    from floworch.store.retention import prune as prune_store

    policy = _policy(older_than, keep, status or [], workflow)
    done = prune_store(open_store(store), policy, time.time(), dry_run=dry_run)
    if json:
        kept = [{"run_id": run_id, "reason": reason} for run_id, reason in done.kept]
        print_json(
            {"dry_run": dry_run, "removed": list(done.removed), "kept": kept, "artifacts_removed": done.artifacts}
        )
    else:
        for run_id in done.removed:
            typer.echo(run_id)
        for run_id, reason in done.kept:
            typer.echo(f"{run_id} stays: {reason}", err=True)
        count = f"{len(done.removed)} run{'' if len(done.removed) == 1 else 's'}"
        typer.echo(f"{count} would be removed." if dry_run else f"{count} removed.", err=True)
        if policy.age is None and policy.count is None:
            typer.echo("Say which runs may go with --older-than 30d, --keep 100, or both.", err=True)
        if done.artifacts:
            typer.echo(f"{done.artifacts} large values that nothing refers to any more removed.", err=True)
    if done.kept:
        raise typer.Exit(4)


def _policy(older_than: str | None, keep: int | None, status: list[str], workflow: str | None) -> RetentionPolicy:
    from floworch.actions.suggest import one_of
    from floworch.errors import UsageError
    from floworch.model.durations import seconds
    from floworch.run.status import RunStatus
    from floworch.store.retention import ENDED, RetentionPolicy

    if older_than is None and keep is None and (status or workflow):
        raise UsageError(
            "Nothing says how old or how many of those runs may go.",
            "Add --keep 0 for all of those, --older-than 30d, --keep 100, or both; with --dry-run it is only said "
            "which they are.",
        )
    for word in status:
        if word not in ENDED:
            raise UsageError(f"{word!r} is not the status of an ended run.", one_of(word, sorted(ENDED)))
    try:
        age = seconds(older_than) if older_than is not None else None
    except ValueError as error:
        raise UsageError(f"--older-than: {error}.", "For example 30d or 12h.") from None
    return RetentionPolicy(age, keep, frozenset(RunStatus(word) for word in status) if status else ENDED, workflow)
