"""``floworch export FILE --to FORM``: a definition in another form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import FileArgument, SquareOption

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

app = typer.Typer(add_completion=False)
_FORMS = ("mermaid", "svg", "dot", "png", "pdf", "python", "bundle")
_SUFFIXES = {"mermaid": ".mmd", "python": ".py", "bundle": ".zip"}


@app.command(rich_help_panel="Definitions")
def export(
    file: FileArgument,
    to: Annotated[str, typer.Option("--to", metavar="FORM", help=", ".join(_FORMS) + ".", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write.", show_default="standard output or a name"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
    square: SquareOption = False,
) -> None:
    """Write a definition as a picture, a Python script or a bundle."""
    from floworch.actions.suggest import one_of
    from floworch.cli.support.pictures import check_square, draw
    from floworch.errors import UsageError
    from floworch.model import codec
    from floworch.model.files import read_bytes, write_text

    if to not in _FORMS:
        raise UsageError(f"--to {to} is not known.", one_of(to, _FORMS))
    if square:
        check_square(to)
    workflow = codec.loads_from(file, read_bytes(file))
    if to in ("png", "pdf", "bundle"):
        target = output or file.with_name(file.name.removesuffix(".json").removesuffix(".flow") + _suffix(to))
        _check_free(target, force)
        _write(workflow, to, target, square)
        typer.echo(f"{target} written", err=True)
        if to == "bundle":
            _tell_left_out(workflow)
        return
    text = draw(workflow, to, square)
    if output is None:
        typer.echo(text, nl=False)
        return
    _check_free(output, force)
    write_text(output, text)
    typer.echo(f"{output} written", err=True)


def _suffix(form: str) -> str:
    return _SUFFIXES.get(form, f".{form}")


def _check_free(target: Path, force: bool) -> None:
    from floworch.errors import UsageError

    if target.exists() and not force:
        raise UsageError(f"{target} is already there.", "Choose another name with --output, or add --force.")


def _tell_left_out(workflow: Workflow) -> None:
    """Say what has to be where the bundle is opened, which whoever gets it would learn from an error."""
    from floworch.exchange.bundle import left_out

    missing = left_out(workflow)
    if missing:
        typer.echo(f"Not in it, and needed where it runs: {', '.join(missing)}.", err=True)


def _write(workflow: Workflow, form: str, target: Path, square: bool) -> None:
    if form == "bundle":
        from floworch.exchange.bundle import write_bundle

        write_bundle(workflow, target)
        return
    from floworch.cli.support.pictures import paint

    paint(workflow, form, target, square)
