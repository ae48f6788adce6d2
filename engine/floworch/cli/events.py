"""``floworch events RUN``: the events of a run, one JSON object per line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from floworch.run.events import Event
    from floworch.run.public import PublicEvents
    from floworch.store.protocol import RunStore

app = typer.Typer(add_completion=False)
_BATCH = 500


@app.command(rich_help_panel="History")
def events(
    run: RunArgument,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on while the run goes on.")] = False,
    from_seq: Annotated[int, typer.Option("--from", metavar="SEQ", min=0, help="First sequence number.")] = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Print the events of a run, one JSON object per line."""
    from floworch.cli.support.stores import open_store

    if follow:
        import asyncio

        asyncio.run(_follow(store, run, from_seq))
        return
    opened = open_store(store)
    public = _public(opened, run, from_seq)
    batch: list[Event] = []
    for event in opened.events(run, from_seq):
        batch.append(event)
        if len(batch) >= _BATCH:
            _print(batch, public)
            batch = []
    _print(batch, public)


async def _follow(given: Path | None, run_id: str, from_seq: int) -> None:
    from floworch.cli.support.stores import open_store, store_flag
    from floworch.engine import Engine
    from floworch.host.in_process import InProcessHost
    from floworch.host.routing import RoutedHost

    store = open_store(given)
    public = _public(store, run_id, from_seq)
    async with Engine(store) as engine:
        host = RoutedHost(InProcessHost(engine), store)
        try:
            async for batch in host.events(run_id, from_seq):
                _print(batch, public)
        finally:
            await host.disconnect()
    _say_how_it_stands(store, run_id, store_flag(given))


def _say_how_it_stands(store: RunStore, run_id: str, flag: str) -> None:
    """Say on standard error why the events have stopped, when that is not the end of the run."""
    from floworch.cli.render.wording import resume_text

    state = store.load(run_id)
    if not state.status.final:
        sys.stderr.write(f"Run {run_id} is {state.status.value}.\n{resume_text(state, flag)}\n")


def _public(store: RunStore, run_id: str, from_seq: int) -> PublicEvents:
    """What names the nodes of the events from ``from_seq`` on: they may come after a longer node table (C7.5)."""
    from floworch.run.public import PublicEvents

    return PublicEvents(run_id, store.load(run_id).node_ids if from_seq else store.header(run_id).node_ids)


def _print(batch: Sequence[Event], public: PublicEvents) -> None:
    from floworch.cli.render.text import write_json
    from floworch.model import values

    lines = [values.encode(public(event)) + b"\n" for event in batch]
    write_json(b"".join(lines).decode("utf-8"))
    sys.stdout.flush()
