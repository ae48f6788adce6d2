"""``floworch run FILE``: run a workflow to its end with live progress."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import (
    BreakpointsOption,
    EventsOption,
    JsonOption,
    StoreOption,
    SuspendedOption,
    TrustOption,
)

if TYPE_CHECKING:
    from floworch.cli.support.drive import Output
    from floworch.model.workflow import Workflow

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Run")
def run(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Definition, a *.flow.json file; - for standard input.", show_default=False
        ),
    ],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One input; may be given again.")
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option("--inputs", metavar="FILE", help="JSON object of inputs, - for standard input; --set wins."),
    ] = None,
    run_id: Annotated[str | None, typer.Option("--run-id", metavar="ID", help="Id for the run.")] = None,
    store: StoreOption = None,
    trigger: Annotated[
        str | None,
        typer.Option(
            "--trigger", metavar="NODE", help="The trigger it starts at.", show_default="the manual or first one"
        ),
    ] = None,
    max_concurrency: Annotated[
        int | None,
        typer.Option("--max-concurrency", min=1, envvar="FLOWORCH_MAX_CONCURRENCY", help="Nodes that run at a time."),
    ] = None,
    durability: Annotated[
        str | None,
        typer.Option("--durability", metavar="MODE", envvar="FLOWORCH_DURABILITY", help="power, process or none."),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="NODE", help="Run to this step and leave out the rest; may be given again."),
    ] = None,
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="NODE", help="Run from this step, with earlier results above it; may be given again."
        ),
    ] = None,
    reuse: Annotated[
        str | None,
        typer.Option("--reuse", metavar="RUN", help="Run to take results from.", show_default="the latest completed"),
    ] = None,
    only_changed: Annotated[
        bool, typer.Option("--only-changed", help="Run only what changed since that run, and what lies below it.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which steps would run and why, and run nothing.")
    ] = False,
    step: Annotated[
        bool, typer.Option("--step", help="Pause before the first step; go on with floworch step.")
    ] = False,
    no_breakpoints: BreakpointsOption = False,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="CLUSTER", help="Where 'run on cluster' runs: tcp://host:8786 or a name."),
    ] = None,
    trust: TrustOption = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Hand the run to a background process and print its id.")
    ] = False,
    exit_when_suspended: SuspendedOption = False,
    events: EventsOption = None,
    json: JsonOption = False,
) -> None:
    """Run a workflow to its end with live progress."""
    import asyncio

    from floworch.actions.registry import registry
    from floworch.cli.support.clusters import cluster_options
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.inputs import gather_inputs, part_options
    from floworch.cli.support.stores import store_flag
    from floworch.cli.support.trusting import admit
    from floworch.errors import UsageError
    from floworch.executor.given_up import run_to_end
    from floworch.store.ids import check_run_id

    output = output_of(json, events, exit_when_suspended, store_flag(store))
    _check_durability(durability)
    if run_id is not None:
        check_run_id(run_id)
    workflow = _definition(file, inputs, store)
    options: dict[str, Any] = {
        "durability": durability,
        "max_concurrency": max_concurrency,
        "trigger": trigger,
    }
    if step:
        options["step"] = True
    if no_breakpoints:
        options["breakpoints"] = False
    options.update(part_options(to, from_, reuse, only_changed) | cluster_options(workflow, cluster))
    complete = not (from_ or only_changed)  # else those of the earlier run stand for what is not given
    request = (workflow, gather_inputs(workflow, inputs, settings or (), complete), run_id)
    if explain:
        if detach or events is not None:
            raise UsageError("--explain runs nothing, so there are no events and nothing to detach.", "Leave one out.")
        asyncio.run(_explain(store, request, options, output))
        return
    if detach and events is not None:
        hint = "Leave one out, or follow it with: floworch events RUN --follow"
        raise UsageError("--detach prints the id of the run only; its events go elsewhere.", hint)
    options.update(admit(workflow, registry, trust))
    if detach:
        asyncio.run(_detach(store, request, options, output, trust))
        return
    code = run_to_end(run_here(store, request, options, output))
    if code:
        raise typer.Exit(code)


def _definition(file: Path, inputs: Path | None, store: Path | None) -> Workflow:
    from floworch.actions.registry import registry
    from floworch.cli.support.bundles import definition_in
    from floworch.cli.support.stdin import is_stdin, piped
    from floworch.errors import UsageError
    from floworch.model.validate import read_checked

    if not is_stdin(file):
        return read_checked(definition_in(file, store), registry)
    if is_stdin(inputs):
        raise UsageError("Standard input cannot be both the definition and the inputs.", "Name a file for one of them.")
    return piped(registry)


def _check_durability(durability: str | None) -> None:
    from floworch.actions.suggest import one_of
    from floworch.errors import UsageError

    if durability not in (None, "power", "process", "none"):
        wrong = f"--durability {durability}"
        if durability == os.environ.get("FLOWORCH_DURABILITY"):
            wrong = f"FLOWORCH_DURABILITY={durability}"
        raise UsageError(f"{wrong} is not known.", one_of(durability, ("power", "process", "none")))


Request = tuple["Workflow", dict[str, Any], "str | None"]


async def run_here(given: Path | None, request: Request, options: dict[str, Any], output: Output) -> int:
    """Run to the end in this process with live progress; the exit code, that of the signal if it has not begun."""
    from floworch.cli.render.explain import part_text
    from floworch.cli.render.interrupted import NOT_BEGUN, say_stopping
    from floworch.cli.support.drive import drive_here
    from floworch.cli.support.stopping import Stopping
    from floworch.cli.support.stores import open_store
    from floworch.engine import Engine
    from floworch.host.server import ControlServer

    with Stopping(say_stopping) as stopping:
        async with Engine(open_store(given)) as engine, ControlServer(engine):
            if (number := await stopping.heard()) is not None:
                sys.stderr.write(f"{NOT_BEGUN}\n")
                return 128 + number
            handle = await engine.start(*request, **options)
            sys.stderr.write(f"Run {handle.run_id}{part_text(handle.fold, handle.header)}\n")
            return await drive_here(engine, handle, 0, output, stopping)


async def _explain(given: Path | None, request: Request, options: dict[str, Any], output: Output) -> None:
    from floworch.cli.render.explain import print_explanation
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store
    from floworch.engine import Engine

    async with Engine(open_store(given)) as engine:
        explanation = await engine.start(*request, **{**options, "explain": True})
    if output.json:
        print_json(explanation.to_json())
    else:
        print_explanation(explanation)


async def _detach(given: Path | None, request: Request, options: dict[str, Any], output: Output, trust: bool) -> None:
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store, store_directory
    from floworch.host.process import ProcessHost
    from floworch.trust import content_digest

    open_store(given)  # says at once, and here, that the store cannot be used
    if trust:
        options = {**options, "trusted_once": content_digest(request[0])}
    host = ProcessHost(store_directory(given))
    try:
        run_id = await host.start(*request, **options)
    finally:
        await host.close()
    if output.json:
        print_json({"run_id": run_id})
    else:
        sys.stdout.write(f"{run_id}\n")
    sys.stderr.write(f"It runs in the background. Watch it with: floworch events {run_id} --follow{output.store}\n")
