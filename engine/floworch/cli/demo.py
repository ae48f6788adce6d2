"""``floworch demo NAME``: an example at work, with the local servers it needs, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from floworch.cli.support.options import JsonOption, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Run")
def demo(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Name of an example.", show_default=False)
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Where it works.", show_default="a new temporary folder"),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One input; may be given again.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run an example with live progress in a folder of its own; without a name, list the examples."""
    import asyncio
    import contextlib
    import os
    import tempfile

    from floworch.actions.suggest import one_of
    from floworch.cli.new import EMPTY, examples, list_examples, write_example
    from floworch.cli.run import run_here
    from floworch.cli.support.demo_servers import SERVERS
    from floworch.cli.support.drive import output_of
    from floworch.cli.support.inputs import gather_inputs
    from floworch.cli.support.stores import store_directory, store_flag
    from floworch.errors import UsageError
    from floworch.model.codec import loads_from

    known = {each: text for each, text in examples().items() if each != EMPTY}
    if name is None:
        list_examples(known)
        return
    if name not in known:
        raise UsageError(f"There is no example '{name}'.", one_of(name, known))
    place = store_directory(store).absolute()
    work = folder if folder is not None else Path(tempfile.mkdtemp(prefix=f"floworch-{name}-"))
    work.mkdir(parents=True, exist_ok=True)
    work = work.absolute()
    file = write_example(name, work / f"{name}.flow.json", force=True)
    workflow = loads_from(file, file.read_bytes())
    typer.echo(f"It works in {work}", err=True)
    before = Path.cwd()
    os.chdir(work)  # its relative paths start there
    try:
        with SERVERS[name]() if name in SERVERS else contextlib.nullcontext({}) as given:
            needed = [f"{key}={value}" for key, value in given.items()]
            inputs = gather_inputs(workflow, None, [*needed, *(settings or ())])
            output = output_of(json, exit_when_suspended=True, store=store_flag(store))
            options: dict[str, Any] = {"folder": str(work)}
            code = asyncio.run(run_here(place, (workflow, inputs, None), options, output))
    finally:
        os.chdir(before)
    if code:
        raise typer.Exit(code)
