"""Options that several verbs have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floworch.cli.support.stores import store_path

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.", show_default=False)]
NodeArgument = Annotated[str, typer.Argument(metavar="NODE", help="Id of the node.", show_default=False)]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="Definition, a *.flow.json file.", show_default=False)
]
SquareOption = Annotated[bool, typer.Option("--square", help="Edges of a picture in right angles.")]
StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="FLOWORCH_STORE",
        help="Directory of the runs.",
        show_default="user data",
        parser=store_path,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
EventsOption = Annotated[
    str | None, typer.Option("--events", metavar="jsonl", help="Print one JSON line per event to standard output.")
]
SuspendedOption = Annotated[
    bool,
    typer.Option(
        "--exit-when-suspended", help="Exit with code 3 when only signals, people or long timers are awaited."
    ),
]
BreakpointsOption = Annotated[
    bool, typer.Option("--no-breakpoints", help="Do not pause at breakpoints (also: FLOWORCH_NO_BREAKPOINTS=1).")
]
TrustOption = Annotated[
    bool, typer.Option("--trust", help="Trust the definition for this time; 'floworch trust' remembers it.")
]
ItemOption = Annotated[
    str | None,
    typer.Option(
        "--item", metavar="N", help="Which item, for a node inside a container; 2,0 in nested ones.", show_default=False
    ),
]
CommentOption = Annotated[str, typer.Option("--comment", help="A word for the record.", show_default=False)]
