"""``floworch import FILE``: a definition out of something else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption

if TYPE_CHECKING:
    from floworch.exchange.imported import Imported

app = typer.Typer(add_completion=False)
_WORDS = {"note": "note", "partly": "look at", "not_converted": "not converted"}


@app.command(rich_help_panel="Definitions")
def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="What to import; - is standard input.", show_default=False)
    ],
    form: Annotated[
        str | None,
        typer.Option("--from", metavar="FORM", help="curl, crontab, n8n or node-red.", show_default="found out"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write.", show_default="standard output"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
    json: JsonOption = False,
) -> None:
    """Make a definition of a cURL command, a crontab, an n8n workflow or Node-RED flows, and say what is missing."""
    from floworch.cli.render.text import print_json
    from floworch.errors import UsageError
    from floworch.exchange.reading import import_text
    from floworch.model import codec
    from floworch.model.files import read_bytes, write_text
    from floworch.model.jsontext import MAX_BYTES

    if output is not None and output.exists() and not force:
        raise UsageError(f"{output} is already there.", "Choose another name with --output, or add --force.")
    data = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else read_bytes(file)
    if len(data) > MAX_BYTES:
        raise UsageError(f"Standard input has more than {MAX_BYTES} bytes.", "Import a part of it.")
    found, known = import_text(data, form)
    text = codec.dumps(found.workflow)
    if output is not None:
        write_text(output, text)
    if json:
        report = {"from": known, "output": str(output) if output is not None else None, **found.to_json()}
        print_json(report if output is not None else {**report, "definition": codec.to_data(found.workflow)})
        return
    if output is None:
        typer.echo(text, nl=False)
    _report(found, output)


def _report(found: Imported, output: Path | None) -> None:
    """What became of it, on standard error: one line for each thing to know."""
    for finding in found.findings:
        place = f"{finding.where}: " if finding.where else ""
        typer.echo(f"{_WORDS[finding.level]:<14} {place}{finding.message}", err=True)
    count, left = len(found.workflow.nodes), len(found.placeholders)
    missing = f", {left} of them placeholders to replace" if left else ""
    typer.echo(f"{count} {'step' if count == 1 else 'steps'}{missing}.", err=True)
    if output is not None:
        typer.echo(f"{output} written. Look at it with: floworch design {output}", err=True)
