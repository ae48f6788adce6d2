"""``floworch approve RUN NODE``: answer a waiting approval with yes."""

from __future__ import annotations

import typer

from floworch.cli.support.options import CommentOption, ItemOption, JsonOption, NodeArgument, RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def approve(
    run: RunArgument,
    node: NodeArgument,
    item: ItemOption = None,
    comment: CommentOption = "",
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a waiting approval with yes."""
    from floworch.cli.support.answers import item_of, recorded, with_way_on
    from floworch.cli.support.control import control
    from floworch.cli.support.stores import store_flag

    which = item_of(item)
    control(
        store,
        lambda host: host.approve(run, node, comment, which),
        with_way_on(recorded(run, node, item), run, store_flag(store)),
        json=run if json else None,
    )
