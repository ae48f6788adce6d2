"""``floworch show RUN``: one run with its nodes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from floworch.model.graph import Plan
    from floworch.run.events import Event
    from floworch.run.state import RunState
    from floworch.run.view import NodeView

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def show(run: RunArgument, store: StoreOption = None, json: JsonOption = False) -> None:
    """Show a run: its status, result and steps."""
    from floworch.cli.render.begun import begun_lines
    from floworch.cli.render.steps import plan_of_run, run_json
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store, store_flag

    found = open_store(store)
    state = found.load(run)
    plan = plan_of_run(found.header(run), state)
    if json:
        print_json(run_json(state, plan))
    else:
        _print(state, plan, store_flag(store), lambda: found.events(run))
        for line in begun_lines(found, state, store_flag(store)) if state.status.final else ():
            typer.echo(line, err=True)


def _print(state: RunState, plan: Plan | None, store: str, events: Callable[[], Iterable[Event]]) -> None:
    from floworch.artifact import shown
    from floworch.cli.render.steps import failure_lines, spans_inside
    from floworch.cli.render.text import paint, print_json
    from floworch.cli.render.undone import rollback_lines
    from floworch.cli.render.wording import RUN_COLOURS, resume_text, took_text
    from floworch.cli.support.drive import waits_of
    from floworch.clock import local_text

    typer.echo(f"{state.run_id}  {paint(state.status.value, RUN_COLOURS[state.status])}  {state.workflow_id}")
    if state.started_at is not None:
        ended = ""
        if state.status.final and state.ended_at is not None:
            took = took_text(state.started_at, state.ended_at, state.rested)
            ended = f", ended {local_text(state.ended_at)}, took {took}"
        typer.echo(f"started {local_text(state.started_at)}{ended}")
    for line in failure_lines(state, plan):
        typer.echo(line)
    for line in rollback_lines(state, sys.stdout):
        typer.echo(line)
    if state.pause_reason:
        typer.echo(state.pause_reason)
    _print_nodes(state, plan, store, spans_inside(state, events))
    for line in waits_of(state, store, items_only=True):
        typer.echo(line)
    if state.outputs:
        print_json(shown(state.outputs))
    if state.status.value in {"paused", "suspended", "interrupted"}:
        typer.echo(resume_text(state, store), err=True)


def _print_nodes(state: RunState, plan: Plan | None, store: str, inside: dict[int, float]) -> None:
    """The table of nodes; ``inside``: seconds of those inside containers."""
    from floworch.cli.render.steps import in_order, is_handled
    from floworch.cli.render.text import print_table
    from floworch.cli.render.wording import NODE_SIGNS, answer_text, is_answered
    from floworch.model.durations import duration_text
    from floworch.run.status import NodeStatus

    rows, colours = [], []
    for name in in_order(state, plan):
        node = state.node(name)
        sign, colour = NODE_SIGNS[node.status]
        note = answer_text(node.wait, state.run_id, name, store) if node.wait is not None else None
        if node.wait is not None and is_answered(state, (state.index[name], ())):
            note = "answered; resume the run"
        attempts = str(node.attempts) if node.attempts > 1 else ""
        status = f"{sign} {node.status.value}"
        if node.status is NodeStatus.RUNNING and not state.status.live:  # nobody runs it: say how it stands
            sign, colour = NODE_SIGNS[NodeStatus.PENDING]
            between = node.counts is not None and not node.counts.get(NodeStatus.RUNNING)  # the next item is to come
            status = f"{sign} {'begun' if node.items is not None or between else 'cut off'}"
        took = node.duration if node.counts is None else inside.get(state.index[name])
        rounds = (items := state.items.get((state.index[name], ()))) is not None and items.rounds is not None
        note = note or _note(node, is_handled(plan, name), rounds)
        rows.append((name, status, duration_text(took), attempts, note))
        colours.append(colour)
    print_table(rows, ("node", "status", "took", "attempts", ""), colours)


def _note(node: NodeView, handled: bool, rounds: bool = False) -> str:
    """A word on a step; what a failed one said stands above the table. ``rounds``: its items are rounds."""
    from floworch.cli.render.wording import items_text
    from floworch.run.status import NodeStatus

    notes = []
    if node.status is NodeStatus.REUSED:
        notes.append(f"from {node.reused_from}" if node.reused_from is not None else "pinned")
    if node.child is not None:
        notes.append(f"run {node.child}")
    if node.items is not None:
        notes.append(items_text(node.items, rounds))
    if node.counts and sum(node.counts.values()) > 1:
        notes.append(", ".join(f"{count} {status.replace('_', ' ')}" for status, count in node.counts.items()))
    if node.status is NodeStatus.FAILED:  # inside of a container it stands for several, of no one error
        notes += [str((node.error or {}).get("kind", "")), "handled" if handled else ""]
    elif node.error:
        notes.append(str(node.error.get("message", "")))
    return ", ".join(filter(None, notes))
