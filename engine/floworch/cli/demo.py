"""``floworch demo NAME``: an example at work, with the local servers it needs, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from floworch.cli.support.drive import Output
    from floworch.model.workflow import Workflow

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Run")
def demo(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Name of an example.", show_default=False)
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", metavar="DIR", help="Where it works.", show_default="one in the store, emptied before"
        ),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One input; may be given again.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run an example with live progress in a folder of its own; without a name, list the examples."""
    from floworch.actions.suggest import one_of
    from floworch.cli.new import list_examples, write_example
    from floworch.cli.support.demo_folder import demo_folder
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.stores import open_store, store_directory, store_flag
    from floworch.errors import UsageError
    from floworch.model.codec import loads_from

    if name is None:
        list_examples(_known())
        typer.echo("Run one of them with its name: floworch demo count-lines", err=True)
        return
    if name not in _known():
        raise UsageError(f"There is no example '{name}'.", one_of(name, _known()))
    place = store_directory(store).absolute()
    work = demo_folder(open_store(place), place, name) if folder is None else folder
    work.mkdir(parents=True, exist_ok=True)
    work = work.absolute()
    file = write_example(name, work / f"{name}.flow.json", force=True)
    workflow = loads_from(file, file.read_bytes())
    typer.echo(f"It works in {work}", err=True)
    output = output_of(json, exit_when_suspended=True, store=store_flag(store))
    code = _run(name, workflow, work, place, settings or [], output)
    if folder is None:
        typer.echo(f"What it wrote is in {work}, until it runs the next time.", err=True)
    if code:
        raise typer.Exit(code)


def _run(name: str, workflow: Workflow, work: Path, place: Path, settings: list[str], output: Output) -> int:
    """Run an example in its folder, with the servers that it needs; the exit code."""
    import contextlib
    import os

    from floworch.cli.run import run_here
    from floworch.cli.support.demo_servers import SERVERS
    from floworch.cli.support.inputs import gather_inputs
    from floworch.executor.given_up import run_to_end

    before = Path.cwd()
    os.chdir(work)  # its relative paths start there
    try:
        with SERVERS[name]() if name in SERVERS else contextlib.nullcontext({}) as given:
            needed = [f"{key}={value}" for key, value in given.items()]
            inputs = gather_inputs(workflow, None, [*needed, *settings])
            options: dict[str, Any] = {"folder": str(work)}
            return run_to_end(run_here(place, (workflow, inputs, None), options, output))
    finally:
        os.chdir(before)


def _known() -> dict[str, str]:
    """The text of each example by its name, without the one that only says hello."""
    from floworch.cli.new import EMPTY, examples

    return {each: text for each, text in examples().items() if each != EMPTY}
