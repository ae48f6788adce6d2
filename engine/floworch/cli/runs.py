"""``floworch runs``: the list of runs."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from floworch.cli.support.options import JsonOption, StoreOption

#: Stands before the id of a run that another run called.
CHILD = "↳ "

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def runs(
    workflow: Annotated[str | None, typer.Option("--workflow", metavar="ID", help="Only of this workflow.")] = None,
    status: Annotated[str | None, typer.Option("--status", metavar="STATUS", help="Only with this status.")] = None,
    search: Annotated[
        str | None,
        typer.Option("--text", "--search", metavar="TEXT", help="Only those with this text in id, workflow or tags."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Only newer ones: 2h, 7d, or a date such as 2026-01-31T10:00."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most this many, the newest.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """List runs, newest first; ↳ marks those that another run called."""
    from floworch.cli.render.text import print_json, print_table
    from floworch.cli.render.wording import RUN_COLOURS
    from floworch.cli.support.stores import read_store
    from floworch.errors import UsageError
    from floworch.model.durations import duration_text
    from floworch.run.status import RunStatus
    from floworch.run.view import iso, span

    if status is not None and status not in set(RunStatus):
        raise UsageError(f"{status!r} is not a status of a run.", f"Choose one of {', '.join(RunStatus)}.")
    found = read_store(store).list(workflow=workflow, status=status, text=search, since=_moment(since), limit=limit)
    if json:
        print_json(
            [
                {
                    "run_id": summary.run_id,
                    "workflow": summary.workflow_id,
                    "status": summary.status,
                    "started_at": iso(summary.started_at),
                    "duration": span(summary.started_at, summary.ended_at),
                    **({"parent": summary.parent} if summary.parent is not None else {}),
                }
                for summary in found
            ]
        )
        return
    if not found and (store is None or store.exists()):
        chosen = workflow is not None or status is not None or search is not None or since is not None
        typer.echo("There are no such runs." if chosen else "There are no runs yet.", err=True)
    if not found:
        return
    rows = [
        (
            f"{CHILD if summary.parent else ''}{summary.run_id}",
            summary.status,
            summary.workflow_id,
            _local(summary.started_at or summary.created_at),
            duration_text(span(summary.started_at, summary.ended_at)),
        )
        for summary in found
    ]
    colours = [RUN_COLOURS[RunStatus(summary.status)] for summary in found]
    print_table(rows, ("run", "status", "workflow", "started", "took"), colours)


def _moment(since: str | None) -> float | None:
    """Epoch seconds of a time ago (``2h``) or a date in local time.

    Raises:
        UsageError: It is neither.
    """
    from datetime import datetime

    from floworch.errors import UsageError
    from floworch.model.durations import seconds

    if since is None:
        return None
    try:
        return time.time() - seconds(since)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(since).timestamp()
    except ValueError:
        raise UsageError(
            f"--since: {since!r} is neither a time nor a date.", "For example 12h or 2026-01-31."
        ) from None


def _local(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
