"""``floworch reject RUN NODE``: answer a waiting approval with no."""

from __future__ import annotations

import typer

from floworch.cli.support.options import CommentOption, JsonOption, NodeArgument, RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def reject(
    run: RunArgument,
    node: NodeArgument,
    comment: CommentOption = "",
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a waiting approval with no."""
    from floworch.cli.support.control import control

    control(
        store,
        lambda host: host.reject(run, node, comment),
        f"The answer for {node} of run {run} is recorded.",
        json=run if json else None,
    )
