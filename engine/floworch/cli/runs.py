"""``floworch runs``: the list of runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from floworch.store.protocol import RunSummary

#: Status of a run whose journal cannot be opened: shown, never written.
DAMAGED = "damaged"
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
    from floworch.actions.suggest import one_of
    from floworch.cli.render.begun import cut_off_text
    from floworch.cli.render.text import print_json, print_table
    from floworch.cli.render.wording import RUN_COLOURS, took_text
    from floworch.cli.support.stores import read_store, store_flag
    from floworch.clock import local_text
    from floworch.errors import UsageError
    from floworch.run.status import RunStatus
    from floworch.run.view import iso
    from floworch.store.journal.damaged import unreadable

    if status is not None and status not in {*RunStatus, DAMAGED}:
        raise UsageError(f"{status!r} is not a status of a run.", one_of(status, [*RunStatus, DAMAGED]))
    opened = read_store(store)
    wanted = None if status == DAMAGED else status
    found = opened.list(workflow=workflow, status=wanted, text=search, since=_moment(since), limit=limit)
    whole = wanted is None and all(value is None for value in (workflow, search, since, limit))
    bad = unreadable(opened.path, [summary.run_id for summary in found], whole)
    found = with_damaged(found, bad, status)
    if json:
        print_json(
            [
                {
                    "run_id": summary.run_id,
                    "workflow": summary.workflow_id,
                    "status": summary.status,
                    "started_at": iso(summary.started_at),
                    "duration": summary.duration,
                    **({"elapsed": summary.elapsed} if summary.rested and summary.ended_at is not None else {}),
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
            local_text(summary.started_at or summary.created_at) if summary.created_at else "",
            took_text(summary.started_at, summary.ended_at, summary.rested),
        )
        for summary in found
    ]
    colours = ["red" if summary.status == DAMAGED else RUN_COLOURS[RunStatus(summary.status)] for summary in found]
    print_table(rows, ("run", "status", "workflow", "started", "took"), colours)
    cut_off = [summary.run_id for summary in found if summary.status == RunStatus.INTERRUPTED]
    if cut_off:
        typer.echo(cut_off_text(cut_off, store_flag(store)), err=True)
    if any(summary.status == DAMAGED for summary in found):
        typer.echo(f"Damaged runs: see floworch doctor{store_flag(store)}", err=True)


def with_damaged(found: Sequence[RunSummary], bad: Sequence[str], status: str | None) -> list[RunSummary]:
    """A list of runs in which those that cannot be opened are called damaged.

    Args:
        found: The list.
        bad: Ids of runs that cannot be opened.
        status: The status that was asked for, or None.
    """
    from floworch.store.protocol import RunSummary

    known = {summary.run_id for summary in found}
    named = [summary.replace(status=DAMAGED) if summary.run_id in bad else summary for summary in found]
    strangers = [RunSummary(run_id, "", DAMAGED, 0.0, None, None) for run_id in bad if run_id not in known]
    return [each for each in [*named, *strangers] if status is None or each.status == status]


def _moment(since: str | None) -> float | None:
    """Epoch seconds of a time ago (``2h``) or a date in local time, also as the list writes it.

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
        return datetime.fromisoformat(since.replace(" +", "+").replace(" -", "-")).timestamp()
    except ValueError:
        raise UsageError(
            f"--since: {since!r} is neither a time nor a date.", "For example 12h or 2026-01-31."
        ) from None
