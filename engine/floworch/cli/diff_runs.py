"""``floworch diff-runs A B``: what differs between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from floworch.run.compare import RunDifference

app = typer.Typer(add_completion=False)


@app.command(name="diff-runs", rich_help_panel="History")
def diff_runs(
    first: Annotated[str, typer.Argument(metavar="A", help="Id of a run.", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="B", help="Id of another one.", show_default=False)],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two runs; exit code 1 when a status, an output or a node's end differs."""
    from floworch.cli.render.steps import in_order, plan_of_run
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store
    from floworch.host.housekeeping import times_of
    from floworch.run.compare import compare_runs

    opened = open_store(store)
    one, two = opened.load(first), opened.load(second)
    bodies = times_of(opened, one), times_of(opened, two)
    found = compare_runs(one, two, in_order(one, plan_of_run(opened.header(first), one)), bodies)
    if json:
        print_json(found.to_json())
    else:
        for line in _lines(found):
            typer.echo(line)
    if not found.same:
        raise typer.Exit(1)


def _lines(found: RunDifference) -> Iterator[str]:
    from floworch.cli.render.difference import field_lines
    from floworch.cli.render.text import paint
    from floworch.model.durations import duration_text

    took = " -> ".join(duration_text(each) or "not ended" for each in found.duration)
    yield f"{found.runs[0]} -> {found.runs[1]}: {_pair(found.status)}, {took}"
    if found.workflows[0] != found.workflows[1]:
        yield f"workflow: {_pair(found.workflows)}"
    for line in field_lines(found.inputs):
        yield f"~ inputs.{line}"
    for node in found.nodes:
        if node.same:
            continue
        mark = "  <- the first that differs" if node.node == found.first else ""
        yield paint(f"~ node {node.node}: {_pair(node.status)}{mark}", "yellow")
        if node.error[0] != node.error[1]:
            yield f"    error: {_pair(node.error)}"
        for line in field_lines(node.output):
            yield f"    {line}"
    for line in field_lines(found.outputs):
        yield f"~ outputs.{line}"
    alike = sum(node.same for node in found.nodes)
    yield f"{alike} of {len(found.nodes)} nodes ended alike."


def _pair(words: tuple[str | None, str | None]) -> str:
    one, two = (word if word is not None else "(none)" for word in words)
    return one if one == two else f"{one} -> {two}"
