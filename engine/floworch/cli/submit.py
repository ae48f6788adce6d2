"""``floworch submit RUN NODE ...``: answer a waiting form or choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from floworch.cli.support.options import ItemOption, JsonOption, NodeArgument, RunArgument, StoreOption

if TYPE_CHECKING:
    from floworch.host.protocol import EngineHost

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Control")
def submit(
    run: RunArgument,
    node: NodeArgument,
    answer: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ANSWER]...", help="What is chosen, or the values of a form as JSON.", show_default=False
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="One field of a form; may be given again."),
    ] = None,
    item: ItemOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a waiting form with --set FIELD=VALUE or JSON, or a choice with what is chosen."""
    from floworch.cli.support.answers import answer_of, item_of, recorded, with_way_on
    from floworch.cli.support.control import control
    from floworch.cli.support.stores import store_flag

    which = item_of(item)

    async def ask(host: EngineHost) -> None:
        given = answer_of(await host.load(run), node, answer or (), settings or (), which)
        await host.submit(run, node, given, which)

    done = with_way_on(recorded(run, node, item), run, store_flag(store))
    control(store, ask, done, json=run if json else None)
