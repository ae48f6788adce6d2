"""``floworch validate FILE``: every problem of a definition at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from floworch.cli.support.options import FileArgument, JsonOption

if TYPE_CHECKING:
    from floworch.model.problem import Problem

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def validate(file: FileArgument, json: JsonOption = False) -> None:
    """Check a definition and list every problem; exit code 2 when it is invalid."""
    from floworch.actions.registry import registry
    from floworch.cli.render.text import print_json
    from floworch.model import codec
    from floworch.model.files import read_bytes
    from floworch.model.validate import validate as check

    workflow, problems = codec.parse(read_bytes(file))
    if workflow is not None and not problems:
        problems = check(workflow, registry)
    valid = workflow is not None and not any(problem.severity == "error" for problem in problems)
    if json:
        print_json({"valid": valid, "problems": [problem.to_json() for problem in problems]})
    else:
        _print(str(file), valid, problems)
    if not valid:
        raise typer.Exit(2)


def _print(name: str, valid: bool, problems: list[Problem]) -> None:
    from floworch.cli.render.text import paint

    for problem in problems:
        word = paint(problem.severity, "red" if problem.severity == "error" else "yellow")
        place = f"{problem.path}: " if problem.path else ""
        typer.echo(f"{word} {place}{problem.message} [{problem.code}]")
        if problem.fix:
            typer.echo(f"  {paint(problem.fix, 'dim')}")
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if valid:
        typer.echo(f"{name} is {paint('valid', 'green')}{f', with {warnings} warning(s)' if warnings else ''}.")
    else:
        typer.echo(f"{name} is {paint('invalid', 'red')}: {errors} error(s), {warnings} warning(s).")
