"""``floworch design [FILE]``: open the designer."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from floworch.cli.support.options import StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Run")
def design(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Definition to open.", show_default=False)
    ] = None,
    store: StoreOption = None,
) -> None:
    """Open the designer (needs the designer extra)."""
    from floworch.errors import UsageError

    if find_spec("PySide6") is None or find_spec("qasync") is None or find_spec("floworch_designer") is None:
        raise UsageError("The designer is not installed.", "Install it with: pip install 'floworch[designer]'")
    # By name: the designer stands above the engine, which must not import it.
    main = import_module("floworch_designer.app.main").main

    arguments = [str(file)] if file is not None else []
    if store is not None:
        arguments += ["--store", str(store)]
    code = main(arguments)
    if code:
        raise typer.Exit(code)
