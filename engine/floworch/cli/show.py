"""``floworch show RUN``: one run with its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

if TYPE_CHECKING:
    from floworch.run.state import RunState

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def show(run: RunArgument, store: StoreOption = None, json: JsonOption = False) -> None:
    """Show a run: its status, result and steps."""
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store, store_flag

    state: RunState = open_store(store).load(run)
    if json:
        print_json(state.to_json())
    else:
        _print(state, store_flag(store))


def _print(state: RunState, store: str) -> None:
    from floworch.cli.render.text import paint, print_json, print_table
    from floworch.cli.render.wording import NODE_SIGNS, RUN_COLOURS, answer_text, resume_text, seconds_text
    from floworch.run.view import iso

    typer.echo(f"{state.run_id}  {paint(state.status.value, RUN_COLOURS[state.status])}  {state.workflow_id}")
    if state.started_at is not None:
        ended = f", ended {iso(state.ended_at)}" if state.status.final and state.ended_at is not None else ""
        typer.echo(f"started {iso(state.started_at)}{ended}")
    if state.error:
        typer.echo(paint(f"{state.error.get('message', '')} ({state.error.get('kind', '')})", "red"))
    if state.pause_reason:
        typer.echo(state.pause_reason)
    rows, colours = [], []
    for name in state.node_ids:
        node = state.node(name)
        sign, colour = NODE_SIGNS[node.status]
        note = (node.error or {}).get("message", "")
        if node.items is not None:
            note = f"{node.items['completed']}/{node.items['total']} items" + (f", {note}" if note else "")
        if node.wait is not None:
            note = answer_text(node.wait, state.run_id, name, store) or note
        attempts = str(node.attempts) if node.attempts > 1 else ""
        rows.append((name, f"{sign} {node.status.value}", seconds_text(node.duration), attempts, str(note)))
        colours.append(colour)
    print_table(rows, ("node", "status", "took", "attempts", ""), colours)
    if state.outputs:
        print_json(state.outputs)
    if state.status.value in {"paused", "suspended", "interrupted"}:
        typer.echo(resume_text(state, store), err=True)
