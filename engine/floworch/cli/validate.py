"""``floworch validate FILE...``: every problem of definitions at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption

if TYPE_CHECKING:
    from floworch.model.problem import Problem

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def validate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Definitions, *.flow.json files; - for standard input.", show_default=False
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Check definitions and list every problem; exit code 2 when one is invalid."""
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stdin import NAME, is_stdin

    found = []
    for file in files:
        valid, problems = _check(file)
        found.append({"file": str(file), "valid": valid, "problems": [problem.to_json() for problem in problems]})
        if not json:
            _print(NAME if is_stdin(file) else str(file), valid, problems)
    all_valid = all(each["valid"] for each in found)
    if json and len(found) == 1:
        print_json({"valid": all_valid, "problems": found[0]["problems"]})
    elif json:
        print_json({"valid": all_valid, "files": found})
    if not all_valid:
        raise typer.Exit(2)


def _check(file: Path) -> tuple[bool, list[Problem]]:
    """Whether a definition is valid, and everything to be said about it."""
    from floworch.actions.registry import registry
    from floworch.cli.support.stdin import is_stdin, piped_text
    from floworch.cli.support.trusting import with_own_actions
    from floworch.host.readiness import lacking
    from floworch.model.files import read_bytes
    from floworch.model.validate import check_text

    source = None if is_stdin(file) else file
    workflow, problems = check_text(piped_text() if source is None else read_bytes(source), registry, source)
    if workflow is not None:
        problems = [*with_own_actions(workflow, registry, problems), *lacking(workflow)]
    return workflow is not None and not any(problem.severity == "error" for problem in problems), problems


def _print(name: str, valid: bool, problems: list[Problem]) -> None:
    from floworch.cli.render.text import paint

    for problem in problems:
        word = paint(problem.severity, "red" if problem.severity == "error" else "yellow")
        typer.echo(f"{word} {problem.text} [{problem.code}]")
        if problem.fix:
            typer.echo(f"  {paint(problem.fix, 'dim')}")
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if valid:
        typer.echo(f"{name} is {paint('valid', 'green')}{f', with {warnings} warning(s)' if warnings else ''}.")
    else:
        typer.echo(f"{name} is {paint('invalid', 'red')}: {errors} error(s), {warnings} warning(s).")
