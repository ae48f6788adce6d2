"""``floworch design [FILE]``: open the designer."""

from __future__ import annotations

import contextlib
import io
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from floworch.cli.support.options import StoreOption
from floworch.versions import pip_line

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Run")
def design(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Definition to open.", show_default=False)
    ] = None,
    screenshot: Annotated[
        Path | None, typer.Option("--screenshot", metavar="PNG", help="Write a picture of the window and exit.")
    ] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="WxH", help="Size of the picture.")] = None,
    theme: Annotated[str | None, typer.Option("--theme", metavar="NAME", help="dark or light.")] = None,
    zoom: Annotated[str | None, typer.Option("--zoom", metavar="ZOOM", help="fit or 100, in the picture.")] = None,
    panel: Annotated[str | None, typer.Option("--panel", metavar="NAME", help="Panel to bring to the front.")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Run of the store to show.")] = None,
    select: Annotated[str | None, typer.Option("--select", metavar="NODE", help="Node to select.")] = None,
    operator: Annotated[
        bool, typer.Option("--operator", help="Show inputs, run and result only; nothing can be edited.")
    ] = False,
    in_process: Annotated[bool, typer.Option("--in-process", help="Run workflows inside the window.")] = False,
    store: StoreOption = None,
) -> None:
    """Open the designer (needs the designer extra)."""
    from floworch.errors import UsageError

    if find_spec("PySide6") is None or find_spec("qasync") is None or find_spec("floworch_designer") is None:
        raise UsageError("The designer is not installed.", f"Install it with: {pip_line('floworch[designer]')}")
    # Found by name: the engine stands below the designer and must not depend on it.
    main = import_module("floworch_designer.app.main").main
    arguments = [str(file)] if file is not None else []
    given = {"screenshot": screenshot, "size": size, "theme": theme, "zoom": zoom, "panel": panel, "run": run}
    for name, value in {**given, "select": select, "store": store}.items():
        if value is not None:
            arguments += [f"--{name}", str(value)]
    arguments += [flag for flag, on in (("--in-process", in_process), ("--operator", operator)) if on]
    _check(arguments)
    if screenshot is None:
        code, said = main(arguments), ""
    else:
        with contextlib.redirect_stderr(io.StringIO()) as words:
            code, said = main(arguments), words.getvalue().strip()
    if code and said:
        message, _, hint = said.partition("\n")
        raise UsageError(message, hint)
    sys.stderr.write(f"{said}\n" if said else "")
    if code:
        raise typer.Exit(code)


def _check(arguments: list[str]) -> None:
    """Let the designer's own parser look at its arguments first; what it says is an error like any other."""
    from floworch.errors import UsageError

    parser = import_module("floworch_designer.app.main").parser()
    try:
        with contextlib.redirect_stderr(io.StringIO()) as words:
            parser.parse_args(arguments)
    except SystemExit:
        wrong = words.getvalue().strip().rpartition(": error: ")[2].rstrip(".")
        raise UsageError(f"{wrong[:1].upper()}{wrong[1:]}.", "floworch design --help lists what there is.") from None
