"""``floworch serve``: schedules, arriving files and web requests start runs, until it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import StoreOption, TrustOption

if TYPE_CHECKING:
    from floworch.serve.runs import Say

app = typer.Typer(add_completion=False)
PORT = 8787


@app.command(rich_help_panel="Run")
def serve(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE|FOLDER...", help="Definitions, or folders of them.", show_default=False),
    ] = None,
    store: StoreOption = None,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, envvar="FLOWORCH_PORT", help="Port of webhooks; 0 takes a free one."),
    ] = PORT,
    max_runs: Annotated[
        int, typer.Option("--max-runs", min=1, help="Runs that are at work at a time; further ones wait.")
    ] = 32,
    drain: Annotated[
        str,
        typer.Option("--drain", metavar="TIME", help="How long runs may go on after a stop, before they are paused."),
    ] = "0s",
    trust: TrustOption = False,
    activated: Annotated[
        bool, typer.Option("--activated", help="Serve what was activated in the designer, until that is nothing.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say what would be served, and serve nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Write JSON lines to standard output.")] = False,
) -> None:
    """Start runs on schedules, arriving files and web requests, until it is stopped."""
    from floworch.errors import UsageError
    from floworch.executor.given_up import run_to_end
    from floworch.model.durations import seconds

    try:
        patience = seconds(drain)
    except ValueError:
        raise UsageError(f"--drain {drain} is no span of time.", "Write it like 30s or 5m.") from None
    if activated or not files:
        if files or not activated or explain or trust:
            raise UsageError("Name the definitions to serve, or --activated alone.", "Write: floworch serve FILE...")
        left = run_to_end(_serve_activated(store, port, max_runs, patience, json))
    else:
        left = run_to_end(_serve(files, store, trust, port, max_runs, patience, explain, json))
    if left:
        raise typer.Exit(3)


async def _serve_activated(store: Path | None, port: int, most: int, drain: float, json: bool) -> int:
    from floworch.cli.support.activated import serve_activated
    from floworch.cli.support.stores import store_directory
    from floworch.clock import SystemClock
    from floworch.serve.lines import Lines

    clock = SystemClock()
    return await serve_activated(store_directory(store).absolute(), Lines(json, clock), clock, port, most, drain)


async def _serve(
    files: list[Path], store: Path | None, trust: bool, port: int, most: int, drain: float, explain: bool, json: bool
) -> int:
    import asyncio

    from floworch.cli.support.serving import definitions, token_of
    from floworch.cli.support.stopping import Stopping
    from floworch.cli.support.stores import open_store, store_directory
    from floworch.clock import SystemClock
    from floworch.engine import Engine
    from floworch.host.server import ControlServer
    from floworch.serve.ledger import Ledger
    from floworch.serve.lines import Lines
    from floworch.serve.service import Service

    clock = SystemClock()
    say = Lines(json, clock)
    reading, served = definitions(files, store, trust, say)
    async with Engine(open_store(store), clock=clock) as engine, ControlServer(engine):
        place = store_directory(store)
        ledger = Ledger(None if explain else place)
        try:
            told: list[str] = []  # said once webhooks are listened for
            token = "" if explain else token_of(served, place, lambda _, what: told.append(what))
            service = Service(
                engine, ledger, served, say, clock, token=token, port=port, most=most, reading=reading,
                new_token=lambda found: token_of(found, place, say),
            )  # fmt: skip
            if explain:
                for each in served:
                    for trigger in each.triggers:
                        say("serving", workflow=each.workflow.id, trigger=trigger.node, **service.about(trigger))
                return 0
            stop = asyncio.Event()
            with Stopping(stop.set):
                return await service.run(stop, drain, opened=lambda: _say_all(say, told))
        finally:
            ledger.close()


def _say_all(say: Say, told: list[str]) -> None:
    for what in told:
        say("serving", what=what)
