"""``floworch fmt FILE``: write definitions in their one form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def fmt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Definitions.", show_default=False)],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 when a file would change.")
    ] = False,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Bring parameters to the versions of the actions that are installed.")
    ] = False,
) -> None:
    """Write definitions in their one deterministic form, so that a diff shows what changed."""
    from floworch.model import codec
    from floworch.model.files import read_bytes, write_text

    changed = 0
    for file in files:
        before = read_bytes(file)
        workflow = codec.loads_from(file, before)
        text = codec.dumps(_upgraded(workflow) if upgrade else workflow)
        if text.encode("utf-8") == before:
            continue
        changed += 1
        if check:
            typer.echo(f"{file} would change", err=True)
        else:
            write_text(file, text)
            typer.echo(f"{file} written", err=True)
    if check and changed:
        raise typer.Exit(1)


def _upgraded(workflow: Workflow) -> Workflow:
    from floworch.actions.registry import registry
    from floworch.model.codec import definition_error
    from floworch.model.upgrade import upgraded

    current, problems = upgraded(workflow, registry)
    if problems:
        raise definition_error(f"Workflow {workflow.id!r} cannot be upgraded", problems)
    return current
