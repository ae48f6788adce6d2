"""``floworch graph FILE``: a definition as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floworch.cli.support.options import FileArgument, SquareOption

app = typer.Typer(add_completion=False)
_FORMS = ("mermaid", "svg", "dot", "png", "pdf")


@app.command(rich_help_panel="Definitions")
def graph(
    file: FileArgument,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="mermaid, svg, dot, png or pdf.")] = "mermaid",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write.", show_default="standard output"),
    ] = None,
    square: SquareOption = False,
) -> None:
    """Print a definition as a Mermaid chart, an SVG picture or a DOT graph, or paint it as PNG or PDF."""
    from floworch.actions.suggest import one_of
    from floworch.cli.support.pictures import check_square, draw, paint
    from floworch.errors import UsageError
    from floworch.model import codec
    from floworch.model.files import read_bytes, write_text

    if form not in _FORMS:
        raise UsageError(f"--format {form} is not known.", one_of(form, _FORMS))
    if square:
        check_square(form)
    workflow = codec.loads_from(file, read_bytes(file))
    if form in ("png", "pdf"):
        output = output or Path(f"{file.name.removesuffix('.json').removesuffix('.flow')}.{form}")
        paint(workflow, form, output, square)
    elif output is None:
        typer.echo(draw(workflow, form, square), nl=False)
        return
    else:
        write_text(output, draw(workflow, form, square))
    typer.echo(f"{output} written", err=True)
