"""``floworch new``: begin a definition from an example."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

app = typer.Typer(add_completion=False)
_SUFFIX = ".flow.json"
EMPTY = "empty"
_HELP = f"Name of an example; or FILE{_SUFFIX} for one of a single step in that file."


@app.command(rich_help_panel="Definitions")
def new(
    example: Annotated[str | None, typer.Argument(metavar="[EXAMPLE]", help=_HELP, show_default=False)] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write.", show_default="EXAMPLE.flow.json"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
) -> None:
    """Write a definition to begin with; without a name, list the examples."""
    from floworch.actions.suggest import one_of
    from floworch.errors import UsageError

    known = examples()
    if example is None:
        list_examples(known)
        typer.echo(f"Write one of them with its name: floworch new {EMPTY} --output hello{_SUFFIX}", err=True)
        return
    if example not in known and output is None and example.endswith(".json"):  # the name of a file
        example, output = EMPTY, Path(example)
    if example not in known:
        raise UsageError(f"There is no example '{example}'.", one_of(example, known))
    target = write_example(example, output if output is not None else Path(f"{example}{_SUFFIX}"), force)
    typer.echo(f"{target} written. Run it with: floworch run {quote(str(target))}", err=True)


def list_examples(known: dict[str, str]) -> None:
    """Print the name and the description of each."""
    for name, text in known.items():
        typer.echo(f"{name:<24} {_title(text)}")


def write_example(example: str, target: Path, force: bool = False) -> Path:
    """Write an example, and beside it those that it calls; what it calls and is there already stays as it is.

    Raises:
        UsageError: The file is there and is not to be replaced.
    """
    from floworch.errors import UsageError
    from floworch.model import codec
    from floworch.model.called import references
    from floworch.model.files import write_text
    from floworch.trust import trust_own

    if target.exists() and not force:
        raise UsageError(f"{target} is already there.", "Choose another name with --output, or add --force.")
    known = examples()
    text = known[example]
    if example == EMPTY:
        text = text.replace(f'"{EMPTY}"', f'"{_identifier(target)}"')
    write_text(target, text)
    workflow = codec.loads_from(target, text.encode())
    for _, called in references(workflow):
        beside = target.with_name(called)
        if called.removesuffix(_SUFFIX) in known and not beside.exists():
            write_example(called.removesuffix(_SUFFIX), beside)
    trust_own(workflow)
    return target


def examples() -> dict[str, str]:
    """Return the text of each example by its name, the one-node example first."""
    found = {EMPTY: _EMPTY}
    folder: Traversable = files("floworch_resources").joinpath("examples")
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(_SUFFIX):
                found[entry.name.removesuffix(_SUFFIX)] = entry.read_text(encoding="utf-8")
    return found


def _title(text: str) -> str:
    from floworch.errors import FlowError
    from floworch.model import codec

    try:
        workflow = codec.loads(text)
    except FlowError:
        return ""
    return workflow.description.partition("\n")[0] or workflow.name


def _identifier(path: Path) -> str:
    stem = re.sub(r"[^a-z0-9_-]+", "-", path.name.removesuffix(_SUFFIX).lower()).strip("-_")
    return stem[:64] or "workflow"


_EMPTY = """\
{
  "$schema": "floworch:workflow/1",
  "format": 1,
  "id": "empty",
  "name": "",
  "description": "One step that says hello.",
  "nodes": {
    "hello": {"action": "util.log", "params": {"message": "Hello"}}
  },
  "edges": []
}
"""
