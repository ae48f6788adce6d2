"""``floworch graph FILE``: a definition as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import FileArgument

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

app = typer.Typer(add_completion=False)
_PNG = "floworch design {file} --screenshot {picture}"


@app.command(rich_help_panel="Definitions")
def graph(
    file: FileArgument,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="mermaid, svg, dot or png.")] = "mermaid",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write.", show_default="standard output"),
    ] = None,
) -> None:
    """Print a definition as a Mermaid chart, an SVG picture or a DOT graph."""
    from floworch.errors import UsageError
    from floworch.model import codec
    from floworch.model.files import read_bytes, write_text

    if form == "png":
        raise _no_png(file, output)
    if form not in ("mermaid", "svg", "dot"):
        raise UsageError(f"--format {form} is not known.", "Choose mermaid, svg, dot or png.")
    text = _draw(codec.loads_from(file, read_bytes(file)), form)
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_text(output, text)
        typer.echo(f"{output} written", err=True)


def _draw(workflow: Workflow, form: str) -> str:
    if form == "svg":
        from floworch.model.pictures.svg import to_svg

        return to_svg(workflow)
    if form == "dot":
        from floworch.model.pictures.dot import to_dot

        return to_dot(workflow)
    from floworch.model.pictures.mermaid import to_mermaid

    return to_mermaid(workflow)


def _no_png(file: Path, output: Path | None) -> Exception:
    """PNG is drawn by the designer: say how to get it, or how to install what draws it."""
    from importlib.util import find_spec

    from floworch.errors import UsageError

    if find_spec("PySide6") is None or find_spec("floworch_designer") is None:
        return UsageError(
            "PNG is drawn by the designer, which is not installed.", "Run: pip install 'floworch[designer]'"
        )
    picture = output or Path(f"{file.name.removesuffix('.flow.json')}.png")
    return UsageError("PNG is drawn by the designer.", f"Run: {_PNG.format(file=file, picture=picture)}")
